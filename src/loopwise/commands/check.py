"""What `loopwise check` does: try somebody's file, say what is wrong with it."""

from rich import box
from rich.table import Table
from rich.text import Text

from ..errors import check_seconds
from ..measure.check import check_file
from ..report.outputs import Outputs
from ..report.terminal import plain

STYLES = {"passed": "bold green", "failed": "bold red", "missing": "dim", "timeout": "bold red", "crashed": "bold red"}
SIGNS = {"passed": "✓", "missing": "–"}


def run(path, timeout, json):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every operation that is there has passed, else 1; 2 when only an output failed; 130 after
        Ctrl-C, and the verdicts until then are shown and written.
    """
    outputs = Outputs(json)
    check_seconds("timeout", timeout)
    verdicts, stopped = [], False
    try:
        with outputs.errors.status(Text(f"{path} ...")) as status:
            for verdict in check_file(path, timeout):
                verdicts.append(verdict)
                status.update(Text(f"{verdict.operation}: {verdict.verdict}"))
    except KeyboardInterrupt:
        stopped = True
    outputs.publish(
        verdict_table(path, verdicts), json=lambda: {"operations": [verdict.as_dict() for verdict in verdicts]}
    )
    return outputs.exit_code(all(verdict.verdict in ("passed", "missing") for verdict in verdicts), stopped)


def verdict_table(path, verdicts):
    """A row for each operation that is there, and one line with what is missing."""
    missing = [verdict.operation for verdict in verdicts if verdict.verdict == "missing"]
    passed = sum(verdict.verdict == "passed" for verdict in verdicts)
    note = f"{passed} of {len(verdicts) - len(missing)} passed"
    if missing:
        note += f". Not there, and skipped: {', '.join(missing)}"
    table = Table(
        title=Text(plain(path), "bold"), caption=Text(f"{note}.", "italic"), box=box.SIMPLE_HEAD, pad_edge=False,
        title_justify="left", caption_justify="left", width=None, expand=True,
    )  # fmt: skip
    for heading, ratio in (("operation", None), ("verdict", None), ("why", 1)):
        table.add_column(heading, ratio=ratio, no_wrap=ratio is None)
    for verdict in verdicts:
        if verdict.verdict != "missing":
            said = Text(f"{SIGNS.get(verdict.verdict, '✗')} {verdict.verdict}", STYLES[verdict.verdict])
            table.add_row(verdict.operation, said, Text(verdict.message))
    return table
