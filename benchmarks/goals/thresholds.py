"""What half and double of each threshold do, against the value that stands: `python benchmarks/goals/thresholds.py`.

Every value is a copy of the package, in a process of its own that compiles it; the processes take turns. Several
processes are made of each value, for arrays lie elsewhere in each. A ratio below 1 says that the other value is slower.
Takes half an hour; `--only WIDE` tries those whose name holds this.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from common import print_machine
from rich.console import Console
from rich.table import Column, Table

import loopwise
from loopwise import get_implementation, workloads
from loopwise.contract.agreement import agreement, bounds
from loopwise.datasets import one_hot, synthetic
from loopwise.machine.load import Load
from loopwise.machine.threads import default_threads
from loopwise.measure.first_calls import STAND_IN
from loopwise.measure.interleaved import SAMPLE_SECONDS, interleave

PACKAGE = Path(loopwise.__file__).parent
PROCESSES = 5  # of each value: where its arrays lie decides up to half of a small kernel's time
FILES = "implementations/numba_tuned/thresholds.py", "jit/matmul/product.py"


def logistic(n_x, m, layout="C"):
    """A logistic_step."""
    return workloads.operation("logistic_step", 1, n_x, m).arranged(layout=layout)


def network(n_x, layers, m):
    """A network_step with relu inside."""
    X, labels, _ = synthetic(m, n_x, max(2, layers[-1]))
    return workloads.network(X, one_hot(labels, max(2, layers[-1]))[: layers[-1]], layers, "relu")


def training(n_x, layers, size):
    """An epoch of twenty batches."""
    X, labels, _ = synthetic(20 * size, n_x, layers[-1])
    return workloads.training(X, one_hot(labels, layers[-1]), "network", layers, batch_size=size, optimizer="adam")


def descent(n_x, size, batches):
    """An epoch of logistic regression in small batches; each example lies in one piece."""
    X, labels, _ = synthetic(batches * size, n_x, 2)
    return workloads.training(X, one_hot(labels, 2), "logistic", batch_size=size, epochs=1).arranged(layout="F")


def product(n, k, p):
    """A matmul."""
    return workloads.operation("matmul", n, k, p)


# Each threshold -> works on which it decides something: where it is a size, one below it and one above.
TRIED = {
    "AHEAD_EXAMPLES": {"logistic, batch 1, 2000 × 2500": lambda: descent(2000, 1, 2500)},
    "FETCHED_VECTORS": {"logistic, batch 32, 784 × 12 800": lambda: descent(784, 32, 400)},
    "CHUNKS": {"logistic_step 1000 × 200": lambda: logistic(1000, 200)},
    "MOST_CHUNKS": {"logistic_step 784 × 20 000": lambda: logistic(784, 20_000)},
    "ELEMENTWISE_CHUNK_NUMBERS": {
        "tanh of 20 × 10 000": lambda: workloads.operation("activate", 20, 1, 10_000, "tanh")
    },
    "NEURON_CHUNK_NUMBERS": {"logistic_step 100 × 10 000": lambda: logistic(100, 10_000)},
    "NARROW_CHUNK_FLOPS": {"30-16-1, m 5000": lambda: network(30, [16, 1], 5000)},
    "NARROW_LEAST_CHUNKS": {"30-16-1, m 569": lambda: network(30, [16, 1], 569)},
    "ELEMENTWISE_THREADS_PAY_FROM_NUMBERS": {
        f"tanh of 20 × {m}": lambda m=m: workloads.operation("activate", 20, 1, m, "tanh") for m in (750, 1500)
    },
    "UPDATE_THREADS_PAY_FROM_NUMBERS": {
        f"adam, P = {P}": lambda P=P: workloads.operation("adam", 1, P, 1) for P in (49_152, 98_304)
    },
    "UPDATE_CHUNK_NUMBERS": {"adam, P = 400 000": lambda: workloads.operation("adam", 1, 400_000, 1)},
    "NEURON_THREADS_PAY_FROM_NUMBERS": {f"logistic_step 40 × {m}": lambda m=m: logistic(40, m) for m in (750, 1500)},
    "NEURON_BLOCK_BYTES": {"logistic_step 784 × 20 000": lambda: logistic(784, 20_000)},
    "NEURON_BLOCK_LINES": {"logistic_step 30 × 100 000": lambda: logistic(30, 100_000)},
    "NEURON_COLUMNS_BLOCK_BYTES": {"logistic_step 784 × 20 000, F": lambda: logistic(784, 20_000, "F")},
    "TALL_UP_TO_BYTES": {f"logistic_step 12 288 × {m}": lambda m=m: logistic(12_288, m) for m in (256, 512)},
    "DEPTH_TERMS": {"784-256-128-10, m 2000": lambda: network(784, [256, 128, 10], 2000)},
    "NARROW_UP_TO_PARAMETERS": {f"32-{n}-1, m 2000": lambda n=n: network(32, [n, 1], 2000) for n in (45, 90)},
    "NARROW_THREADS_PAY_FROM_FLOPS": {f"2-4-1, m {m}": lambda m=m: network(2, [4, 1], m) for m in (3700, 7400)},
    "WIDE_THREADS_PAY_FROM_FLOPS": {f"64-64-10, m {m}": lambda m=m: network(64, [64, 10], m) for m in (52, 104)},
    "TRAINING_THREADS_PAY_FROM_FLOPS": {
        f"100-64-10, batch {size}": lambda size=size: training(100, [64, 10], size) for size in (192, 384)
    },
    "NARROW_BLOCK_PANELS": {"30-16-1, m 5000": lambda: network(30, [16, 1], 5000)},
    "WIDE_BLOCK_PANELS": {"784-256-128-10, m 2000": lambda: network(784, [256, 128, 10], 2000)},
    "GRADIENT_PANELS": {"784-256-128-10, m 2000": lambda: network(784, [256, 128, 10], 2000)},
    "WIDE_BATCH_NUMBERS": {"64-128-64-10, m 60 000": lambda: network(64, [128, 64, 10], 60_000)},
    "WIDE_BATCH_LEAST_PANELS": {"12288-20-7-5-1, m 209": lambda: network(12_288, [20, 7, 5, 1], 209)},
    "GAP_PANELS": {"30-16-1, m 569": lambda: network(30, [16, 1], 569)},
    "GAP_NUMBERS": {"30-16-1, m 569": lambda: network(30, [16, 1], 569)},
    "PANEL_TERMS": {"matmul 512³": lambda: product(512, 512, 512)},
    "BLOCK_ROWS": {"matmul 512³": lambda: product(512, 512, 512)},
    "FEW_TILES": {f"matmul {n} × 128 × 10 000": lambda n=n: product(n, 128, 10_000) for n in (12, 24)},
    "NEXT_CACHE_BYTES": {"matmul 1024³": lambda: product(1024, 1024, 1024)},
    "TASK_PANELS": {"matmul 64 × 64 × 60 000": lambda: product(64, 64, 60_000)},
    "THREADS_PAY_FROM_MULTIPLY_ADDS": {f"matmul {n}³": lambda n=n: product(n, n, n) for n in (70, 100)},
}


# === one value, in a process of its own ===============================================================


def work(name, what):
    """The process of one value: is held to the contract, then does a sample's work whenever a line comes."""
    given, tuned = TRIED[name][what](), get_implementation("numba_tuned")
    expected = given.outputs(get_implementation(STAND_IN))
    held = agreement(given.outputs(tuned), expected, tuned.contract, bounds(given), given.dtype)
    held.require(f"numba_tuned: {what}", STAND_IN)
    step = given.bind(tuned)
    for _ in range(3):
        begun = time.perf_counter()
        step()
    calls = max(1, int(SAMPLE_SECONDS / (time.perf_counter() - begun)))
    print(calls, flush=True)
    for _ in sys.stdin:
        for _ in range(calls):
            step()
        print("done", flush=True)


class Worker:
    """A process that has the package with one value changed."""

    def __init__(self, folder, name, what, value):
        stands = value == value_of(name)
        self.folder = folder / ("stands" if stands else f"{name}-{value}")  # what stands is compiled once for all rows
        if not self.folder.exists():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PACKAGE, self.folder / "loopwise", ignore=ignored)
            file = self.folder / "loopwise" / file_of(name)
            file.write_text(re.sub(rf"(?m)^{name} = \S+", f"{name} = {value}", file.read_text()))
        environment = os.environ | {"PYTHONPATH": str(self.folder), "NUMBA_CACHE_DIR": str(self.folder / "cache")}
        command = [sys.executable, __file__, "--work", name, what]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if not (line := self.process.stdout.readline()):
            sys.exit(f"{name} = {value} on {what}: its process failed")
        self.calls = int(line)

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


def file_of(name):
    """Where a threshold stands."""
    return next(file for file in FILES if re.search(rf"(?m)^{name} = ", (PACKAGE / file).read_text()))


def value_of(name):
    """The value that stands."""
    return eval(re.search(rf"(?m)^{name} = (\S+)", (PACKAGE / file_of(name)).read_text())[1])


# === all of them ======================================================================================


def tried(folder, name, what, seconds):
    """How many times as fast half and double are as the value that stands, and the time of a call with it."""
    stands = value_of(name)
    workers = {value: Worker(folder, name, what, value) for value in (stands // 2, stands, 2 * stands)}
    try:
        samples, stopped = interleave(workers, seconds)
    finally:
        for worker in workers.values():
            worker.process.kill()
    if stopped:
        raise KeyboardInterrupt
    # A worker does as many calls as fill a sample: what counts is the time for each.
    call = {value: measured.quartiles()["median"] / workers[value].calls for value, measured in samples.items()}
    return call[stands] / call[stands // 2], call[stands] / call[2 * stands], call[stands]


def cell(ratios):
    """`0.98 (0.95–1.02)`: the median of all processes, the smallest and the largest."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="only thresholds whose name holds this")
    parser.add_argument("--budget", type=float, default=6.0, help="seconds for each row (default 6)")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(*options.work)
        return
    load = Load()
    console, table = Console(), Table(Column("threshold", overflow="fold"), "work", "stands", "half", "double")
    try:
        with TemporaryDirectory() as folder:
            for name, what in ((name, what) for name, works in TRIED.items() for what in works):
                if options.only not in name:
                    continue
                each = [tried(Path(folder), name, what, options.budget / PROCESSES) for _ in range(PROCESSES)]
                half, double, seconds = zip(*each)
                shown = f"{statistics.median(seconds) * 1e6:.3g} µs", cell(half), cell(double)
                table.add_row(f"{name} = {value_of(name)}", what, *shown)
                console.print(f"{name}: {what}: {', '.join(shown)}", style="dim")
    except KeyboardInterrupt:
        console.print("stopped by Ctrl-C")
    console.print(table)
    print_machine(console, default_threads(), load)


if __name__ == "__main__":
    main()
