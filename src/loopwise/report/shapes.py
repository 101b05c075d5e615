"""The lecture's table of dimensions (C 17)."""

from rich.console import Group
from rich.text import Text

from .cells import empty_table


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
