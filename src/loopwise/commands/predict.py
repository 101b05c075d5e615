"""`loopwise predict`: what a saved run says of new rows."""

from typing import Annotated

import typer

from .options import Json, app


@app.command(
    epilog="Example: loopwise train network --data penguins.csv --target species --one-hot --save run.npz, then "
    "loopwise predict run.npz --data new.csv --output predicted.csv"
)
def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="What `loopwise train --save` has kept.")],
    data: Annotated[
        str,
        typer.Option(metavar="FILE", help="A table with the columns that were learned from; or arrays, as they were."),
    ],
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the table there.", show_default="standard output")
    ] = None,
    implementation: Annotated[
        str | None, typer.Option(help="Whose operations; a file of your own will do.", show_default="the run's")
    ] = None,
    json: Json = None,
):
    """Predict the target of each row of a file, with the probability of each class.

    Written as comma-separated values. Where the new rows have the target, too, it says which share is right.
    """
    from ..learning.prediction import predict_file
    from ..report.outputs import Outputs

    outputs = Outputs(json, output=output)
    found = predict_file(run, data, implementation)
    if found.right is not None:
        outputs.say(f"{data}: {found.right:.1%} of {len(found.labels)} right")
    if found.rmse is not None:
        outputs.say(f"{data}: RMSE {found.rmse:.4g} in {len(found.labels)} rows")
    outputs.publish(json=found.as_dict)
    if output is not None or json is None:
        outputs.attempt(output or "the table", lambda: write_rows(output, found))
    raise typer.Exit(outputs.exit_code(done="predicted"))


def write_rows(path, found):
    """Comma-separated values, in a file or on standard output."""
    import csv
    import io
    import sys

    from ..output_files import write_atomically

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(found.header)
    writer.writerows(found.rows())
    rows = text.getvalue().encode()
    if path is None:  # bytes: a console of another encoding would lose letters, and Windows write its own line ends
        sys.stdout.flush()
        sys.stdout.buffer.write(rows)
        sys.stdout.buffer.flush()
    else:
        write_atomically(path, lambda file: file.write(rows))
