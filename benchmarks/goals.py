"""Print the ratios that the README claims, each from interleaved, paired rounds: `python benchmarks/goals.py`.

Nothing here works by itself: the work comes from `loopwise.workloads`, agreement and time from
`loopwise.measure.comparison`. A ratio is "times as fast as the baseline", with its 95 % interval.
"""

import argparse

import numpy as np
from rich.console import Console
from rich.table import Table

from loopwise import datasets, workloads
from loopwise.measure.comparison import compare
from loopwise.measure.machine import card_line, cores

PARALLEL = ["numba_loops", "numba_parallel", "numpy_vectorized"]


def goals():
    """(what, workload, implementations, who, baseline, goal)."""
    cancer, digits = datasets.load("breast_cancer"), datasets.load("digits")
    big = datasets.load("synthetic", examples=100_000, features=100)
    loops = ["python_loops", "numba_loops"]
    network = workloads.network(digits.X[:, :500], digits.Y[:, :500], [32, 10], data="digits")
    yield "logistic_step 30 × 569", workloads.logistic(cancer.X, cancer.Y), loops, "numba_loops", 50
    yield "network_step 64-32-10, m = 500", network, loops, "numba_loops", 50
    for layout in "CF":
        work = workloads.logistic(big.X, big.Y).arranged(layout=layout)
        yield f"logistic_step 100 × 100 000, {layout} order", work, PARALLEL[1:], "numba_parallel", 1.0
    for name in ("layer_forward", "layer_backward"):
        work = workloads.operation(name, units=256, features=784, examples=10_000)
        yield f"{name} 256 × 784, m = 10 000", work, PARALLEL[1:], "numba_parallel", 0.42


def main():
    """Race each pair and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for each ratio (default 20)")
    parser.add_argument("--only", default="", help="only the ratios whose name holds this")
    options = parser.parse_args()
    table = Table("work", "contender / baseline", "times as fast", "goal")
    for what, work, names, who, goal in goals():
        if options.only not in what:
            continue
        baseline = next(name for name in (names[0], names[-1]) if name != who)
        result = compare(work, names, options.budget, cores(), baseline=baseline)
        speedup = next(row for row in result.rows if row.implementation == who).speedup
        interval = [f"{end:.2f}" if np.isfinite(end or np.nan) else "?" for end in (speedup["low"], speedup["high"])]
        table.add_row(what, f"{who} /\n{baseline}", f"{speedup['ratio']:.2f}\n({'–'.join(interval)})", f"≥ {goal}")
    console = Console()
    console.print(table)
    console.print(card_line(result.machine), style="dim")


if __name__ == "__main__":
    main()
