"""A comparison as a table in the terminal."""

from rich import box
from rich.table import Table
from rich.text import Text

from ..machine.card import card_line
from ..measure.peers import PEERS
from . import units
from .terminal import plain


def comparison_table(comparison):
    """One row an implementation; the second line of a cell says how sure the first one is."""
    work = comparison.workload
    table = Table(
        title=Text(f"{work.name} · {work.data} · {units.sizes(work)} · {work.dtype}, {work.layout} order", "bold"),
        caption=Text(caption(comparison), "dim italic"),
        caption_justify="left",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        pad_edge=False,
    )
    for heading in ("implementation", "agreement"):
        table.add_column(heading, no_wrap=True)
    for heading in ("compile\nfirst call", "step\nquartiles", "speedup\n95 %", "GFLOP/s\nGB/s\nof limit"):
        table.add_column(heading, overflow="fold", justify="right")
    for row in comparison.rows:
        table.add_row(Text(plain(row.implementation)), agreement_cell(row), compile_cell(row), *time_cells(row))
    return table


def caption(comparison):
    """Why a row has no time, how to read the table, and the machine card."""
    notes = [f"{row.implementation} {row.note}" for row in comparison.rows if row.note]
    notes += [f"{name} {reason}" for name, reason in comparison.absent.items()]
    reading = (
        f"Agreement: with {comparison.reference}; nothing that disagrees is timed. Compile: 0 s when cached. "
        f"Speedup: against {comparison.baseline or 'nobody'}, median ratio of paired rounds; ≈ where its interval "
        "holds 1: nobody is faster."
    )
    if comparison.limits:
        reading += " Of limit: of what the machine can do (`loopwise machine`)."
    if comparison.compiled_while_timing:
        notes.append(f"{comparison.compiled_while_timing} compilations fell into the race: do not trust its times.")
    versions = ", ".join(f"{peer} {comparison.machine[peer]}" for peer in PEERS if peer in comparison.machine)
    if versions:
        reading += f" Peers: {versions}; what one of them compiles is its first call less the second."
    return "\n".join([*notes, reading, card_line(comparison.machine)])


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


def compile_cell(row):
    """Seconds spent compiling in the first call: 0 when the cache had it all."""
    if row.first_call_seconds is None:
        return ""
    compiled = units.seconds(row.compile_seconds) if row.compile_seconds else "0 s"
    return Text.assemble(compiled, (f"\n{units.seconds(row.first_call_seconds)}", "dim"))


def time_cells(row):
    """Step, speedup and rates."""
    step = row.step_seconds
    if step is None:
        return "n/a", "", ""
    quartiles = "\n" + folded(units.span(step["p25"], step["p75"], like=step["median"]))
    return (
        Text.assemble((units.seconds(step["median"]), "bold"), (quartiles, "dim")),
        speedup_cell(row.speedup, row.implementation),
        Text("\n".join([units.three(row.gflops), units.three(row.gbytes_per_s), *of_limit(row.of_limit)])),
    )


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
