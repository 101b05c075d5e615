"""The race as it is seen: a bar and a curve of costs for each, and in the end what it has shown."""

import numpy as np
from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.text import Text

from ..machine.card import card_line, warnings
from ..measure.race import absent_runners
from ..measure.ratios import paired_ratio
from ..measure.runner import furthest_apart, shared
from . import units
from .cells import doubt, empty_table
from .style import COLOURS, OTHERS
from .terminal import plain

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 16  # letters of a curve


def race_shown(race):
    """A row for each: its steps, as a bar against the leader's; its costs so far, all on the same axes."""
    lead = max((len(runner.costs) for runner in race.runners), default=0)
    curves = {runner.name: some_of(runner.costs, lead) for runner in race.runners}
    known = [cost for curve in curves.values() for cost in curve if np.isfinite(cost)]
    table = empty_table(expand=True)
    table.add_column("implementation", no_wrap=True)
    table.add_column("steps", justify="right", no_wrap=True)
    table.add_column("", ratio=1)
    table.add_column("J, step by step", no_wrap=True, width=WIDTH)
    table.add_column("J", justify="right", no_wrap=True)
    for runner in race.runners:
        colour, taken = COLOURS.get(runner.name, OTHERS), len(runner.costs)
        bar = ProgressBar(total=1.0, completed=np.log(taken + 1) / np.log(lead + 2), complete_style=colour)
        curve = Text(
            "".join(block(J, min(known, default=0), max(known, default=1)) for J in curves[runner.name]), colour
        )
        now = f"{runner.costs[-1]:.4g}" if taken else ""
        table.add_row(Text(plain(runner.name), colour), at_least(runner) + units.count(taken), bar, curve, now)
    spent = max((runner.seconds for runner in race.runners), default=0.0)
    said = f"{spent:.1f} of {race.seconds:g} s each. Bars and curves: steps on a logarithmic axis."
    return Group(Text(title(race), "bold"), table, Text(said, "italic"))


def title(race):
    """What is trained, and how."""
    work = race.first_steps.workload
    return f"{work.name} · {work.data} · {units.sizes(work)} · {work.dtype} · gradient descent, α = {race.alpha:g}"


def some_of(costs, steps):
    """The costs at steps on a logarithmic axis of up to `steps`, as many as a curve has letters."""
    steps = np.geomspace(1, max(steps, 2), WIDTH).astype(int) - 1
    return [costs[k] for k in steps if k < len(costs)]


def block(cost, low, high):
    """A block for each cost: the higher, the larger; a cost that is no number is a cross."""
    if not np.isfinite(cost):
        return "×"
    return BLOCKS[round((cost - low) / ((high - low) or 1.0) * (len(BLOCKS) - 1))]


def outcome(race):
    """What was seen, in sentences: how far each came, how near costs are at one step, which contracts were broken."""
    runners = [runner for runner in race.runners if runner.costs]
    for runner in runners:
        compiled = f" (compiled before, {units.seconds(runner.compile_seconds)})" if runner.compile_seconds else ""
        yield f"{runner.name}: {how_far(runner)}{further(runner, race.slowest)}{compiled}."
    for runner in runners:
        if runner is not race.first:
            apart, steps = furthest_apart(runner, race.first), units.plural(shared(runner, race.first), "step")
            said = "the same bits" if apart == 0 else f"at most {units.count(apart)} ulp apart"
            yield f"J of {runner.name} and {race.first.name}, {steps} of both: {said}."
    yield from (
        f"{runner.name}: other programs took {runner.taken_by_others:.0%} of its time; alone it would come further."
        for runner in runners
        if at_least(runner)
    )
    yield from (f"{runner.name} {runner.wrong}." for runner in race.runners if runner.wrong)
    yield from (f"{name} does not run: {reason}." for name, reason in absent_runners(race.first_steps).items())
    yield from warnings(race.first_steps.machine)
    yield card_line(race.first_steps.machine)


def at_least(runner):
    """`≥ ` before the steps of one that other programs held up."""
    return "≥ " if runner.slices.is_at_most or runner.spoilt else ""


def how_far(runner):
    """`31 402 steps of 38.1 µs`; without the time where other programs took too much of it."""
    steps, each = at_least(runner) + units.plural(len(runner.costs), "step"), runner.step_seconds
    return steps if each is None else f"{steps} of {'≤ ' if at_least(runner) else ''}{units.seconds(each)}"


def further(runner, slowest):
    """`, 20 × as many as python_loops`, ≈ unless it is sure which is faster; nothing where one of them was held up."""
    if runner is slowest or at_least(runner) or at_least(slowest):
        return ""
    times = units.three(len(runner.costs) / len(slowest.costs))
    return f", {doubt(paired_ratio(slowest.slices, runner.slices))}{times} × as many as {slowest.name}"
