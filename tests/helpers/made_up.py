"""Results that were not measured: every figure can be drawn with the numbers of any machine."""

from types import SimpleNamespace

import numpy as np

from loopwise.contract.agreement import Agreement
from loopwise.learning.models import Neuron
from loopwise.learning.state import State
from loopwise.machine.limits import DTYPES, Limits
from loopwise.measure import break_even, ladder, sweep
from loopwise.measure.first_call import Start
from loopwise.measure.rows import Comparison, Row

NAMES = ("python_loops", "numba_loops", "numba_parallel", "numpy_vectorized", "numba_tuned")
AGREED = Agreement("rounding", True, 3, 0.1)
CARD = {
    "cpu": "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", "cores": 64, "threads": 64, "threading_layer": "workqueue",
    "blas": "openblas 0.3.31.188.0 SkylakeX", "python": "3.11.2", "numpy": "2.4.6", "numba": "0.68.1",
    "loopwise": "0.1.0", "system": "Linux x86_64", "date": "2026-11-25T00:00:00+00:00",
}  # fmt: skip


def quartiles(seconds):
    """A time, and how it spread."""
    return {"median": seconds, "p25": 0.9 * seconds, "p75": 1.2 * seconds, "min": 0.8 * seconds, "samples": 9}


def paired(against, ratio):
    """A ratio and its interval."""
    return {"vs": against, "ratio": ratio, "low": 0.9 * ratio, "high": 1.1 * ratio, "sure": not 0.9 < ratio < 1.1}


def work(name="logistic_step", flops=1e6, data="breast_cancer"):
    """What was measured."""
    sizes = {"n_x": 30, "m": 569}
    return SimpleNamespace(name=name, data=data, sizes=sizes, dtype="float64", layout="C", flops=flops, bytes=1e6)


def comparison(seconds, names=NAMES, data="breast_cancer"):
    """A row for each time; speedups against the first."""
    rows = []
    for name, time in zip(names, seconds):
        ratio = seconds[0] / time
        rows.append(Row(name, AGREED, 0.1, 0.2, quartiles(time), paired(names[0], ratio), 1.0, 1.0))
    return Comparison(work(data=data), names[0], names[0], dict(CARD), rows)


def swept(table, names=NAMES):
    """A sweep: a row of times for each size, 4, 8, 16, …; memory and compiling take as many bytes and seconds."""
    result = sweep.Sweep("m")
    for k, seconds in enumerate(table):
        result.comparisons[4 * 2**k] = comparison(seconds, names)
        result.temporaries |= {(name, 4 * 2**k): 1e3 * time for name, time in zip(names, seconds)}
    result.compile_seconds = dict(zip(names[1:], table[-1][1:]))
    return result


def paid(first_calls, seconds, names=NAMES):
    """First calls with all to compile, half as long with nothing to compile; and steps."""
    costs = [
        break_even.Cost(name, Start(first, 0.9 * first), Start(first / 2, 0.0), quartiles(step))
        for name, first, step in zip(names, first_calls, seconds)
    ]
    return break_even.BreakEven(comparison(seconds, names), costs)


def climbed(rates, numpy, peaks):
    """A ladder with these GFLOP/s on its rungs, from the bottom up."""
    rows = ladder.empty_rows(64)
    for place, (row, gflops) in enumerate(zip(rows, [*np.resize(rates, len(rows) - 1), numpy])):
        row.gflops, row.agreement, row.step_seconds = float(gflops), AGREED, quartiles(1 / gflops)
        if 0 < place < len(rows) - 1:
            row.times_below = paired(rows[place - 1].name, gflops / rows[place - 1].gflops)
            row.times_slide = paired(rows[0].name, gflops / rows[0].gflops)
    sizes = {"n": 1024, "k": 1024, "p": 1024}
    return ladder.Ladder(SimpleNamespace(sizes=sizes, dtype="float64", name="matmul"), dict(CARD), rows, peaks)


def limits(peak, memory, caches=(8.0, 4.0, 2.0), gain=1.9):
    """One thread and 64, which are `gain` times as fast; caches so many times as fast as DRAM."""
    levels = {f"L{k}": times for k, times in enumerate(caches, 1)} | {"DRAM": 1.0}
    reads = {level: {1: times * memory, 64: gain * times * memory} for level, times in levels.items()}
    peaks = {dtype: {1: peak, 64: gain * peak} for dtype in DTYPES}
    others = {"apart": 0.6 * peak, "half": peak}
    others = {way: {dtype: {1: rate, 64: gain * rate} for dtype in DTYPES} for way, rate in others.items()}
    return Limits((1, 64), (), reads, {}, {1: memory, 64: memory}, peaks, others)


def points(rates):
    """(workload, implementation, GFLOP/s) of the three workloads that are on the roofline."""
    works = [work("logistic_step", 0.5e6), work("network_step", 8e6), work("matmul", 60e6)]
    spread = [*zip(NAMES[2:], (1.0, 0.8, 0.5))]
    return [(one, name, rate * share) for one, rate in zip(works, rates) for name, share in spread]


def trained(costs, validation=(), data="digits"):
    """A run of `loopwise train` with these costs."""
    done = len(costs)
    state = State(
        np.zeros(31), np.zeros(0), epoch=done, step=done, costs=tuple(costs), validation_costs=tuple(validation),
        stopped="epochs",
    )  # fmt: skip
    settings = {"model": "logistic", "data": data, "implementation": "numba_tuned", "optimizer": "adam", "alpha": 0.5}
    job = SimpleNamespace(settings=settings, model=Neuron("logistic", 30))
    found = {"m": 455, "cost": costs[-1], "accuracy": 0.5}
    return SimpleNamespace(
        job=job, state=state, seconds=costs[-1], train=found, test=found, curve=[(1, 0.1, 0.2)], theta_sha256="0" * 64
    )
