"""Are slower commits found, and equal ones not? `python benchmarks/paired/check.py [--times 3]`.

In a clone of this repository's last commit every call of a workload is made ten per cent longer: each cell is a try,
and so many must be named as 95 of 100 allow. Two commits with the same code must have no cell that is named.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from scipy.stats import binom

ROOT = Path(__file__).resolve().parents[2]
FILE = "src/loopwise/workloads.py"
CALL = "return lambda: self.call(implementation, inputs)"
# After each call, a loop that waits for a share of the time that the call took.
SLOWER = """
        import time

        def slower():
            begun = time.perf_counter()
            results = self.call(implementation, inputs)
            end = begun + {factor} * (time.perf_counter() - begun)
            while time.perf_counter() < end:
                pass
            return results

        return slower
"""
OPERATIONS = "matmul|cost|activate|layer_forward|logistic_step"
# Every implementation, five operations, two networks; those of `python_loops` are smaller.
BENCH = rf"time_operation\('\w+', '({OPERATIONS})'\)|Network.time_step\('python_loops', (3|6)\)"
BENCH += r"|Network.time_step\('num\w+', (6|9)\)"
SHORT = r"time_operation\('(numba_loops|numpy_vectorized)', '(matmul|cost)'\)|Network.time_step\('numba_tuned', (3|6)\)"


def git(folder, *arguments):
    """A git command in the clone; returns what it says."""
    identity = ["-c", "user.name=check", "-c", "user.email=check@example.org"]
    command = ["git", "-C", folder, *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder, file, change):
    """Change a file on top of the first commit; returns the new commit."""
    git(folder, "checkout", "--quiet", "--detach", "start")
    path = Path(folder, file)
    before = path.read_text()
    after = change(before)
    if after == before:
        sys.exit(f"nothing to change in {file}")
    path.write_text(after)
    git(folder, "commit", "--quiet", "--all", "--message", f"change {file}")
    return git(folder, "rev-parse", "HEAD")


def compare(folder, commits, bench, seed):
    """What `make bench-compare` finds: a dict for each cell."""
    command = [sys.executable, "benchmarks/paired/regressions.py", *commits, "--bench", bench]
    command += ["--seed", str(seed), "--json", "found.json"]
    Path(folder, "found.json").unlink(missing_ok=True)
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if not Path(folder, "found.json").exists():
        sys.exit(f"bench-compare ended with {finished.returncode}:\n{finished.stdout}{finished.stderr}")
    return json.loads(Path(folder, "found.json").read_text())["cells"]


def is_enough(found, tries):
    """Whether so few would be found once in 400 times at least, if each try succeeded in 95 of 100."""
    return bool(binom.cdf(found, tries, 0.95) >= 1 / 400)


def main():
    """Exit code 0 when nearly all of the slower cells were named, and no cell of equal commits."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=1, help="how often to compare with the slower commit (default 1)")
    parser.add_argument("--equal", type=int, default=4, help="how often to compare equal commits (default 4)")
    parser.add_argument("--slower", type=float, default=10.0, help="per cent (default 10)")
    parser.add_argument("--all", action="store_true", help="all implementations, five operations and two networks")
    options = parser.parse_args()
    bench = BENCH if options.all else SHORT
    factor = 1 + options.slower / 100
    with TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        git(folder, "tag", "start")
        slower = commit(folder, FILE, lambda text: text.replace(CALL, SLOWER.format(factor=factor).strip()))
        same = commit(folder, "README.md", lambda text: text + "\n")
        tries, found, false = 0, 0, []
        for k in range(options.times):
            cells = compare(folder, ["start", slower], bench, k)
            missed = [cell["cell"] for cell in cells if cell["verdict"] != "slower"]
            tries, found = tries + len(cells), found + len(cells) - len(missed)
            print(f"{options.slower:g} % slower: {found} of {tries} cells named; missed {missed}", flush=True)
        looked_at = 0
        for k in range(options.equal):
            cells = compare(folder, ["start", same], bench, k)
            false += [cell["cell"] for cell in cells if cell["verdict"] in ("slower", "faster")]
            looked_at += len(cells)
            print(f"equal commits: {len(false)} of {looked_at} cells named {false}", flush=True)
    sys.exit(bool(false) or not is_enough(found, tries))


if __name__ == "__main__":
    main()
