"""`loopwise show`: one operation's source in every implementation, with its formula, agreement and speed."""

from typing import Annotated

import typer

from ..errors import OptionError
from ..validation import choose
from .options import Json, Names, Threads, allowed_threads, app, names_of

BUDGET = 3.0  # seconds


@app.command(
    epilog="Example: loopwise show layer_forward\n\n"
    "What the compiler needs: loopwise show matmul --diff python_loops numba_loops\n\n"
    "Everything that a fast step stands on: loopwise show logistic_step --implementations numba_tuned --depth all\n\n"
    "The JSON is {operation, section, parameters, documentation, sources: [{implementation, path, line, text, kernels: "
    "[{implementation, path, line, text}]}], "
    "comparison: as in compare, or null}."
)
def show(
    operation: Annotated[str, typer.Argument(help="Such as logistic_step, layer_forward or matmul.")],
    implementations: Names = None,
    diff: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="What changes from one implementation to another.")
    ] = None,
    depth: Annotated[
        str | None,
        typer.Option(
            metavar="N|all", help="How many calls down kernels are shown.", show_default="as far as the loop that runs"
        ),
    ] = None,
    time: Annotated[bool, typer.Option("--time/--no-time", help="Also compare and time them.")] = True,
    threads: Threads = None,
    budget: Annotated[float | None, typer.Option(help="Seconds for timing.", show_default="3")] = None,
    json: Json = None,
):
    """Show one operation in every implementation side by side: formula, source, agreement, speed."""
    if diff and implementations:
        raise OptionError("--diff names the implementations; what is --implementations for?")
    if not time and (threads or budget) is not None:
        raise OptionError("--no-time measures nothing; what are --threads and --budget for?")
    threads = allowed_threads(threads)
    names, depth = names_of(implementations), levels(depth)
    from .. import implementations as known
    from ..interface import OPERATIONS
    from ..report.operation import as_dict, heading, verdict
    from ..report.outputs import Outputs
    from ..report.sources import difference, side_by_side, source_of

    choose("operation", operation, OPERATIONS)
    names = diff or names or known.implementation_names()
    for name in names:
        choose("implementation", name, known.implementation_names())
    outputs = Outputs(json)
    sources = [source_of(known.get_implementation(name), operation, depth) for name in names]
    shown = [difference(*sources)] if diff else side_by_side(sources, outputs.console.width)
    seconds = BUDGET if budget is None else budget
    try:
        comparison = measured(operation, names, threads, seconds, outputs.errors) if time else None
    except KeyboardInterrupt:
        outputs.publish(heading(operation), *shown, paged=True)
        raise typer.Exit(outputs.exit_code(stopped=True)) from None
    content = (heading(operation), *shown, *([verdict(comparison)] if comparison else []))
    outputs.publish(*content, paged=True, json=lambda: as_dict(operation, sources, comparison))
    raise typer.Exit(outputs.exit_code(comparison is None or comparison.agreed))


def levels(depth):
    """How many calls down: a number, "all", or None for as far as the loop that runs."""
    if depth in (None, "all"):
        return depth
    if not depth.isdecimal():
        raise OptionError(f"--depth is {depth}; expected a whole number, at least 0, or all")
    return int(depth)


def measured(operation, names, threads, budget, errors):
    """Agreement and speed on random numbers of the operation's usual size."""
    from .. import workloads
    from ..measure.comparison import compare

    errors.file = errors.file  # stays what it is while a user's code runs and `sys.stderr` is another
    with errors.status("agreement and speed ..."):
        work = workloads.operation(operation, units=16, features=32, examples=512)
        return compare(work, names, budget, threads)
