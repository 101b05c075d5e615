"""Which benchmarks became slower from one commit to another: `python benchmarks/dashboard/regressions.py A B`.

`asv continuous` measures both commits, each in fresh processes, in rounds that take turns. What then differs by more
than FACTOR, and by more than asv's rank test puts down to chance, is measured again with more rounds: only what is
found both times is a regression. Exit code 1 if there is one, 0 if there is none, 2 if a commit could not be measured.
"""

import argparse
import re
import subprocess
import sys

FACTOR = 1.5  # of medians: on a shared machine a cell in a hundred differs by more, but not twice running
ROUNDS, MORE_ROUNDS = 4, 6
# A row of asv's table that got worse: | +  | before | after | ratio | benchmark |; "!" began to fail.
WORSE = re.compile(r"^\|\s*[+!]\s*\|[^|]*\|[^|]*\|[^|]*\|\s*(?P<name>.*?)\s*\|$", re.MULTILINE)


def measure(a, b, patterns, rounds, factor):
    """Run `asv continuous` and show what it says; returns the names that got worse."""
    command = [sys.executable, "-P", "-m", "asv", "continuous", a, b, "--interleave-rounds", "--factor", str(factor)]
    command += ["--attribute", f"rounds={rounds}", "--launch-method", "forkserver"]
    command += [part for pattern in patterns for part in ("--bench", pattern)]
    shown = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            shown.append(line)
    worse = WORSE.findall("".join(shown))
    if process.returncode and not worse:
        sys.exit(2)  # asv has said why
    return worse


def main():
    """Measure, measure again what looks worse, and say what is."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], epilog="example: regressions.py A B"
    )
    parser.add_argument("before", metavar="A")
    parser.add_argument("after", metavar="B")
    parser.add_argument("--bench", action="append", help="only benchmarks that match; by default all that time a call")
    parser.add_argument("--factor", type=float, default=FACTOR, help=f"what is worse (default {FACTOR})")
    options = parser.parse_args()
    commits = [
        commit_of(name) or parser.error(f"git knows no commit {name!r}") for name in (options.before, options.after)
    ]
    try:
        suspects = measure(*commits, options.bench or [r"\.time_"], ROUNDS, options.factor)
        if suspects:
            print(f"\nAgain, with {MORE_ROUNDS} rounds: {', '.join(suspects)}\n", flush=True)
            exactly = [f"^{re.escape(name)}$" for name in suspects]
            suspects = measure(*commits, exactly, MORE_ROUNDS, options.factor)
    except KeyboardInterrupt:
        sys.exit(130)
    for name in suspects:
        print(f"regression: {name}")
    if not suspects:
        print("no regression")
    sys.exit(bool(suspects))


def commit_of(name):
    """The hash that git knows by this name; empty where it knows none."""
    command = ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
