"""Can the figures be trusted? `python benchmarks/trust.py`: the same implementation raced against itself.

Each race has one implementation under four names, each with arrays of its own, and a fifth that does five per cent more
work. A false winner is one of the four that is called faster or slower than another of them: in a table of ten rows
there are nine chances for that, here there are six. Each race is another implementation's turn.

`--beside` does it beside other programs; `--figures` asks another question: how far is each figure, beside them, from
the one that is measured when all is quiet?
"""

import argparse
import itertools
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from loopwise import get_implementation, workloads
from loopwise.errors import LoopwiseError
from loopwise.machine.card import card, card_line, warnings
from loopwise.machine.load import Load
from loopwise.machine.threads import default_threads, threads
from loopwise.measure.interleaved import interleave
from loopwise.measure.placement import placed
from loopwise.measure.ratios import paired_ratio
from loopwise.measure.samples import burst_of, wake
from loopwise.output_files import json_text, validate_outputs, write_atomically
from loopwise.report import units

WORKS = {
    "network 2-4-1, m = 400": lambda: workloads.drawn("network", 400, 2, [4, 1]),
    "logistic 30 × 569": lambda: workloads.drawn("logistic", 569, 30),
    "logistic 30 × 20 000": lambda: workloads.drawn("logistic", 20_000, 30),
    "network 64-32-10, m = 500": lambda: workloads.drawn("network", 500, 64, [32, 10]),
    "network 12288-20-7-5-1, m = 209": lambda: workloads.drawn("network", 209, 12_288, [20, 7, 5, 1]),
    "network 784-256-128-10, m = 256": lambda: workloads.drawn("network", 256, 784, [256, 128, 10]),
}
TURNS = ["numba_tuned", "numpy_vectorized", "numba_parallel", "numba_loops"]
TWINS, SLOWER = ["A", "B", "C", "D"], "slower"
# What runs beside ends with this program, however that one ends.
BUSY = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(100_000): pass
"""
OPENMP = """
import os
from loopwise import get_implementation, workloads
step = workloads.drawn("logistic", 20_000, 30).bind(get_implementation("numba_parallel"))
parent = os.getppid()
while os.getppid() == parent: step()
"""
OTHERS = {"nothing": [], "1 busy": [BUSY], "2 busy": [BUSY, BUSY], "OpenMP": [OPENMP]}


@contextmanager
def beside(name):
    """Other programs that run meanwhile."""
    others = [subprocess.Popen([sys.executable, "-P", "-c", program]) for program in OTHERS[name]]
    try:
        time.sleep(3.0 if OPENMP in OTHERS[name] else 0.2)  # it loads what it needs first
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


# === the same against itself ==========================================================================


class Waste:
    """Python that takes a given time: extra work that is known."""

    def __init__(self):
        nothing, much = (min(self.timed(count) for _ in range(20)) for count in (0, 10_000))
        self.call, self.turn = nothing, (much - nothing) / 10_000

    def timed(self, count):
        """Seconds of one call, without the clock's."""
        begun = time.perf_counter()
        for _ in range(20):
            self.spend(count)
        return (time.perf_counter() - begun) / 20

    def spend(self, count):
        """So many turns of an empty loop."""
        for _ in range(count):
            pass

    def turns_for(self, step, share):
        """How many turns take so much of a step's time: a guess, which is then tried, and put right."""
        calls = burst_of(wake(step))
        turns = max(1, round((share * self.seconds(step, calls) - self.call) / self.turn))
        for _ in range(2):
            pairs = [(self.seconds(step, calls), self.seconds(self.after(step, turns), calls)) for _ in range(15)]
            extra = statistics.median(slower / plain - 1 for plain, slower in pairs)
            turns = max(1, turns + round((share - extra) * pairs[0][0] / self.turn))
        return turns

    def seconds(self, step, calls):
        """Of one call in a burst."""
        begun = time.perf_counter()
        for _ in range(calls):
            step()
        return (time.perf_counter() - begun) / calls

    def after(self, step, turns):
        """The step, and then so many turns."""

        def slower():
            result = step()
            self.spend(turns)
            return result

        return slower


@dataclass
class Study:
    """What came out of the races of one workload."""

    races: int = 0
    false_winners: list = field(default_factory=list)
    found: int = 0
    asked: int = 0
    without_figure: int = 0
    widths: list = field(default_factory=list)
    ratios: list = field(default_factory=list)
    missed: dict = field(default_factory=dict)  # by implementation, how often

    def enter(self, name, samples):
        """One race of an implementation."""
        self.races += 1
        timed = {name: one for name, one in samples.items() if not one.is_spoilt}
        self.without_figure += len(samples) - len(timed)
        twins = [name for name in TWINS if name in timed]
        pairs = [paired_ratio(timed[one], timed[other]) for one, other in itertools.combinations(twins, 2)]
        self.false_winners.append(sum(pair["sure"] for pair in pairs))
        self.widths += [(pair["high"] / pair["low"] - 1) / 2 for pair in pairs if pair["low"]]  # None with few rounds
        if SLOWER in timed and twins:
            against = paired_ratio(timed[twins[0]], timed[SLOWER])
            self.asked += 1
            found = bool(against["sure"] and against["ratio"] < 1)
            self.found += found
            self.missed[name] = self.missed.get(name, 0) + (not found)
            self.ratios += [against["ratio"]] if against["ratio"] else []

    def as_dict(self):
        """For machines."""
        return vars(self) | {"false": self.false}

    @property
    def false(self):
        """Races with a false winner."""
        return sum(count > 0 for count in self.false_winners)

    def row(self):
        """For the table."""
        width = f"± {100 * statistics.median(self.widths):.2f} %" if self.widths else "n/a"
        ratio = f"{statistics.median(self.ratios):.3f}" if self.ratios else "n/a"
        return (
            f"{self.false} of {self.races}",
            f"{self.found} of {self.asked}",
            ratio,
            width,
            f"{self.without_figure} of {5 * self.races}",
        )


def race(work, name, seed, given, waste):
    """Time an implementation against itself, and against itself with more to do."""
    implementation = get_implementation(name)
    names, turns = [*TWINS, SLOWER], None

    def renew(twin, rng):
        nonlocal turns
        step = replace(work, inputs=placed(work.inputs, rng)).bind(implementation)
        if twin != SLOWER:
            return step
        if turns is None:
            turns = waste.turns_for(step, given.slower / 100)
        return waste.after(step, turns)

    rng = np.random.default_rng(seed)
    contenders = {twin: renew(twin, rng) for twin in rng.permutation(names)}
    samples, stopped = interleave(contenders, given.budget, seed, renew=renew)
    if stopped:
        raise KeyboardInterrupt
    return samples


def same(given, console):
    """Races of the same against itself, for each workload; returns whether none had a false winner."""
    headings = ("work", "false winners", f"{given.slower:g} % found", "its ratio", "interval", "without figure")
    table = Table(*headings, title=given.title)
    studies, waste = {}, Waste()
    try:
        for what, build in WORKS.items():
            if given.only not in what:
                continue
            work, studies[what] = build(), Study()
            turns = [name for name in TURNS if name != "numba_loops" or work.flops < 1e7]  # at most milliseconds
            for name in turns:
                work.bind(get_implementation(name))()  # compiled
            with beside(given.beside):
                for k in track(range(given.races), what, console=Console(stderr=True)):
                    name = turns[k % len(turns)]
                    studies[what].enter(name, race(work, name, k, given, waste))
    except KeyboardInterrupt:
        given.stopped = True
    for what, study in studies.items():
        if study.races:
            table.add_row(what, *study.row())
    console.print(table)
    return {what: study.as_dict() for what, study in studies.items()}, not any(one.false for one in studies.values())


# === figures beside other programs ====================================================================


def medians(work, names, given):
    """Each implementation's median, and whether that may be too long; None where it has no figure."""
    steps = {name: work.bind(get_implementation(name)) for name in names}
    for step in steps.values():
        step()

    def renew(name, rng):
        return replace(work, inputs=placed(work.inputs, rng)).bind(get_implementation(name))

    samples, stopped = interleave(steps, given.budget, renew=renew)
    if stopped:
        raise KeyboardInterrupt
    return {
        name: None if one.is_spoilt else (one.quartiles()["median"], one.is_at_most) for name, one in samples.items()
    }


def measured_beside(work, names, given):
    """The medians beside each kind of other programs."""
    each = {}
    for others in OTHERS:
        with beside(others):
            each[others] = medians(work, names, given)
    again = medians(work, names, given)  # what is quiet of this program's may not be quiet of the host's
    each["nothing"] = {name: least(seconds, again[name]) for name, seconds in each["nothing"].items()}
    return each


def least(one, other):
    """The smaller of two medians, either of which may be missing."""
    return min((median for median in (one, other) if median), default=None)


def against(median, quiet, near):
    """A median as a multiple of the quiet one, and whether it is near it, or says that it may be too long."""
    if not median or not quiet:
        return "no figure", True
    ratio = median[0] / quiet[0]
    return "≤ " * median[1] + f"{ratio:.2f} ×", 1 / near <= ratio and (ratio <= near or median[1])


def figures(given, console):
    """Figures beside other programs against those when all is quiet; returns whether each is near, or not given."""
    table = Table("work", Column("implementation", no_wrap=True), "quiet", title=given.title)
    for name in (name for name in OTHERS if OTHERS[name]):
        table.add_column(name, no_wrap=True)
    found, good = {}, True
    for what, build in WORKS.items():
        if given.only not in what:
            continue
        work, names = build(), list(TURNS)
        try:
            each = found[what] = measured_beside(work, names, given)
        except KeyboardInterrupt:
            given.stopped = True
            break
        for name in names:
            quiet = each["nothing"][name]
            good &= quiet is not None
            cells = []
            for others in OTHERS:
                if OTHERS[others]:
                    cell, near = against(each[others][name], quiet, given.near)
                    cells.append(cell)
                    good &= near
            shown = units.seconds(quiet[0]) if quiet else "no figure"
            table.add_row(what if name == names[0] else "", name, shown, *cells)
    console.print(table)
    return found, good


def main():
    """Print a table; exit code 1 where a false winner was named, or a figure beside other programs is far off."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], epilog="example: trust.py --races 20 --beside '1 busy'"
    )
    parser.add_argument("--races", type=int, default=100, help="for each workload (default 100)")
    parser.add_argument("--budget", type=float, default=6.0, help="seconds for each race (default 6)")
    parser.add_argument("--slower", type=float, default=5.0, help="per cent of extra work (default 5)")
    parser.add_argument("--beside", choices=list(OTHERS), default="nothing", help="what runs meanwhile")
    parser.add_argument("--figures", action="store_true", help="figures beside other programs instead")
    parser.add_argument("--near", type=float, default=1.3, help="how far off a figure may be (default 1.3 times)")
    parser.add_argument("--only", default="", help="only the workloads whose name holds this")
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--json", type=Path, help="write what was found")
    given = parser.parse_args()
    try:
        validate_outputs(given.json and str(given.json))
    except LoopwiseError as error:
        parser.error(str(error))
    given.title = "beside other programs" if given.figures else f"the same against itself, beside {given.beside}"
    console, given.stopped, load = Console(), False, Load()
    try:
        with threads(given.threads):
            found, good = (figures if given.figures else same)(given, console)
    except LoopwiseError as error:
        parser.error(str(error))
    machine = card(given.threads) | {"load": load.so_far()}  # what it races beside is its own child, and no other
    for line in warnings(machine):
        console.print(line, style="yellow")
    console.print(card_line(machine), style="dim")
    if given.json:
        text = json_text({"machine": machine, "found": found})
        write_atomically(given.json, lambda file: file.write(text.encode()))
    if given.stopped:
        console.print("stopped by Ctrl-C")
    sys.exit(130 if given.stopped else not good)


if __name__ == "__main__":
    main()
