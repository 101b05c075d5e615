"""What compiling costs and when it has paid: a table, and totals against the number of calls."""

import math

import numpy as np
from rich.console import Group
from rich.text import Text

from ..machine.card import card_line, warnings
from . import units
from .canvas import drawing
from .cells import empty_table, time_text
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
        starts = map(units.seconds, (cost.cold.first_call, cost.cached.first_call))
        table.add_row(Text(plain(cost.implementation)), *starts, time_text(result.row(cost.implementation)))
    return table


def sentences(result):
    """When each has paid, how to read the table, the machine card."""
    for one in result.costs:
        for other in result.costs:
            if one.cold.compiling > 0 and other.cold.compiling == 0:
                yield f"{one.implementation} against {other.implementation}: {when(one, other, result)}."
    yield from (f"{row.implementation} {row.note}" for row in result.comparison.rows if row.note)
    yield from result.comparison.absent.values()
    yield "Each first call is made in a process of its own; importing is not counted: all import."
    yield from warnings(result.comparison.machine)
    yield card_line(result.comparison.machine)


def when(one, other, result=None):
    """`ahead after 1 200 calls (1 100 to 1 400), after 14 (9 to 20) when cached`."""
    cold, cached = (one.pays_after(other, cold) for cold in (True, False))
    if result and result.comparison.samples and not result.is_sure(one, other):
        return "it is not sure which has the faster step, so not when it pays"
    if math.isinf(cold):
        return "never ahead"
    once = result and min(len(one.colds), len(other.colds)) == 1  # one start does not tell how far others are
    known = result and not once
    colds, cacheds = (between(result.pays_between(one, other, cold)) if known else "" for cold in (True, False))
    sign = "≈ " if once else ""
    said = f"ahead after {sign}{units.count(cold)} calls{colds}"
    if cached == 1:
        return f"{said}, at once when cached"
    return f"{said}, after {sign}{units.count(cached)}{cacheds} when cached"


def between(ends):
    """` (9 to 20)`; empty where nothing is known."""
    low, high = ends
    if math.isinf(low) or math.isinf(high) or low == high:
        return ""
    return f" ({units.count(low)} to {units.count(high)})"


def break_even_figure(result, points=None):
    """Total time against calls on logarithmic axes: full lines begin with compiling, dashed ones with a full cache."""
    with drawing(style(points)):
        work, last = result.comparison.workload, exponent_of_last(result)
        figure = entitled(f"{work.name}, {units.sizes(work)}: when compiling has paid", points, figsize=(13.3, 7))
        panel = figure.subplots()
        for cost in result.costs:
            draw_totals(panel, cost, last, points)
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


def draw_totals(panel, cost, last, points):
    """One implementation's two lines; on a page, a point for every ten times as many calls."""
    calls, name = np.logspace(0, last, 200), cost.implementation
    colour = COLOURS.get(name, OTHERS)
    panel.plot(calls, cost.total(calls), color=colour, label=shown(name), gid=series(name))
    if cost.cold.compiling > 0:
        dashed = {"linestyle": "--", "linewidth": 2, "gid": series(name)}
        panel.plot(calls, cost.total(calls, cold=False), color=colour, **dashed)
    if points is not None:
        totals = {10**k: cost.total(10**k) for k in range(int(last) + 1)}
        say = lambda n, total: f"{name}, {units.count(n)} calls: {units.seconds(total)}"  # noqa: E731
        draw_points(panel, name, totals, points, say)


def exponent_of_last(result):
    """Ten times beyond the last crossing of two lines, within reason."""
    pays = [one.pays_after(other) for one in result.costs for other in result.costs if one is not other]
    last = max([pay for pay in pays if not math.isinf(pay)], default=1000)
    return min(9.0, math.ceil(math.log10(10 * last)))
