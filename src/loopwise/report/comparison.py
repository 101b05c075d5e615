"""A comparison: a table in the terminal, and a figure with one panel a workload and one point an implementation."""

from rich.text import Text

from ..machine.card import QUIET, card_line
from ..measure.peers import PEERS
from . import units
from .canvas import blank, drawing
from .cells import (
    agreement_cell,
    at_most,
    caption_text,
    distrust,
    doubt,
    empty_table,
    folded,
    of_limit,
    speedup_cell,
    time_text,
)
from .curves import readable, shown, sign, style
from .label_places import Labels, Place, around, lay_out, settle, ticks_in, width_of
from .style import COLOURS, FAINT, INK, OTHERS
from .terminal import plain


def comparison_table(comparison):
    """One row an implementation; the second line of a cell says how sure the first one is."""
    work = comparison.workload
    table = empty_table(
        title=Text(f"{work.name} · {work.data} · {units.sizes(work)} · {work.dtype}, {work.layout} order", "bold"),
        caption=caption_text(caption(comparison), comparison.machine),
    )
    for heading in ("implementation", "agreement"):
        table.add_column(heading, no_wrap=True)
    timed = units.timed(work).removeprefix("one ")
    for heading in ("compile\nfirst call", f"{timed}\nquartiles", "speedup\n95 %", "GFLOP/s\nGB/s\nof limit"):
        table.add_column(heading, overflow="fold", justify="right")
    for row in comparison.rows:
        table.add_row(Text(plain(row.implementation)), agreement_cell(row), compile_cell(row), *time_cells(row))
    return table


class SoFar:
    """The rows that there are while others are still compiled, and timed."""

    def __init__(self):
        self.rows = []

    def add(self, work, row):
        """One more row, of the work with that name."""
        self.rows.append((work, row))

    def __rich__(self):
        table, named = empty_table(), None
        for heading in ("implementation", "agreement"):
            table.add_column(heading, no_wrap=True)
        for heading in ("compile", "first call", "step"):
            table.add_column(heading, no_wrap=True, justify="right")
        for work, row in self.rows:
            if work != named:
                table.add_row(Text(work, "bold"))
                named = work
            agreed = agreement_cell(row).split("\n")[0]
            calls = Text.assemble(compile_cell(row)).split("\n")
            step = [time_text(row)] if row.times else []
            table.add_row(Text(plain(row.implementation)), agreed, *calls, *step)
        return table if self.rows else ""


def caption(comparison):
    """Why a row has no time, how to read the table, and the machine card."""
    notes = [f"{row.implementation} {row.note}" for row in comparison.rows if row.note]
    notes += [f"{name} {reason}" for name, reason in comparison.absent.items()]
    reading = (
        f"Agreement: with {comparison.reference}; nothing that disagrees is timed. Compile: 0 s when cached. "
        f"Speedup: against {comparison.baseline or 'none'}, median ratio of paired rounds; ≈ where it is not sure "
        "which is faster, or by less than 1 %."
    )
    if comparison.limits:
        reading += " Of limit: of what the machine can do (`loopwise machine`)."
    notes += distrust(comparison.compiled_while_timing)
    if any(row.at_most and row.times for row in comparison.rows):
        reading += " ≤: other programs had its cores now and then, and left its caches cold."
    if any(row.first_call_at_most and row.first_call_seconds for row in comparison.rows):
        reading += " ≤ of a first call: other programs took more than 23 % of it."
    versions = ", ".join(f"{peer} {comparison.machine[peer]}" for peer in PEERS if peer in comparison.machine)
    if versions:
        reading += f" Peers: {versions}; what one of them compiles is its first call less a later one."
    return "\n".join([*notes, reading, card_line(comparison.machine)])


def compile_cell(row):
    """Seconds spent compiling in the first call: 0 when the cache had it all."""
    if row.first_call_seconds is None:
        return ""
    most = "≤ " if row.first_call_at_most else ""
    compiled = most + units.seconds(row.compile_seconds) if row.compile_seconds else "0 s"
    return Text.assemble(compiled, (f"\n{most}{units.seconds(row.first_call_seconds)}", "dim"))


def time_cells(row):
    """Step, speedup and rates."""
    step = row.times
    if step is None:
        return Text(time_text(row), "yellow" if row.spoilt else ""), "", ""
    quartiles = "\n" + folded(units.span(step["p25"], step["p75"], like=step["median"]))
    at_least = "≥ " if row.at_most else ""
    rates = [units.three(row.gflops), units.three(row.gbytes_per_s), *of_limit(row.of_limit)]
    return (
        Text.assemble((time_text(row), "bold"), (quartiles, "dim")),
        "n/a" if row.speedup_spoilt else speedup_cell(row.speedup, row.implementation),
        Text("\n".join(at_least + rate for rate in rates)),
    )


GAP = 26  # pixels between a point and its label
TICKS_TO = 3  # times the slowest: behind it an axis only has room for labels
WIDEST = 0.6  # of a panel, a label's share


def comparison_figure(comparisons, points=None):
    """Draw the comparisons under one another; the caller saves the figure."""
    with drawing(style(points) | {"axes.spines.left": False}):
        heights = [len(comparison.rows) + 1.2 for comparison in comparisons]
        figure = blank(figsize=(13.3, 0.62 * sum(heights) + 0.9))
        panels = figure.subplots(len(comparisons), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, comparison in zip(panels, comparisons):
            draw_comparison(panel, comparison, points)
        panels[-1].set_xlabel("time per step, logarithmic: left is faster (whiskers: quartiles)")
        sign(figure, busiest(comparisons).machine, points)
        lay_out(figure)  # how wide a panel is decides how far its axis goes
        for panel, comparison in zip(panels, comparisons):
            make_room(panel, comparison)
        settle(figure)
        for panel, comparison in zip(panels, comparisons):
            label_rows(panel, comparison)
        return figure


def busiest(comparisons):
    """The comparison beside which most else ran."""
    return max(comparisons, key=lambda comparison: sum(comparison.machine.get("load", QUIET).values()))


def draw_comparison(panel, comparison, points):
    """One point an implementation."""
    work, rows = comparison.workload, comparison.rows
    panel.set_title(plain(f"{work.name}: {work.data}, {units.sizes(work)}, {work.dtype}"), loc="left", pad=10)
    panel.set_xscale("log")
    for k, row in enumerate(rows):
        if row.step_seconds:
            draw_row(panel, k, row, points)
    panel.set_yticks(range(len(rows)), [shown(row.implementation) for row in rows])
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    readable(panel.xaxis, units.seconds)
    panel.grid(visible=False, axis="y")
    panel.grid(axis="x", linewidth=1)


def draw_row(panel, k, row, points):
    """The point and its whiskers; an empty one without them, where other programs took too much of it."""
    step, colour = row.step_seconds, COLOURS.get(row.implementation, OTHERS)
    median, ink = step["median"], "black" if points is None else INK
    gid = points and points.point(row.implementation, median, f"{row.implementation}: {at_most(row)}{spread(step)}")
    whiskers = [[median - step["p25"]], [step["p75"] - median]]
    panel.axhline(k, color="#eeeeee" if points is None else FAINT, zorder=0)
    if row.spoilt:
        panel.plot(median, k, "o", markersize=20, markerfacecolor="none", markeredgecolor=colour, markeredgewidth=5)
        return
    panel.errorbar(median, k, xerr=whiskers, fmt="none", ecolor=ink, capsize=6, zorder=3)
    panel.plot(median, k, "o", markersize=20, color=colour, gid=gid)


def make_room(panel, comparison):
    """An axis that begins a little before the fastest, and ends where the last label does."""
    timed = [row for row in comparison.rows if row.step_seconds]
    if not timed:
        return
    low = min(row.step_seconds["p25"] for row in timed) / 1.5
    size, stretch = label_size(panel, timed), 1.1
    for row in timed:
        high = row.step_seconds["p75"]
        free = 1 - (width_of(panel, label(row), fontweight="bold", fontsize=size) + 2 * GAP) / panel.bbox.width
        stretch = max(stretch, (high / low) ** (1 / max(free, 1 - WIDEST)))  # of a logarithmic axis
    panel.set_xlim(low, low * stretch)
    slowest = max(row.step_seconds["p75"] for row in timed)
    panel.set_xticks([tick for tick in ticks_in(low, low * stretch) if tick <= TICKS_TO * slowest])


def label_size(panel, timed):
    """The type of the labels, in points: smaller where the longest would take most of the panel."""
    from matplotlib import rcParams

    widest = max(width_of(panel, label(row), fontweight="bold") for row in timed) + 2 * GAP
    return rcParams["font.size"] * min(1.0, WIDEST * panel.bbox.width / widest)


def label_rows(panel, comparison):
    """Each point's time and speedup; a row without a time says why."""
    timed, labels = [row for row in comparison.rows if row.step_seconds], Labels(panel)
    size = label_size(panel, timed) if timed else None
    for k, row in enumerate(comparison.rows):
        if row.step_seconds:
            x, y = panel.transData.transform((row.step_seconds["p75"], k))
            labels.put(label(row), around(x, y, GAP)[:1], fontweight="bold", fontsize=size)
        else:
            _, y = panel.transData.transform((1, k))
            said = "disagrees: not timed" if row.agreement and not row.agreement.passed else "n/a"
            labels.put(said, [Place(panel.bbox.x0 + 0.01 * panel.bbox.width, y, "left", "center")], color="#d02020")


def label(row):
    """`2.10 ms   54 × as fast as python_loops`."""
    if row.spoilt:
        return "spoilt by other programs"
    return f"{time_text(row)}   {speedup_label(row)}".rstrip()


def spread(step):
    """`2.10 ms, half of the rounds between 2.00 ms and 2.20 ms`."""
    low, middle, high = (units.seconds(step[key]) for key in ("p25", "median", "p75"))
    return f"{middle}, half of the rounds between {low} and {high}"


def speedup_label(row):
    """`54 × as fast as python_loops`; ≈ where it is not sure which is faster, no claim where no interval is known."""
    speedup = row.speedup
    if row.speedup_spoilt or speedup["ratio"] is None or row.implementation == speedup["vs"]:
        return ""
    ratio, sign = speedup["ratio"], doubt(speedup)
    if speedup["low"] is None:
        return f"({sign}{units.three(ratio)} ×, few rounds)"
    return f"{sign}{units.three(ratio)} × as fast as {shown(speedup['vs'])}"
