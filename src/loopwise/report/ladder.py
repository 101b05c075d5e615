"""The matmul ladder as a table in the terminal and as a figure for a slide."""

from rich.text import Text

from ..machine.card import card_line
from ..measure.ladder import NUMPY
from . import units
from .canvas import drawing
from .cells import agreement_cell, caption_text, distrust, doubt, empty_table, folded, ratio_cell, time_text
from .curves import entitled, readable, sign
from .label_places import Labels, Place, settle, width_of
from .style import COLOURS, STYLE

EXACT, ROUNDING = COLOURS["numba_loops"], COLOURS["numba_tuned"]
GAP = 14  # pixels between the end of a bar, or a line, and its label
WIDE = 110  # columns of a terminal in which there is room for each rung's idea

# === the table ========================================================================================


def ladder_table(ladder, columns):
    """One row a rung, for a terminal with so many columns; the second line of a cell says how sure the first one is."""
    work, sizes = ladder.workload, ladder.workload.sizes
    table = empty_table(
        title=Text(f"matmul · ({sizes['n']}, {sizes['k']}) · ({sizes['k']}, {sizes['p']}) · {work.dtype}", "bold"),
        caption=caption_text(caption(ladder), ladder.machine),
    )
    table.add_column("rung", no_wrap=True)
    if columns >= WIDE:
        table.add_column("what is new", no_wrap=True)
    table.add_column("agreement", no_wrap=True)
    for heading in ("product\nquartiles", "GFLOP/s\nof peak", "× below\n95 %", "× slide\n95 %"):
        table.add_column(heading, justify="right", overflow="fold")
    for row in ladder.rows:
        idea = [row.idea] if columns >= WIDE else []
        table.add_row(rung_cell(row), *idea, agreement_cell(row), *time_cells(ladder, row))
    return table


def rung_cell(row):
    """`6 registers`; NumPy is no rung."""
    return row.name if row.rung is None else f"{row.rung} {row.name}"


def time_cells(ladder, row):
    """Seconds, rate and both ratios."""
    step = row.times
    if step is None:
        return Text(time_text(row), "yellow" if row.spoilt else ""), "", "", ""
    quartiles = "\n" + folded(units.span(step["p25"], step["p75"], like=step["median"]))
    share = "" if row.of_peak is None else f"\n{100 * row.of_peak:.0f} %"
    return (
        Text.assemble(time_text(row), (quartiles, "dim")),
        Text.assemble((at_least(row) + units.three(row.gflops), "bold"), (share, "dim")),
        ratio_cell(ladder.shown(row, row.times_below)),
        ratio_cell(ladder.shown(row, row.times_slide)),
    )


def at_least(row):
    """`≥ ` before the rate of a rung whose cores others had now and then."""
    return "≥ " if row.at_most else ""


def caption(ladder):
    """Why a row has no time, how to read the table, and the machine card."""
    notes = [f"{row.name} {row.note}." for row in ladder.rows if row.note]
    notes += distrust(ladder.compiled_while_timing)
    count = ladder.machine["threads"]
    reading = f"Agreement: with {ladder.reference or 'none'}. One thread each; threads and {NUMPY}: {count}."
    if ladder.peak_gflops:
        peaks = ", ".join(f"{units.three(peak)} with {n}" for n, peak in ladder.peak_gflops.items())
        reading += f" Peak: multiply-adds in registers, GFLOP/s: {peaks}; each is held against that of its threads."
    return "\n".join([*notes, reading, card_line(ladder.machine)])


# === the figure =======================================================================================


def ladder_figure(ladder):
    """A bar a rung, the slide at the bottom; NumPy and the machine's peak as lines. The caller saves the figure."""
    rungs, lines = [row for row in ladder.rows if row.rung is not None], marks(ladder)
    with drawing(STYLE | {"axes.spines.left": False}):
        figure = entitled(headline(ladder, rungs), None, figsize=(13.3, 7.5))
        panel = figure.subplots()
        known = [value for value, *_ in lines] + [row.gflops for row in rungs if row.gflops]
        panel.set_xlim(0, 1.03 * max(known, default=1.0))
        for k, (value, _, colour, line) in enumerate(lines):
            panel.plot([value, value], [-0.6, height(k, rungs) + 0.3], line, color=colour, linewidth=3, zorder=1)
        for row in rungs:
            if row.gflops:
                colour = EXACT if row.contract == "exact" else ROUNDING
                inside = "white" if row.spoilt else colour
                panel.barh(row.rung, row.gflops, height=0.74, color=inside, edgecolor=colour, linewidth=3)
        for label, colour in (("the slide's bits", EXACT), ("rounded once a term", ROUNDING)):
            panel.barh(0, 0, color=colour, label=label)
        panel.legend(
            loc="lower right", bbox_to_anchor=(0.96, 0.02), frameon=True, framealpha=1, edgecolor="white", fontsize=17
        )
        panel.set_yticks(range(len(rungs)), [f"{row.rung} {row.name}: {row.idea}" for row in rungs])
        panel.set_ylim(-0.6, height(len(lines), rungs))
        panel.tick_params(axis="y", length=0)
        panel.set_xlabel("GFLOP/s (× the rung below)")
        panel.grid(axis="x", linewidth=1)
        readable(panel.xaxis, units.count)
        sign(figure, ladder.machine)
        settle(figure)
        label_bars(panel, ladder, rungs)
        label_marks(panel, lines, rungs)
        return figure


def headline(ladder, rungs):
    """What is multiplied, and how far it is from the bottom to the top."""
    n, k, p = (ladder.workload.sizes[symbol] for symbol in "nkp")
    top, what = ladder.shown(rungs[-1], rungs[-1].times_slide), f"{n} × {k} times {k} × {p}, {ladder.workload.dtype}"
    return f"{what}: {doubt(top)}{units.three(top['ratio'])} × the slide" if top and top["ratio"] else what


def height(k, rungs):
    """Where a line's name stands, in rungs: each has a height of its own above the bars."""
    return len(rungs) - 0.4 + 0.42 * k


def marks(ladder):
    """What is drawn as a line, from the smallest: (GFLOP/s, label, colour, style)."""
    found = [
        (peak, f"peak of {units.plural(n, 'thread')}: {units.three(peak)}", "black", "-")
        for n, peak in ladder.peak_gflops.items()
    ]
    numpy = next(row for row in ladder.rows if row.name == NUMPY)
    if numpy.gflops:
        said = "NumPy, spoilt by other programs" if numpy.spoilt else f"NumPy: {units.three(numpy.gflops)}"
        found.append((numpy.gflops, said, COLOURS["numpy_vectorized"], ":" if numpy.spoilt else "--"))
    return sorted(found)


def label_bars(panel, ladder, rungs):
    """Each bar's rate and the ratio to the rung below, in the bar where it has room; a rung without a time says so."""
    labels = Labels(panel)
    for row in rungs:
        x, y = panel.transData.transform((row.gflops or 0.0, row.rung))
        if not row.gflops:
            said = "disagrees: not timed" if row.agreement and not row.agreement.passed else "n/a"
            labels.put(said, [Place(x + GAP, y, "left", "center")], color="#b00000")
            continue
        said, ink = bar_label(ladder, row), "black" if row.spoilt else "white"
        if x - panel.bbox.x0 > width_of(panel, said, fontweight="bold") + 2 * GAP:
            labels.put(said, [Place(x - GAP, y, "right", "center")], fontweight="bold", color=ink)
        else:
            behind = {"facecolor": "white", "edgecolor": "none", "pad": 2}
            labels.put(said, [Place(x + GAP, y, "left", "center")], fontweight="bold", bbox=behind)


def bar_label(ladder, row):
    """`12.3   × 4.56`; ≈ unless it is sure which is faster."""
    if row.spoilt:
        return "spoilt by other programs"
    rate, below = at_least(row) + units.three(row.gflops), ladder.shown(row, row.times_below)
    return f"{rate}   {doubt(below)}× {units.three(below['ratio'])}" if below and below["ratio"] else rate


def label_marks(panel, lines, rungs):
    """Each line's name and value, beside its upper end."""
    labels = Labels(panel)
    for k, (value, said, colour, _) in enumerate(lines):
        x, y = panel.transData.transform((value, height(k, rungs)))
        sides = [Place(x + GAP, y, "left", "bottom"), Place(x - GAP, y, "right", "bottom")]
        near_the_end = x > (panel.bbox.x0 + panel.bbox.x1) / 2
        labels.put(said, sides[::-1] if near_the_end else sides, color=colour)
