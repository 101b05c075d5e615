"""The commands about source: show reads ours, check tries yours."""

from typing import Annotated

import typer

from ..errors import OptionError
from .options import Json, Names, Threads, allow_threads, app, names_of


@app.command(
    epilog="Example: loopwise show layer_forward\n\n"
    "What the compiler needs: loopwise show matmul --diff python_loops numba_loops\n\n"
    "The JSON is {operation, section, parameters, documentation, sources: [{implementation, path, line, text}], "
    "comparison: as in compare, or null}."
)
def show(
    operation: Annotated[str, typer.Argument(help="Such as logistic_step, layer_forward or matmul.")],
    implementations: Names = None,
    diff: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="What changes from one implementation to another.")
    ] = None,
    time: Annotated[bool, typer.Option("--time/--no-time", help="Also check and race them.")] = True,
    threads: Threads = None,
    budget: Annotated[float | None, typer.Option(help="Seconds for the race.", show_default="3")] = None,
    json: Json = None,
):
    """Show one operation in every implementation side by side: formula, source, agreement, speed."""
    allow_threads(threads)
    from . import show

    if diff and implementations:
        raise OptionError("--diff names the implementations; what is --implementations for?")
    if not time and (threads or budget) is not None:
        raise OptionError("--no-time measures nothing; what are --threads and --budget for?")
    names = names_of(implementations)
    raise typer.Exit(
        show.run(
            operation=operation,
            names=names,
            diff=diff,
            time=time,
            threads=threads,
            budget=3.0 if budget is None else budget,
            json=json,
        )
    )


@app.command(
    epilog="Example: loopwise check mine.py, then: loopwise compare matmul --implementations python_loops,mine.py\n\n"
    "The JSON is {operations: [{operation, verdict: passed, failed, missing, timeout or crashed, message}]}."
)
def check(
    file: Annotated[str, typer.Argument(help="A Python file with some or all operations, as functions of arrays.")],
    timeout: Annotated[
        float, typer.Option(help="Seconds that one operation may run; compiling does not count.")
    ] = 10.0,
    json: Json = None,
):
    """Hold your own implementation to the contract, operation by operation, and say what is wrong.

    `loopwise show OPERATION` says what each takes and returns; names of activations and losses arrive as the constants
    of loopwise.interface. Missing operations are named and skipped; an endless loop or a crash is a verdict, too.
    Exit code 1 when one failed, 2 when the file cannot be imported.
    """
    allow_threads()
    from . import check as check_file_body

    raise typer.Exit(check_file_body.run(file, timeout, json))
