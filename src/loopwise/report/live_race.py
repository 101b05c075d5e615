"""The race as it is seen: a bar and a curve of costs for each, and in the end what it has shown."""

import numpy as np
from rich import box
from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..measure.live_race import furthest_apart, not_running, shared
from ..measure.machine import card_line
from . import units
from .figures import COLOURS, OTHERS

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 16  # letters of a curve


def race_shown(race):
    """A row for each: its steps, as a bar against the leader's; its costs so far, all on the same axes."""
    lead = max((len(runner.costs) for runner in race.runners), default=0)
    costs = [cost for runner in race.runners for cost in runner.costs if np.isfinite(cost)]
    limits = min(costs, default=0.0), max(costs, default=1.0)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("implementation", no_wrap=True)
    table.add_column("steps", justify="right", no_wrap=True)
    table.add_column("", ratio=1)
    table.add_column("J, step by step", no_wrap=True, width=WIDTH)
    table.add_column("J", justify="right", no_wrap=True)
    for runner in race.runners:
        colour, taken = COLOURS.get(runner.name, OTHERS), len(runner.costs)
        bar = ProgressBar(total=1.0, completed=np.log(taken + 1) / np.log(lead + 2), complete_style=colour)
        curve = Text(sparkline(runner.costs, lead, *limits), colour)
        now = f"{runner.costs[-1]:.4f}" if taken else ""
        table.add_row(Text(runner.name, colour), units.count(taken), bar, curve, now)
    spent = max((runner.seconds for runner in race.runners), default=0.0)
    said = f"{min(spent, race.seconds):.1f} of {race.seconds:g} s each. Bars and curves: steps on a logarithmic axis."
    return Group(Text(title(race), "bold"), table, Text(said, "italic"))


def title(race):
    """What is trained, and how."""
    work = race.start.workload
    return f"{work.name} · {work.data} · {units.sizes(work)} · {work.dtype} · gradient descent, α = {race.alpha:g}"


def sparkline(costs, steps, low, high):
    """Costs as blocks, all runners on one scale: letter k stands for a step on a logarithmic axis up to `steps`."""
    places = np.geomspace(1, max(steps, 2), WIDTH).astype(int) - 1
    return "".join(block(costs[k], low, high) for k in places if k < len(costs))


def block(cost, low, high):
    """The higher, the dearer; a cost that has left the real numbers is a cross."""
    if not np.isfinite(cost):
        return "×"
    return BLOCKS[round((cost - low) / ((high - low) or 1.0) * (len(BLOCKS) - 1))]


def outcome(race):
    """What was seen, in sentences: how far each came, and how near their costs are at the same step."""
    runners = [runner for runner in race.runners if runner.costs]
    if not runners:
        return
    slowest = min(runners, key=lambda runner: len(runner.costs))
    first = runners[0]
    for runner in runners:
        each, times = runner.seconds / len(runner.costs), len(runner.costs) / len(slowest.costs)
        further = f", {units.three(times)} × as many as {slowest.name}" if runner is not slowest else ""
        compiled = f" (compiled before, {units.seconds(runner.compile_seconds)})" if runner.compile_seconds else ""
        yield f"{runner.name}: {units.count(len(runner.costs))} steps of {units.seconds(each)}{further}{compiled}."
    for runner in runners[1:]:
        apart, steps = furthest_apart(runner, first), units.count(shared(runner, first))
        said = "the same bits" if apart == 0 else f"at most {units.count(apart)} ulp apart"
        yield f"J of {runner.name} and {first.name}, {steps} steps of both: {said}."
    yield from (f"{name} does not run: {reason}." for name, reason in not_running(race.start).items())
    yield card_line(race.start.machine)
