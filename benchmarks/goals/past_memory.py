"""A file larger than memory trains: epochs over a map of it, beside reading it and doing nothing.

The file is made in the folder that is given (TMPDIR by default), and taken away again. To hold this process to less
memory than the file, run it in a control group of its own; where caches of files are counted there (cgroup), each epoch
reads the disk again.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import print_machine
from rich.console import Console
from rich.table import Table

import loopwise
from loopwise.learning.models import Neuron
from loopwise.machine.load import Load
from loopwise.scale import blocks_of, workers_of
from loopwise.scale.sums import sums_over

N_X, PART = 784, 20_000  # features; examples that are drawn at once


def made(path, gigabytes):
    """Write X, a row for each example, and return a map of it, and Y."""
    m = int(gigabytes * 1e9 / (8 * N_X))
    rng = np.random.default_rng(0)
    part, w = rng.standard_normal((PART, N_X)), rng.standard_normal(N_X)
    labels = np.empty((1, m))
    with path.open("wb") as file:
        for first in range(0, m, PART):
            rows = part[: min(PART, m - first)] + 1e-3 * (first // PART)
            labels[0, first : first + len(rows)] = rows @ w > 0
            file.write(rows.tobytes())
    os.sync()
    return np.memmap(path, np.float64, "r", shape=(m, N_X)), labels


def reading(rows):
    """Seconds to read the whole map: each page's numbers are added up, with NumPy."""
    started = time.perf_counter()
    for first in range(0, len(rows), PART):
        rows[first : first + PART].sum()
    return time.perf_counter() - started


def epochs(rows, labels, scheduler, workers, count):
    """Seconds of each epoch of full-batch descent; the first step's is left out."""
    impl, model, ends = loopwise.get_implementation("numba_tuned"), Neuron("logistic", N_X), []
    with workers_of(scheduler, workers) as those, sums_over(those, blocks_of(rows.T, labels)) as over:
        state = loopwise.train(
            impl,
            model,
            np.zeros(N_X + 1),
            over,
            alpha=0.1,
            epochs=count,
            on_epoch=lambda _: ends.append(time.perf_counter()),
        )
    return np.diff(ends), state.costs


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gigabytes", type=float, default=12.0)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    given, table, load = parser.parse_args(), Table("what", "seconds", "GB/s"), Load()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        rows, labels = made(Path(folder) / "X.bin", given.gigabytes)
        size = rows.nbytes / 1e9

        def add(what, seconds):
            table.add_row(what, f"{seconds:.2f}", f"{size / seconds:.2f}")
            print(f"{what}: {seconds:.2f} s, {size / seconds:.2f} GB/s", file=sys.stderr, flush=True)

        add("read, with NumPy", reading(rows))
        for what, scheduler, workers in (("2 threads", "threads", 2), ("2 processes", "processes", 2)):
            seconds, costs = epochs(rows, labels, scheduler, workers, given.epochs)
            add(f"an epoch, {what}, J {costs[0]:.4f} to {costs[-1]:.4f}", statistics.median(seconds))
        add("read again", reading(rows))
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    Console().print(f"{size:.1f} GB; at most {peak:.1f} GB of this process were in memory, pages of the map among them")
    print_machine(Console(), 1, load)
