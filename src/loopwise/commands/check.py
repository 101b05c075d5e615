"""`loopwise check`: try a user's file, say what is wrong with it."""

from typing import Annotated

import typer

from ..errors import OptionError
from ..validation import validate_seconds
from .options import Json, allowed_threads, app

LISTED = 8  # names, at most


@app.command(
    epilog="Example: loopwise check mine.py, then: loopwise compare matmul --implementations python_loops,mine.py\n\n"
    "A student's notebook, as it is: loopwise check homework.ipynb\n\n"
    "The JSON is {operations: [{operation, name, verdict: passed, unstable, failed, missing, timeout or crashed, "
    "message, convention, not_offered}], left_out}."
)
def check(
    file: Annotated[
        str, typer.Argument(help="A Python file or a notebook: a course's solution as it is, or operations.")
    ],
    timeout: Annotated[
        float, typer.Option(help="Seconds that one operation may run; compiling does not count.")
    ] = 10.0,
    json: Json = None,
):
    """Hold your own functions to the contract, one by one, and say what is wrong.

    Functions are recognised by their names and parameters (docs/own-code.md lists them): propagate, linear_backward,
    L_model_backward, sigmoid, update_parameters_with_adam, or the names of loopwise show. Each is judged in its own
    convention; an endless loop or a crash is a verdict, too. Exit code 1 when one failed, 2 when the file cannot be
    imported or nothing in it is recognised.
    """
    allowed_threads()
    from rich.text import Text

    from ..contract.check import check_file
    from ..report.check import recipe_shown, verdict_table
    from ..report.outputs import Outputs

    outputs = Outputs(json)
    validate_seconds("timeout", timeout)
    verdicts, stopped, checking = [], False, check_file(file, timeout)
    try:
        with outputs.errors.status(Text(f"{file} ...")) as status:
            for verdict in checking:
                verdicts.append(verdict)
                status.update(Text(f"{verdict.name or verdict.operation}: {verdict.verdict}"))
    except KeyboardInterrupt:
        stopped = True
    left_out = getattr(checking, "left_out", [])
    nothing = not stopped and all(verdict.verdict == "missing" for verdict in verdicts)
    tables = [] if nothing else [verdict_table(file, verdicts, left_out)]
    outputs.publish(
        *tables, json=lambda: {"operations": [verdict.as_dict() for verdict in verdicts], "left_out": left_out}
    )
    if nothing:
        if network := network_among(checking.classes):
            outputs.errors.print(recipe_shown(network), "")
        raise OptionError(nothing_recognised(file, checking, [verdict.message for verdict in verdicts if verdict.name]))
    right = all(verdict.verdict in ("passed", "unstable", "missing") for verdict in verdicts)
    raise typer.Exit(outputs.exit_code(right, stopped))


def nothing_recognised(file, checking, messages):
    """What a file has instead, and what is nearest."""
    nearest = [*messages]
    nearest += [f"{name} is nearest to {operation}" for name, operation in checking.nearest.items() if operation]
    nearest += checking.notes.values()
    others = [name for name, operation in checking.nearest.items() if not operation]
    nearest += [f"it has {', '.join(others[:LISTED])}"] if others else []
    network = network_among(checking.classes)
    nearest += [f"the class {network} with weights and biases takes part through a network_step"] if network else []
    return f"{file}: no function is recognised: {'; '.join(nearest) or 'it has none'}"


def network_among(classes):
    """The class that is a network, by its name; the only one there is; None where there are several, or none."""
    named = [name for name in classes if any(word in name.lower() for word in ("net", "nn", "mlp", "deep", "model"))]
    return named[0] if named else classes[0] if len(classes) == 1 else None
