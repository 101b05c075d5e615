"""What compiling costs and when it has paid: a table, and totals against the number of calls."""

import math

import numpy as np
from rich.console import Group
from rich.text import Text

from ..machine.card import card_line, warnings
from . import units
from .canvas import drawing
from .cells import at_most, distrust, empty_table, time_text
from .curves import beside, draw_points, entitled, readable, series, shown, sign, style
from .label_places import settle
from .style import COLOURS, OTHERS
from .terminal import plain


def break_even_shown(result):
    """What was measured, a row for each implementation, and from how many calls on each is ahead."""
    work = result.comparison.workload
    title = Text(f"{work.name} · {work.data} · {units.sizes(work)} · {work.dtype}", "bold")
    return Group(title, costs_table(result), Text("\n".join(sentences(result)), "italic"))


def costs_table(result):
    """What the first call costs with an empty cache and with a full one, and what every further call costs."""
    table = empty_table()
    for heading in (
        "implementation",
        "first call,\nall to compile",
        "first call,\nall in the cache",
        "each further\ncall",
    ):
        table.add_column(heading, justify="left" if heading == "implementation" else "right")
    for cost in result.costs:
        starts = map(start_text, (cost.cold, cost.cached))
        table.add_row(Text(plain(cost.implementation)), *starts, time_text(result.row(cost.implementation)))
    return table


def start_text(start):
    """`2.10 s`, `≤ 2.10 s` where other programs made it longer."""
    return at_most(start) + units.seconds(start.first_call)


def sentences(result):
    """When each has paid, how to read the table, the machine card."""
    for one in result.costs:
        for other in result.costs:
            if one.cold.compiling > 0 and other.cold.compiling == 0:
                yield f"{one.implementation} against {other.implementation}: {when(one, other, result)}."
    yield from (f"{row.implementation} {row.note}" for row in result.comparison.rows if row.note)
    yield from result.comparison.absent.values()
    yield "Each first call is made in a process of its own; importing is not counted: all import."
    yield from distrust(result.comparison.compiled_while_timing)
    yield from warnings(result.comparison.machine)
    yield card_line(result.comparison.machine)


def when(one, other, result=None):
    """`ahead after 1 200 calls (1 100 to 1 400), after 14 (9 to 20) when cached`."""
    cold, cached = (one.pays_after(other, cold) for cold in (True, False))
    if result and result.comparison.samples and not result.is_sure(one, other):
        return "it is not sure which has the faster step, so not when it pays"
    if math.isinf(cold):
        return "never ahead"
    colds, cacheds = (result and ends_of(result, one, other, is_cold) for is_cold in (True, False))
    said = f"ahead after {about(cold, colds, ' calls')}"
    return f"{said}, at once when cached" if cached == 1 else f"{said}, after {about(cached, cacheds)} when cached"


def ends_of(result, one, other, cold):
    """`pays_between`; nothing is known, (1, infinity), of one start alone."""
    alone = min(len(one.colds), len(other.colds)) == 1
    return (1, math.inf) if alone else result.pays_between(one, other, cold)


def about(number, ends, unit=""):
    """`14 (9 to 20)`; `≈ 14` where the ends are not known."""
    low, high = ends or (number, number)
    said = f"{units.count(number)}{unit}"
    if math.isinf(high):
        return f"≈ {said}"
    return said if low == high else f"{said} ({units.count(low)} to {units.count(high)})"


def break_even_figure(result, points=None):
    """Total time against calls on logarithmic axes: full lines begin with compiling, dashed ones with a full cache."""
    with drawing(style(points)):
        work, last = result.comparison.workload, exponent_of_last(result)
        figure = entitled(f"{work.name}, {units.sizes(work)}: when compiling has paid", points, figsize=(13.3, 7))
        panel = figure.subplots()
        for cost in result.costs:
            draw_totals(panel, cost, result.row(cost.implementation), last, points)
        panel.set_title("full lines: first compile; dashed ones: load what was compiled before", loc="left")
        panel.set(xscale="log", yscale="log", xlabel="calls in one process", ylabel="total time")
        readable(panel.xaxis, units.count)
        readable(panel.yaxis, units.seconds)
        panel.grid(visible=True)
        if points is None:
            beside(panel)
        sign(figure, result.comparison.machine, points)
        settle(figure)
        return figure


def draw_totals(panel, cost, row, last, points):
    """One implementation's two lines; on a page, a point for every ten times as many calls.

    Where other programs took too much of its steps there is only a word in the legend.
    """
    calls, name = np.logspace(0, last, 200), cost.implementation
    colour = COLOURS.get(name, OTHERS)
    if row.spoilt:
        panel.plot([], [], color=colour, label=f"{shown(name)}:\nspoilt by other programs")
        return
    panel.plot(calls, cost.total(calls), color=colour, label=at_most(row) + shown(name), gid=series(name))
    if cost.cold.compiling > 0:
        dashed = {"linestyle": "--", "linewidth": 2, "gid": series(name)}
        panel.plot(calls, cost.total(calls, cold=False), color=colour, **dashed)
    if points is not None:
        totals = {10**k: cost.total(10**k) for k in range(int(last) + 1)}
        say = lambda n, total: f"{name}, {units.count(n)} calls: {units.seconds(total)}"  # noqa: E731
        draw_points(panel, name, totals, points, say)


def exponent_of_last(result):
    """Ten times beyond the last crossing of two lines that are drawn, within reason."""
    drawn = [cost for cost in result.costs if not result.row(cost.implementation).spoilt]
    pays = [one.pays_after(other) for one in drawn for other in drawn if one is not other]
    last = max([pay for pay in pays if not math.isinf(pay)], default=1000)
    return min(9.0, math.ceil(math.log10(10 * last)))
