"""Compile what the suite will run, a process a core: `make bench` does this first, as asv runs one process at a time.

Nothing depends on it: each benchmark compiles what is missing before its first sample.
"""

import multiprocessing
import sys
from pathlib import Path

from rich.progress import track

ROOT = Path(__file__).resolve().parents[2]


def tasks():
    """(implementation, piece), the longest first."""
    from benchmarks import cells
    from loopwise.interface import OPERATIONS

    compiled = [name for name in cells.IMPLEMENTATIONS[::-1] if name.startswith("numba")]
    for piece in ["784-128-10", "2-4-1", "logistic", *OPERATIONS]:
        yield from ((name, piece) for name in compiled)


def run(task):
    """Do it once."""
    from benchmarks import cells, operations
    from loopwise import get_implementation

    name, piece = task
    if piece == "logistic":
        works = [cells.logistic(2**4), cells.logistic(2**16)]
    elif "-" in piece:
        works = [cells.network(2**11, piece)]
    else:
        works = [operations.operation(piece)]
    for work in works:
        work.bind(get_implementation(name))()


def main():
    sys.path.insert(0, str(ROOT))
    import benchmarks

    with multiprocessing.get_context("spawn").Pool(benchmarks.CORES) as pool:
        todo = list(tasks())
        for _ in track(pool.imap_unordered(run, todo), "Compiling", len(todo)):
            pass


if __name__ == "__main__":
    main()
