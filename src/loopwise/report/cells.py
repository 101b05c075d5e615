"""A comparison as a table in the terminal."""

from rich.text import Text

from . import units


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


def of_limit(share):
    """The lines of a cell: 0.62 -> "62 %"; who is far from the limit keeps a digit; none where it is not known."""
    if share is None:
        return []
    return [f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1g} %" if share >= 0.001 else "< 0.1 %"]


def speedup_cell(speedup, name):
    """The ratio, unless its interval holds 1."""
    if speedup["ratio"] is None or name == speedup["vs"]:
        return "1" if name == speedup["vs"] else "n/a"
    ratio, low, high = units.three(speedup["ratio"]), speedup["low"], speedup["high"]
    if low is None:
        return Text.assemble((ratio, "bold"), ("\nfew rounds", "dim"))
    sign = "≈ " if low <= 1 <= high else ""
    return Text.assemble((f"{sign}{ratio}", "bold"), ("\n" + folded(f"{units.three(low)}–{units.three(high)}"), "dim"))


def folded(span, width=10):
    """A span that is too wide for its column, broken at the dash."""
    return span if len(span) <= width else span.replace("–", "–\n")
