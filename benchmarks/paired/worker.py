"""One commit's side: `python worker.py SRC`, with that commit's loopwise on the path.

Both sides are measured with the same instrument, that of the commit which compares: its package, found in SRC, is
loaded under the name `yardstick`, beside the `loopwise` that is measured. Requests are lines of JSON, and so are the
answers. Every cell is served by a process of its own, forked from one that imported everything and started no thread.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

RENEWING = 0.1  # share of the time that may go into laying the data elsewhere


def load_yardstick(folder):
    """Load the package that measures under another name; all of its own imports are relative."""
    package = Path(folder) / "loopwise"
    spec = spec_from_file_location("yardstick", package / "__init__.py", submodule_search_locations=[str(package)])
    sys.modules["yardstick"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


class Session:
    """One cell: prepared, then sampled as often as it is asked."""

    def __init__(self, cell, seed):
        import numpy as np
        from yardstick.machine.load import RunDelay
        from yardstick.measure.samples import EXPENSIVE, burst_of, wake

        self.rng, self.delay = np.random.default_rng(seed), RunDelay()
        self.benchmark = cell.prepared()
        self.step = self.benchmark.step
        begun = time.perf_counter()
        self.step()
        self.warm = time.perf_counter() - begun < EXPENSIVE
        self.calls = burst_of(wake(self.step)) if self.warm else 1
        self.begun, self.renewing = time.perf_counter(), 0.0

    def sample(self, cores=()):
        """Seconds per call, and which share of them others took; quiet in the end."""
        from yardstick.machine.threads import settle
        from yardstick.measure.samples import burst_of, sample

        pin(cores)
        if self.renewing <= RENEWING * (time.perf_counter() - self.begun):
            self.lay_elsewhere()
        taken = sample(self.step, self.calls, self.warm, self.delay)
        self.calls = max(self.calls, min(burst_of(taken.seconds), 2 * self.calls))
        settle()
        return {"seconds": taken.seconds, "taken": taken.taken}

    def lay_elsewhere(self):
        """Its data in another place."""
        from yardstick.measure.placement import blocks_in_the_way, placed

        self.in_the_way = blocks_in_the_way(self.rng)
        begun, work = time.perf_counter(), self.benchmark.work
        self.step = replace(work, inputs=placed(work.inputs, self.rng)).bind(self.benchmark.implementation)
        self.renewing += time.perf_counter() - begun


def pin(cores):
    """Let this thread have the first of the cores, and each other one the next; the other process's have the same.

    The cores of a shared machine are not equally fast at any time, and which of two threads has the slower one matters.
    """
    own = threading.get_native_id()
    others = sorted(int(name) for name in os.listdir("/proc/self/task") if int(name) != own) if cores else []
    rest = cores[1:] or cores
    for k, thread in enumerate([own, *others] if cores else []):
        with suppress(OSError):  # it has ended meanwhile
            os.sched_setaffinity(thread, {rest[(k - 1) % len(rest)] if k else cores[0]})


def serve(request, requests, answer):
    """Prepare one cell, and sample it until asked to end; what fails is answered too."""
    from benchmarks.paired.suite import Cell

    try:
        session = Session(Cell(*request["cell"][:3], tuple(request["cell"][3])), request["seed"])
        answer({"ready": True})
        while (asked := json.loads(requests.readline() or "{}")).get("sample"):
            answer(session.sample(asked["cores"]))
    except (Exception, SystemExit) as error:  # of a commit that lacks an operation, or whatever else
        answer({"failed": f"{type(error).__name__}: {error}".splitlines()[0]})


def main():
    """Serve cells until standard input ends."""
    load_yardstick(sys.argv[1])
    requests, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what the commit prints is no answer

    def answer(what):
        answers.write(json.dumps(what).encode() + b"\n")

    import yardstick.measure.samples  # noqa: F401

    answer({"ready": True})
    while line := requests.readline():
        if (process := os.fork()) == 0:
            serve(json.loads(line), requests, answer)
            os._exit(0)
        os.waitpid(process, 0)
        answer({"ended": True})


if __name__ == "__main__":
    main()
