"""Tables in the terminal: one look, and cells that several have."""

from rich import box
from rich.table import Table
from rich.text import Text

from ..machine.card import warnings
from . import units


def empty_table(**options):
    """A table without rows: a line below its head, title and caption at the left."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left", caption_justify="left", **options)


def caption_text(text, machine):
    """A table's caption; what held a contender down stands first, and out."""
    return Text.assemble(*((line + "\n", "yellow") for line in warnings(machine)), (text, "dim italic"))


def agreement_cell(row):
    """Same bits, or how much of the rounding bound is used."""
    agreed = row.agreement
    if agreed is None:
        return Text("n/a", style="yellow")
    if not agreed.passed:
        return Text(f"✗ {agreed.contract}", style="bold red")
    if agreed.max_ulp == 0:
        return Text("✓ same bits", style="green")
    return Text.assemble(("✓ rounding", "green"), (f"\n{agreed.bound_ratio:.2g} bound\n{agreed.max_ulp} ulp", "dim"))


def at_most(row):
    """`≤ ` before the time of a row whose cores others had now and then."""
    return "≤ " if row.at_most else ""


def time_text(row):
    """`38.1 µs`, `≤ 38.1 µs`; `spoilt` or `n/a` where no time is to be shown."""
    if row.times is None:
        return "spoilt" if row.spoilt else "n/a"
    return at_most(row) + units.seconds(row.times["median"])


def of_limit(share):
    """The lines of a cell: 0.62 -> "62 %"; far from the limit one digit stays; none where it is not known."""
    if share is None:
        return []
    return [f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1g} %" if share >= 0.001 else "< 0.1 %"]


def speedup_cell(speedup, name):
    """The ratio to the baseline, which has 1."""
    if name == speedup["vs"]:
        return "1"
    return ratio_cell(speedup) or "n/a"


def ratio_cell(ratio):
    """A ratio, ≈ unless it is sure which is faster, and the interval; nothing where there is none."""
    if ratio is None or ratio["ratio"] is None:
        return ""
    low, high, text = ratio["low"], ratio["high"], units.three(ratio["ratio"])
    sign = doubt(ratio)
    if low is None:
        return Text.assemble((f"{sign}{text}", "bold"), ("\nfew rounds", "dim"))
    return Text.assemble((f"{sign}{text}", "bold"), ("\n" + folded(f"{units.three(low)}–{units.three(high)}"), "dim"))


def doubt(ratio):
    """`≈ ` unless it is sure which is faster; by its interval, where that is not said."""
    low, high = ratio["low"], ratio["high"]
    return "" if ratio.get("sure", low is None or not low <= 1 <= high) else "≈ "


def distrust(compilations):
    """What a caption says where something was compiled while times were taken: a list of lines, empty where not."""
    return [f"{compilations} compilations fell into the timing: do not trust it."] if compilations else []


def folded(span, width=10):
    """A span that is too wide for its column, broken at the dash."""
    return span if len(span) <= width else span.replace("–", "–\n")
