"""The table of speed goals, with what was reached of them here: `python benchmarks/goals/table.py`, or `make goals`.

Compiled loops, products, logistic steps, networks and the exact tier, each also by a script of its own; and how soon
`loopwise --help` answers. `--peers torch,jax,sklearn` holds them against the best of all, not only against NumPy.
"""

import statistics
import subprocess
import sys
import time

import exact
import logistic
import loops
import matmul
import networks
from common import ARRAYS, TUNED, against_the_best, options

PARTS = {
    "compiled loops": (loops.rows, loops.NAMES),
    "products of matrices": (matmul.rows, (TUNED, ARRAYS)),
    "logistic regression": (logistic.rows, (TUNED, ARRAYS)),
    "networks": (networks.table_rows, (TUNED, ARRAYS)),
    "the exact tier": (exact.rows, exact.NAMES),
}
STOPPED = 130
HELP, HELP_SECONDS = "loopwise --help", 0.5


def start_seconds():
    """Wall time of `loopwise --help` in a fresh process, the median of nine."""
    command = [sys.executable, "-P", "-m", *HELP.split()]
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main(given):
    """One table after another; exit code 1 where a goal is missed, 130 after Ctrl-C."""
    parts = {title: ([row for row in rows() if given.only in row[0]], names) for title, (rows, names) in PARTS.items()}
    if given.only not in HELP and not any(rows for rows, _ in parts.values()):
        print(f"no row holds {given.only!r}", file=sys.stderr)
        return 2
    code = 0
    if given.only in HELP:
        seconds = start_seconds()
        code |= seconds > HELP_SECONDS
        print(f"{HELP}: {seconds:.2f} s, {'✓' if seconds <= HELP_SECONDS else '✗'} ≤ {HELP_SECONDS} s", flush=True)
    for title, (rows, names) in parts.items():
        code = max(code, against_the_best(title, rows, given, names) if rows else 0)
        if code == STOPPED:
            break
    return code


if __name__ == "__main__":
    try:
        sys.exit(main(options(__doc__)))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
