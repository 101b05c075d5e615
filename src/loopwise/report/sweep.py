"""A sweep as a table and as a figure: time and memory against a size, and where one overtakes another."""

from functools import partial

from rich.console import Group
from rich.text import Text

from ..machine.card import card_line, warnings
from . import units
from .canvas import drawing
from .cells import at_most, distrust, empty_table, time_text
from .curves import beside, draw_curve, entitled, readable, series, sign, style
from .label_places import Labels, Place, settle
from .style import COLOURS, MARKERS, OTHERS
from .terminal import plain

GAP, LINE = 6, 22  # pixels: from a line to its label, and from one height of labels to the next


def sentence(crossover, over):
    """`numpy_vectorized overtakes numba_loops at m ≈ 300, between 256 and 512`."""
    said = f"{crossover.overtakes} overtakes {crossover.overtaken} at {over} ≈ {units.about(crossover.at)}"
    if crossover.high:
        said += f", between {units.count(crossover.low)} and {units.count(crossover.high)}"
    return said


def sweep_shown(sweep):
    """What is swept, the table, and what it says."""
    work = sweep.workload
    title = f"{work.name} · {work.data} · {work.dtype}: time of {units.timed(work)} against {sweep.over}"
    return Group(Text(title, "bold"), sweep_table(sweep), Text("\n".join(notes(sweep)), "italic"))


def sweep_table(sweep):
    """A row for each size, a column for each implementation; the fastest of a row stands out."""
    table = empty_table()
    table.add_column(sweep.over, justify="right")
    for name in sweep.names:
        table.add_column(Text(plain(name).replace("_", "_\n")), justify="right", no_wrap=True)
    for size in sweep.comparisons:
        table.add_row(units.count(size), *(cell(sweep, name, size) for name in sweep.names))
    if sweep.temporaries:
        table.add_section()
        table.add_row("memory", *[""] * len(sweep.names))
        for size in sweep.comparisons:
            sizes = [sweep.temporaries.get((name, size)) for name in sweep.names]
            table.add_row(units.count(size), *("" if most is None else units.memory(most) for most in sizes))
    return table


def cell(sweep, name, size):
    """One time; bold green for the fastest, and for those that are as fast as far as one can tell."""
    times = {other: shown[size]["median"] for other in sweep.names if size in (shown := sweep.times(other))}
    row = sweep.row(name, size)
    if name not in times:
        return Text("n/a" if row is None else time_text(row), "yellow")
    fastest = min(times, key=times.get)
    ratio = sweep.ratios(fastest, name).get(size)
    level = name == fastest or (ratio is not None and not ratio["sure"])
    return Text(time_text(row), "bold green" if level else "")


def notes(sweep):
    """Crossovers, which implementations stopped and why, what compiling costs, how to read the rest, the card."""
    yield from (sentence(crossover, sweep.over) for crossover in sweep.crossovers())
    yield from (f"{name} stops: {reason}" for name, reason in sweep.left.items())
    if sweep.compile_seconds:
        most = {name: "≤ " for name in sweep.compile_at_most}
        compiled = ", ".join(
            f"{name} {most.get(name, '')}{units.seconds(value)}" for name, value in sweep.compile_seconds.items()
        )
        yield f"Compiling from nothing, once: {compiled}."
    if sweep.temporaries:
        yield "Memory: the peak of one step beside its results."
    yield from distrust(sum(comparison.compiled_while_timing for comparison in sweep.comparisons.values()))
    yield from warnings(sweep.machine)
    yield card_line(sweep.machine)


def sweep_figure(sweep, points=None):
    """Two panels on logarithmic axes: time with crossovers and compile cost, and the memory of temporaries."""
    with drawing(style(points)):
        title = f"{sweep.workload.name} against {sweep.over}, {sweep.workload.dtype}; ≈: one overtakes another"
        figure = entitled(title, points, figsize=(13.3, 8.2))
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        for name in sweep.names:
            draw_curve(upper, name, medians(sweep, name), points, partial(time_tooltip, sweep, name))
            if points is None:  # a page's points say it
                draw_doubts(upper, sweep, name)
            draw_curve(lower, name, memory(sweep, name), points, partial(tooltip, sweep, name, units.memory))
        for name, seconds in sweep.compile_seconds.items():  # where one compilation costs as much as one step
            upper.axhline(seconds, **dotted(name, "--", 1.5))
        for crossover in sweep.crossovers():
            upper.axvline(crossover.at, **dotted(crossover.overtakes, ":", 2))
        hollow = any(sweep.row(name, size).at_most for name in sweep.names for size in medians(sweep, name))
        finish(upper, units.seconds, units.timed(sweep.workload) + "\n(hollow: at most)" * (hollow and points is None))
        finish(lower, units.memory, "temporaries")
        lower.set_xlabel(f"{sweep.over}, logarithmic")
        readable(lower.xaxis, units.count)
        if points is None:
            beside(upper)
        sign(figure, sweep.machine, points)
        settle(figure)
        label_lines(upper, sweep)
        return figure


def medians(sweep, name):
    """One implementation's times: `{size: seconds}`."""
    return {size: step["median"] for size, step in sweep.times(name).items()}


def draw_doubts(panel, sweep, name):
    """What was at most so long has a point that is hollow."""
    doubtful = {size: time for size, time in medians(sweep, name).items() if sweep.row(name, size).at_most}
    if doubtful:
        colour, marker = COLOURS.get(name, OTHERS), MARKERS.get(name, "o")
        hollow = {"markerfacecolor": "white", "markeredgewidth": 2, "zorder": 3, "gid": series(name)}
        panel.plot([*doubtful], [*doubtful.values()], marker, ms=9, ls="none", color=colour, **hollow)


def memory(sweep, name):
    """The peak of its temporaries, where there are any: `{size: bytes}`."""
    return {size: most for (contender, size), most in sweep.temporaries.items() if contender == name and most}


def time_tooltip(sweep, name, size, value):
    """`tooltip` of a time, with ≤ where others had its cores now and then."""
    return tooltip(sweep, name, lambda time: at_most(sweep.row(name, size)) + units.seconds(time), size, value)


def tooltip(sweep, name, text, size, value):
    """What a point says: `numba_loops, m = 1 024: 20.1 µs`."""
    return f"{name}, {sweep.over} = {units.count(size)}: {text(value)}"


def dotted(name, style, width):
    """How a line of one implementation looks that is no curve."""
    return {"color": COLOURS.get(name, OTHERS), "linestyle": style, "linewidth": width, "gid": series(name)}


def label_lines(panel, sweep):
    """What the dashed lines are, and the size at each dotted one: as far up as there is room."""
    room, labels = panel.bbox, Labels(panel)
    for crossover in sweep.crossovers():
        x, _ = panel.transData.transform((crossover.at, 1.0))
        heights = [room.y1 - step * LINE for step in range(int(room.height / LINE))]
        sides = [(x + GAP, "left"), (x - GAP, "right")]
        places = [Place(edge, y, ha, "top") for y in heights for edge, ha in sides]
        labels.put(f"≈ {units.about(crossover.at)}", places, fontsize=16)
    if sweep.compile_seconds:
        _, y = panel.transData.transform((1.0, max(sweep.compile_seconds.values())))
        ends = [(room.x1 - GAP, "right"), (room.x0 + GAP, "left")]
        places = [Place(x, y + up * GAP, ha, va) for x, ha in ends for up, va in ((1, "bottom"), (-1, "top"))]
        labels.put("dashed: compiling once", places, fontsize=16)


def finish(panel, text, label):
    """Logarithmic axes with readable ticks."""
    panel.set_xscale("log", base=2)
    if panel.lines:
        panel.set_yscale("log")
    panel.set_ylabel(label)
    readable(panel.yaxis, text)
    panel.grid(visible=True)
