"""The lecture's table of dimensions (C 17), and the network drawn with them."""

from rich.console import Group
from rich.text import Text

from . import units
from .canvas import blank, drawing
from .cells import empty_table
from .style import BLUE, GREEN, OTHERS, STYLE, VERMILION

MOST_UNITS = 8  # of a layer that are drawn; of more the first and the last, and dots between
LAYER_INCHES, HEIGHT_INCHES = 3.1, 7.5


def shapes_table(architecture, rows, m):
    """One row a layer; gradients have the shapes of what they are gradients of."""
    title = Text(f"{'-'.join(str(n) for n in architecture.n)}, X is ({architecture.n[0]}, {m})", "bold")
    table = empty_table()
    table.add_column("layer")
    symbols = [symbol for symbol in ("W", "b", "gamma", "Z", "A") if any(symbol in row for row in rows)]
    for symbol in symbols:
        table.add_column(symbol)
    table.add_column("parameters", justify="right")
    for row in rows:
        cells = [f"({row[symbol][0]}, {row[symbol][1]})" if symbol in row else "" for symbol in symbols]
        table.add_row(str(row["l"]), *cells, str(row["parameters"]))
    return Group(title, table, Text("dW, db, dZ and dA have the shapes of W, b, Z and A.", "dim italic"))


def shapes_figure(architecture, rows, m):
    """The network, unit by unit, and below each layer the shapes of what belongs to it."""
    with drawing(STYLE):
        figure = blank(figsize=(max(10.0, LAYER_INCHES * len(architecture.n)), HEIGHT_INCHES))
        panel = figure.subplots()
        sizes = "-".join(str(n) for n in architecture.n)
        panel.set_title(f"{sizes}: {units.count(architecture.parameter_count)} parameters", pad=14)
        columns = [heights(n) for n in architecture.n]
        for l in range(1, len(columns)):
            draw_weights(panel, l, columns[l - 1], columns[l])
        for l, column in enumerate(columns):
            draw_units(panel, l, column, architecture.n[l] > MOST_UNITS, last=l == architecture.L)
            named = [f"X ({architecture.n[0]}, {m})"] if l == 0 else shapes_of(rows[l - 1])
            panel.text(l, -1.16, "\n".join(named), ha="center", va="top", linespacing=1.5)
            head = "input" if l == 0 else f"layer {l}\n{architecture.g(l)}"
            panel.text(l, 1.16, head, ha="center", va="bottom", color=OTHERS)
        panel.set_xlim(-0.5, architecture.L + 0.5)
        panel.set_ylim(-2.1, 1.5)
        panel.axis("off")
        return figure


def shapes_of(row):
    """`W (4, 3)` and the others, one a line."""
    symbols = [symbol for symbol in ("W", "b", "gamma") if symbol in row]
    own = [f"{symbol}[{row['l']}] ({row[symbol][0]}, {row[symbol][1]})" for symbol in symbols]
    return [*own, f"Z[{row['l']}], A[{row['l']}] ({row['Z'][0]}, {row['Z'][1]})"]


def heights(n):
    """Where the units of a layer stand, from 1 down to -1; of many some are left out in the middle."""
    if n == 1:
        return [0.0]
    drawn = min(n, MOST_UNITS)
    span = min(1.0, 0.2 * drawn)
    places = [span - 2 * span * k / (drawn - 1) for k in range(drawn)]
    return places if n <= MOST_UNITS else places[: drawn // 2 - 1] + places[drawn // 2 + 1 :]


def draw_weights(panel, l, before, after):
    """A line for each weight between two layers' units."""
    for y in before:
        for y_next in after:
            panel.plot((l - 1, l), (y, y_next), color="#cccccc", linewidth=1, zorder=1)


def draw_units(panel, l, column, more, last):
    """A circle for each unit; three dots for those that are left out."""
    colour = GREEN if l == 0 else VERMILION if last else BLUE
    panel.scatter([l] * len(column), column, s=420, color=colour, edgecolors="white", zorder=2)
    if more:
        panel.scatter([l] * 3, (0.09, 0.0, -0.09), s=28, color=OTHERS, zorder=2)


def parameter_counts(architecture, rows):
    """How many parameters there are, and of which kinds."""
    weights = sum(row["weights"] for row in rows)
    biases, gammas = sum(architecture.n[1:]), sum(row["gamma"][0] for row in rows if "gamma" in row)
    counts = {"parameters": architecture.parameter_count, "weights": weights, "biases": biases}
    return counts | ({"gammas": gammas} if gammas else {})


def layer_shapes(architecture, l, m):
    """The shapes of one layer, and how many parameters it has."""
    n, n_prev = architecture.n[l], architecture.n[l - 1]
    shapes = {"W": [n, n_prev], "b": [n, 1], "Z": [n, m], "A": [n, m]}
    if architecture.normalizes(l):
        shapes["gamma"] = [n, 1]
    count = sum(rows * columns for _, layer, (rows, columns) in architecture.parts() if layer == l)
    return {"l": l, **shapes, "weights": n * n_prev, "parameters": count}
