"""`loopwise check`: try a user's file, say what is wrong with it."""

from typing import Annotated

import typer

from ..validation import validate_seconds
from .options import Json, allowed_threads, app


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
    allowed_threads()
    from rich.text import Text

    from ..contract.check import check_file
    from ..report.check import verdict_table
    from ..report.outputs import Outputs

    outputs = Outputs(json)
    validate_seconds("timeout", timeout)
    verdicts, stopped = [], False
    try:
        with outputs.errors.status(Text(f"{file} ...")) as status:
            for verdict in check_file(file, timeout):
                verdicts.append(verdict)
                status.update(Text(f"{verdict.operation}: {verdict.verdict}"))
    except KeyboardInterrupt:
        stopped = True
    outputs.publish(
        verdict_table(file, verdicts), json=lambda: {"operations": [verdict.as_dict() for verdict in verdicts]}
    )
    raise typer.Exit(outputs.exit_code(all(verdict.verdict in ("passed", "missing") for verdict in verdicts), stopped))
