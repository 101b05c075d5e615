"""A sweep as a table in the terminal and as a figure: time and memory against a size, and who overtakes whom."""

from functools import partial

from matplotlib import rc_context
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ..measure.machine import card_line
from . import units
from .figures import COLOURS, OTHERS, draw_curve, entitled, readable, sign, style


def sentence(crossover, over):
    """`numpy_vectorized overtakes numba_loops at m ≈ 300`."""
    return f"{crossover.overtakes} overtakes {crossover.overtaken} at {over} ≈ {units.about(crossover.at)}"


def sweep_shown(sweep):
    """What is swept, the table, and what it says."""
    work = sweep.workload
    title = f"{work.name} · {work.data} · {work.dtype}: time of one step against {sweep.over}"
    return Group(Text(title, "bold"), sweep_table(sweep), Text("\n".join(notes(sweep)), "italic"))


def sweep_table(sweep):
    """A row for each size, a column for each implementation; the fastest of a row stands out."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(sweep.over, justify="right")
    for name in sweep.names:
        table.add_column(name.replace("_", "_\n"), justify="right", no_wrap=True)
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
    """One time; bold green for the fastest."""
    times = {other: steps[size]["median"] for other in sweep.names if size in (steps := sweep.steps(other))}
    if name not in times:
        return Text("n/a", "yellow")
    return Text(units.seconds(times[name]), "bold green" if times[name] == min(times.values()) else "")


def notes(sweep):
    """Crossovers, who stopped and why, what compiling costs, how to read the rest, the machine."""
    yield from (sentence(crossover, sweep.over) for crossover in sweep.crossovers())
    yield from (f"{name} stops: {reason}" for name, reason in sweep.left.items())
    if sweep.compile_seconds:
        compiled = ", ".join(f"{name} {units.seconds(value)}" for name, value in sweep.compile_seconds.items())
        yield f"Compiling from nothing, once: {compiled}."
    if sweep.temporaries:
        yield "Memory: the peak of one step beside its results."
    yield card_line(sweep.machine)


def sweep_figure(sweep, points=None):
    """Two panels on logarithmic axes: time with crossovers and compile cost, and the memory of temporaries."""
    with rc_context(style(points)):
        title = f"{sweep.workload.name} against {sweep.over}, {sweep.workload.dtype}; ≈: one overtakes another"
        figure = entitled(title, points, figsize=(13.3, 8.2))
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        for name in sweep.names:
            draw_curve(upper, name, medians(sweep, name), points, partial(told, sweep, name, units.seconds))
            draw_curve(lower, name, memory(sweep, name), points, partial(told, sweep, name, units.memory))
        draw_compile_cost(upper, sweep)
        for place, crossover in enumerate(sweep.crossovers()):
            draw_crossover(upper, crossover, place % 3)
        finish(upper, units.seconds, "one step")
        finish(lower, units.memory, "temporaries")
        lower.set_xlabel(f"{sweep.over}, logarithmic")
        readable(lower.xaxis, units.count)
        if points is None:  # a page has switches for this
            upper.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        sign(figure, sweep.machine, points)
        return figure


def medians(sweep, name):
    """One implementation's times: `{size: seconds}`."""
    return {size: step["median"] for size, step in sweep.steps(name).items()}


def memory(sweep, name):
    """The peak of its temporaries, where there are any: `{size: bytes}`."""
    return {size: most for (who, size), most in sweep.temporaries.items() if who == name and most}


def told(sweep, name, text, size, value):
    """What a point says: `numba_loops, m = 1 024: 20.1 µs`."""
    return f"{name}, {sweep.over} = {units.count(size)}: {text(value)}"


def draw_compile_cost(panel, sweep):
    """A dashed line where one compilation costs as much as one step of that height."""
    for name, seconds in sweep.compile_seconds.items():
        panel.axhline(
            seconds, color=COLOURS.get(name, OTHERS), linestyle="--", linewidth=1.5, gid=f"series-{name}"
        )  # fmt: skip
    if sweep.compile_seconds:
        panel.annotate(
            "dashed: compiling once", (1.0, max(sweep.compile_seconds.values())), xycoords=("axes fraction", "data"),
            xytext=(-4, 5), textcoords="offset points", ha="right", fontsize=16,
        )  # fmt: skip


def draw_crossover(panel, crossover, height):
    """A dotted line at the size, which it names above; neighbours stand at different heights."""
    colour = COLOURS.get(crossover.overtakes, OTHERS)
    panel.axvline(crossover.at, color=colour, linestyle=":", linewidth=2, gid=f"series-{crossover.overtakes}")
    panel.annotate(
        f"≈ {units.about(crossover.at)}", (crossover.at, 1.0), xycoords=("data", "axes fraction"), ha="center",
        xytext=(0, 4 + 20 * height), textcoords="offset points", fontsize=16, annotation_clip=False,
    )  # fmt: skip


def finish(panel, text, label):
    """Logarithmic axes with readable ticks."""
    panel.set_xscale("log", base=2)
    if panel.lines:
        panel.set_yscale("log")
    panel.set_ylabel(label)
    readable(panel.yaxis, text)
    panel.grid(visible=True)
