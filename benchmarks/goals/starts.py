"""How long a newcomer waits: compiling, the first row of `loopwise compare`, the first step of a training.

`python benchmarks/goals/starts.py`: each figure from processes of its own, cold with an empty cache of compiled code,
cached with what the process before has left there. Takes two minutes; `--only training` measures one of its
three parts.
"""

import argparse
import json
import os
import pty
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from common import print_machine
from rich.console import Console
from rich.table import Table

from loopwise import implementation_names
from loopwise.machine.load import Load
from loopwise.machine.threads import default_threads
from loopwise.measure.first_call import is_compiled
from loopwise.process.child_process import python

# Seconds that are wanted of numba_loops, numba_parallel and numba_tuned, and of all three.
COMPILING = {"numba_loops": 2, "numba_parallel": 6, "numba_tuned": 10}
COMPILING_ALL, COMPARE, FIRST_ROW, TRAIN_COLD, TRAIN_CACHED, START = 18, 40, 5, 6, 0.3, 0.2
WORKS = "logistic", "network"
TIMES = 5  # processes that a cached start is the median of

FIRST_STEP = """
import sys, time
from loopwise import workloads
begun = time.perf_counter()
from loopwise import get_implementation
step = workloads.drawn(sys.argv[2], 569, 30).bind(get_implementation(sys.argv[1]))
step()
print(time.perf_counter() - begun)
"""
TRAINING = """
import time
from loopwise.learning.jobs import learn, prepare
from loopwise.learning.settings import complete
job = prepare(complete({"model": "logistic", "implementation": "numba_tuned", "epochs": 1}, {}))
begun = time.perf_counter()
learn(job)
print(time.perf_counter() - begun)
"""


def seconds_said(program, *arguments, cache):
    """The seconds that a program prints, run with a folder of compiled code."""
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    process = subprocess.run(python(program, *arguments), env=environment, capture_output=True, text=True, check=True)
    return float(process.stdout)


def cold_and_cached(program, *arguments):
    """Seconds with an empty cache, and the median with a full one."""
    with TemporaryDirectory() as cache:
        cold, *cached = (seconds_said(program, *arguments, cache=cache) for _ in range(1 + TIMES))
    return cold, statistics.median(cached)


# === the rows: (what, seconds, seconds that are wanted) ===============================================


def comparing():
    """`loopwise compare` in a terminal, all to compile: to the first row, to the end, and compiling."""
    with TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        first, seconds = watched("compare", "--json", str(result), cache=folder)
        comparisons = json.loads(result.read_text())["comparisons"]
    yield "compare, cold: first row shown", first, FIRST_ROW
    yield "compare, cold: all of it", seconds, COMPARE
    compiled = Counter()
    for row in (row for comparison in comparisons for row in comparison["rows"]):
        compiled[row["implementation"]] += row["compile_seconds"] or 0.0  # null where a row was left out
    for name in filter(is_compiled, implementation_names()):
        yield f"compare, cold: compiling {name}", compiled[name], COMPILING.get(name)
    yield "compare, cold: compiling all", sum(compiled.values()), COMPILING_ALL


def watched(*arguments, cache):
    """Run a command in a terminal; seconds until it shows that something has the same bits, and until its end."""
    terminal, theirs = pty.openpty()
    environment = os.environ | {"NUMBA_CACHE_DIR": cache, "TERM": "xterm", "COLUMNS": "100"}
    begun, first, shown = time.perf_counter(), None, ""
    command = [sys.executable, "-P", "-m", "loopwise", *arguments]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    while True:
        try:
            shown = shown[-200:] + os.read(terminal, 65536).decode(errors="replace")
        except OSError:  # how the end of a terminal is said
            break
        if first is None and "same bits" in shown:
            first = time.perf_counter() - begun
    if process.wait():
        sys.exit(f"loopwise {' '.join(arguments)} ended with exit code {process.returncode}")
    return first, time.perf_counter() - begun


def training():
    """The first step of a training with numba_tuned."""
    cold, cached = cold_and_cached(TRAINING)
    yield "train, numba_tuned: first step, cold", cold, TRAIN_COLD
    yield "train, numba_tuned: first step, cached", cached, TRAIN_CACHED


def starting():
    """From `import loopwise` (NumPy and Numba, which it stands on, not counted) to the first step, cached."""
    for name in filter(is_compiled, implementation_names()):
        for work in WORKS:
            _, cached = cold_and_cached(FIRST_STEP, name, work)
            yield f"{name}: {work}, import to first step, cached", cached, START


def main():
    """Print the table; exit code 1 when a goal is missed, 130 after Ctrl-C, with the rows that are done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="comparing, training or starting: one of the three")
    only = parser.parse_args().only
    console, code, table, load = Console(), 0, Table("what", "seconds", "goal"), Load()
    measured = {"comparing": comparing, "training": training, "starting": starting}
    try:
        for rows in (rows for name, rows in measured.items() if only in name):
            for what, seconds, goal in rows():
                verdict = "" if goal is None else f"{'✓' if seconds <= goal else '✗'} ≤ {goal}"
                code |= verdict.startswith("✗")
                table.add_row(what, f"{seconds:.2f}", verdict)
                print(f"{what}: {seconds:.2f} s", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        code = 130
    console.print(table)
    print_machine(console, default_threads(), load)
    sys.exit(int(code))


if __name__ == "__main__":
    main()
