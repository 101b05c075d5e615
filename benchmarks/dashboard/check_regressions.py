"""Is a slower kernel found, and nothing else? `python benchmarks/dashboard/check_regressions.py [--times 10]`.

In a clone of this repository's last commit one kernel does its work twice: `make bench-compare` must report that
benchmark and no other. Two commits with the same code must give no report, as often as asked.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
FILE = "src/loopwise/implementations/numba_loops/sums.py"
KERNEL = "def matmul(A, B):"
SLOW = "operations.Operation.time_operation('numba_loops', 'matmul')"
# The slow kernel, and the same operation with threads.
BENCH = r"time_operation\('(numba_loops|numba_parallel)', 'matmul'\)"


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


def twice(text):
    """The file with the kernel's loops written down once more."""
    begin = text.index("    for i", text.index(KERNEL))
    loops = text[begin : text.index("    return C", begin)]
    return text[:begin] + loops + text[begin:]


def reported(folder, commits):
    """The benchmarks that `make bench-compare` calls regressions."""
    command = [sys.executable, "benchmarks/dashboard/regressions.py", *commits, "--bench", BENCH]
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found = [line.split(": ", 1)[1] for line in finished.stdout.splitlines() if line.startswith("regression: ")]
    if finished.returncode != bool(found):
        sys.exit(f"bench-compare ended with {finished.returncode}:\n{finished.stdout}{finished.stderr}")
    return found


def main():
    """Exit code 0 when the slow kernel was found, and nothing where nothing was slower."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=10, help="how often to compare two equal commits (default 10)")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        git(folder, "tag", "start")
        slow, same = commit(folder, FILE, twice), commit(folder, "README.md", lambda text: text + "\n")
        found = reported(folder, ["start", slow])
        print(f"one kernel twice as slow: reported {found}", flush=True)
        wrong = found != [SLOW]
        for k in range(options.times):
            found = reported(folder, ["start", same])
            print(f"equal commits, {k + 1} of {options.times}: reported {found}", flush=True)
            wrong |= found != []
    sys.exit(wrong)


if __name__ == "__main__":
    main()
