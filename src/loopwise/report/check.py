"""The verdicts on a user's file."""

from rich.text import Text

from .cells import empty_table
from .terminal import plain

STYLES = {"passed": "bold green", "failed": "bold red", "missing": "dim", "timeout": "bold red", "crashed": "bold red"}
SIGNS = {"passed": "✓", "missing": "–"}


def verdict_table(path, verdicts):
    """A row for each operation that is there, and one line with what is missing."""
    missing = [verdict.operation for verdict in verdicts if verdict.verdict == "missing"]
    passed = sum(verdict.verdict == "passed" for verdict in verdicts)
    note = f"{passed} of {len(verdicts) - len(missing)} passed"
    if missing:
        note += f". Not there, and skipped: {', '.join(missing)}"
    table = empty_table(
        title=Text(plain(path), "bold"),
        caption=Text(f"{note}.", "italic"),
        expand=True,
    )
    for heading, ratio in (("operation", None), ("verdict", None), ("why", 1)):
        table.add_column(heading, ratio=ratio, no_wrap=ratio is None)
    for verdict in verdicts:
        if verdict.verdict != "missing":
            said = Text(f"{SIGNS.get(verdict.verdict, '✗')} {verdict.verdict}", STYLES[verdict.verdict])
            table.add_row(verdict.operation, said, Text(verdict.message))
    return table
