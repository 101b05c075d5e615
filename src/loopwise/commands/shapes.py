"""`loopwise shapes`: every shape, layer by layer: the lecture's table of dimensions (C 17)."""

from typing import Annotated

import typer

from ..validation import validate_size
from .options import BatchNorm, InputAndLayers, Json, Plot, allowed_threads, app, whole_numbers


@app.command(epilog="Example: loopwise shapes --layers 3,4,1 --examples 100 --plot network.png")
def shapes(
    layers: InputAndLayers = "3,4,1",
    examples: Annotated[int | None, typer.Option(help="Put a number for m.")] = None,
    batch_norm: BatchNorm = None,
    json: Json = None,
    plot: Plot = None,
):
    """The dimensions of every W, b, Z and A of a network, and how many parameters it has."""
    allowed_threads()
    validate_size("examples", examples)
    sizes = whole_numbers(layers, "layers")
    from ..report.outputs import Outputs
    from ..report.shapes import layer_shapes, parameter_counts, shapes_figure, shapes_table
    from .work import network_of

    outputs = Outputs(json, plot)
    architecture = network_of(sizes, batch_norm=bool(batch_norm))
    m = examples or "m"
    rows = [layer_shapes(architecture, l, m) for l in range(1, architecture.L + 1)]
    counts = parameter_counts(architecture, rows)
    total, *parts = (f"{count} {kind}" for kind, count in counts.items())
    outputs.publish(
        shapes_table(architecture, rows, m),
        f"{total}: {' + '.join(parts)}",
        json=lambda: {"layers": rows, **counts},
        plot=lambda: shapes_figure(architecture, rows, m),
    )
    raise typer.Exit(outputs.exit_code())
