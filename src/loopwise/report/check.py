"""The verdicts on a user's file."""

from rich.console import Group
from rich.text import Text

from ..own_code.recipe import RECIPE
from .cells import empty_table
from .terminal import plain

STYLES = {
    "passed": "bold green",
    "unstable": "bold yellow",
    "failed": "bold red",
    "missing": "dim",
    "timeout": "bold red",
    "crashed": "bold red",
}
SIGNS = {"passed": "✓", "unstable": "~", "missing": "–"}
SHOWN = 3  # statements that were left out


def verdict_table(path, verdicts, left_out=()):
    """A row for each function that was recognised, and one line with what is missing."""
    tried = [verdict for verdict in verdicts if verdict.verdict != "missing"]
    table = empty_table(
        title=Text(plain(path), "bold"), caption=Text(note(verdicts, tried, left_out), "italic"), expand=True
    )
    for heading, ratio in (("function", None), ("verdict", None), ("why", 1)):
        table.add_column(heading, ratio=ratio, no_wrap=ratio is None)
    for verdict in tried:
        said = Text(f"{SIGNS.get(verdict.verdict, '✗')} {verdict.verdict}", STYLES[verdict.verdict])
        table.add_row(named(verdict), said, Text(why(verdict)))
    return table


def recipe_shown(network):
    """The lines with which a class takes part."""
    text = RECIPE.replace("Network(", f"{network}(", 1).rstrip()
    return Group(Text("Eight lines beside it (docs/own-code.md), in your own words:", "italic"), "", Text(text))


def named(verdict):
    """The user's name, and below it the operation's where that is another one."""
    name = plain(verdict.name or verdict.operation)
    return Text(name) if name == verdict.operation else Text(f"{name}\n").append(f"({verdict.operation})", "dim")


def why(verdict):
    """The message, with its convention and what is not offered."""
    parts = [verdict.message]
    parts += [f"convention: {verdict.convention}"] if verdict.convention else []
    parts += [f"not offered: {', '.join(verdict.not_offered)}"] if verdict.not_offered else []
    return "; ".join(parts)


def note(verdicts, tried, left_out):
    """How many passed, what is missing and what was left out."""
    passed = sum(verdict.verdict == "passed" for verdict in tried)
    unstable = sum(verdict.verdict == "unstable" for verdict in tried)
    text = f"{passed} of {len(tried)} passed" + (f", {unstable} right on ordinary data" if unstable else "") + "."
    missing = [verdict for verdict in verdicts if verdict.verdict == "missing"]
    notes = [verdict.message for verdict in missing if verdict.message]
    if missing and all(verdict.name == verdict.operation for verdict in tried):
        text += f" Not there, and skipped: {', '.join(one.operation for one in missing)}."
    elif missing:  # who writes a course's functions does not look for ours
        text += f" Of the interface's operations {len(missing)} are not there."
    text += f" {'; '.join(notes)}." if notes else ""
    if left_out:
        more = f"; and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
        text += f" Left out: {'; '.join(left_out[:SHOWN])}{more}."
    return text
