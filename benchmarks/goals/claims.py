"""Print the ratios that docs/measuring.md claims, from interleaved, paired rounds: `python benchmarks/goals/claims.py`.

Nothing here works by itself: the work comes from `loopwise.workloads`, agreement and time from
`loopwise.measure.comparison`. A ratio is "times as fast as the baseline", with its 95 % interval.
"""

import argparse
import statistics
import subprocess
import sys
import time

from common import print_machine
from rich.console import Console
from rich.table import Table

from loopwise import datasets, workloads
from loopwise.machine.load import Load
from loopwise.machine.threads import default_threads
from loopwise.measure.comparison import compare

LOOPS = "python_loops"
ARRAYS = "numpy_vectorized"


def goals():
    """(what, workload, contender, baseline, least ratio), each built when its turn comes."""
    cancer, digits = datasets.load("breast_cancer"), datasets.load("digits")
    big = datasets.load("synthetic", examples=100_000, features=100)
    network = workloads.network(digits.X[:, :500], digits.Y[:, :500], [32, 10], data="digits")
    yield "logistic_step 30 × 569", workloads.logistic(cancer.X, cancer.Y), "numba_loops", LOOPS, 50
    yield "network_step 64-32-10, m = 500", network, "numba_loops", LOOPS, 50
    for layout in "CF":
        work = workloads.logistic(big.X, big.Y).arranged(layout=layout)
        yield f"logistic_step 100 × 100 000, {layout} order", work, "numba_parallel", ARRAYS, 1.0
    for name in ("layer_forward", "layer_backward"):
        work = workloads.operation(name, units=256, features=784, examples=10_000)
        yield f"{name} 256 × 784, m = 10 000", work, "numba_parallel", ARRAYS, 0.42


def start_seconds():
    """Wall time of `loopwise --help` in a fresh process, the median of nine."""
    command = [sys.executable, "-P", "-m", "loopwise", "--help"]
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main():
    """Time each pair and print the table; exit code 1 when a ratio is missed or a contender disagrees."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for each ratio (default 20)")
    parser.add_argument("--only", default="", help="only the ratios whose name holds this")
    options = parser.parse_args()
    table, missed, console = Table("work", "contender / baseline", "times as fast", "goal"), 0, Console()
    load = Load()
    for what, work, who, baseline, goal in goals():
        if options.only not in what:
            continue
        result = compare(work, [baseline, who], options.budget, default_threads(), baseline=baseline)
        speedup = result.rows[1].speedup or {"ratio": 0.0, "low": None, "high": None}
        spoilt = any(row.spoilt for row in result.rows)
        missed += spoilt or speedup["ratio"] < goal
        low, high = (f"{end:.2f}" if end else "?" for end in (speedup["low"], speedup["high"]))
        reached = f"{'✓' if speedup['ratio'] >= goal else '✗'} ≥ {goal}"
        verdict = "spoilt by other programs" if spoilt else reached
        table.add_row(what, f"{who} /\n{baseline}", f"{speedup['ratio']:.2f}\n({low}–{high})", verdict)
    if options.only in "loopwise --help":
        seconds = start_seconds()
        missed += seconds > 0.5
        table.add_row("loopwise --help", "", f"{seconds:.2f} s", f"{'✓' if seconds <= 0.5 else '✗'} ≤ 0.5 s")
    console.print(table)
    print_machine(console, default_threads(), load)
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
