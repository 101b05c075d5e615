"""Which cells of the suite became slower from one commit to another: `python benchmarks/paired/regressions.py A B`.

Each commit has a process, and they take turns in samples of five milliseconds. What looks slower, or faster, in a first
look is measured again, four times, in processes started anew: it is named only if each time the median lies beyond 2 %,
on the same side, and of all rounds but the first look's the interval that misses the median once in 10 000. (One
process is not enough: how memory and threads happen to lie in it can make all of its samples slower.)

Exit code 1 if anything became slower, 0 if nothing did, 2 if a commit could not be measured, 130 after Ctrl-C; what was
measured until then is shown, and kept in .asv/compared.
"""

import argparse
import re
import statistics
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.paired import counted  # noqa: E402
from benchmarks.paired.commits import KEPT, CommitError, hash_of, laid_out  # noqa: E402
from benchmarks.paired.suite import cells  # noqa: E402
from benchmarks.paired.turns import CellError, Worker, take_turns  # noqa: E402
from loopwise.errors import LoopwiseError  # noqa: E402
from loopwise.machine.card import card, card_line, warnings  # noqa: E402
from loopwise.machine.load import Load  # noqa: E402
from loopwise.machine.threads import default_threads  # noqa: E402
from loopwise.measure.ratios import NAMED, SHOWN, interval  # noqa: E402
from loopwise.measure.samples import ENOUGH  # noqa: E402
from loopwise.output_files import put_json, validate_outputs  # noqa: E402

SUSPECT = 1.03  # a median ratio from which on a cell is measured again
WORTH = 1.02  # what is less slower, or less faster, is not named
LOOK = {"seconds": 0.6, "least": 10, "most": 40}
CONFIRM = {"seconds": 1.5, "least": 12, "most": 80}
CONFIRMED = 4  # times, each in processes started anew
OPEN = "n/a: stopped before it was confirmed"
SPOILT = "n/a: other programs took too much of every round"


@dataclass
class Found:
    """What is known of a cell: how many times as long it takes, in every round of every look; whether it is named."""

    cell: object
    looks: list = field(default_factory=list)
    verdict: str = ""

    @property
    def medians(self):
        """The median ratio of each look; None where no round was clean."""
        return [statistics.median(ratios) if ratios else None for ratios in self.looks]

    @property
    def ratios(self):
        """Of all looks but the first one, which chose the cell; of that one where it is the only one."""
        return sorted(ratio for ratios in self.looks[1:] or self.looks for ratio in ratios)

    def as_dict(self):
        """For machines; low and high are the 95 % interval of the ratio."""
        ratios = self.ratios
        low, high = interval(ratios, SHOWN)
        return {
            "cell": str(self.cell),
            "ratio": statistics.median(ratios) if ratios else None,
            "low": low,
            "high": high,
            "pairs": len(ratios),
            "looks": self.medians,
            "verdict": self.verdict,
        }


@contextmanager
def workers_of(commits):
    """A process for each commit."""
    workers = [Worker(commit) for commit in commits]
    try:
        for worker in workers:
            worker.answer()
        yield workers
    finally:
        for worker in workers:
            worker.close()


def compare_all(commits, founds, show, seed=0):
    """Look at every cell, and again at what looks slower or faster; `show(found, share, known)` is told of each."""
    suspects = founds
    for k in range(1 + CONFIRMED):
        if suspects:
            suspects = one_pass(commits, suspects, CONFIRM if k else LOOK, show, seed + k)
    for found in suspects:
        found.verdict = {1: "slower", -1: "faster", 0: ""}[side(*interval(found.ratios, NAMED))]
        show(found, 1.0, True)


def one_pass(commits, founds, how, show, seed):
    """Look at cells in processes started anew; returns those to look at again, whose verdict is open."""
    again = []
    with workers_of(commits) as workers:
        for k, found in enumerate(founds):
            show(found, k / len(founds), False)
            try:
                found.looks.append(take_turns(workers, found.cell, seed + 1000 * k, **how).ratios)
                few = len(found.looks[-1]) < ENOUGH
                found.verdict = SPOILT if few else OPEN if is_suspect(found) else ""
            except CellError as error:
                found.verdict = f"n/a: {error}"
            if found.verdict == OPEN:
                again.append(found)
            else:
                show(found, k / len(founds), True)
    return again


def is_suspect(found):
    """Whether to look again: the first look must be suspicious, and all others must agree with it on the side."""
    if None in found.medians:
        return False
    first, *others = found.medians
    return {side(first, first, SUSPECT), *(side(median, median) for median in others)} in ({1}, {-1})


def side(low, high, worth=WORTH):
    """1 where it is slower, -1 where it is faster, 0 where the interval tells neither."""
    if low is None:
        return 0
    return 1 if low > worth else -1 if high < 1 / worth else 0


def all_of(commits, founds, console, seed=0):
    """Compare with a bar, and say each verdict when it is known; returns whether Ctrl-C ended it."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=1.0)

        def show(found, share, known):
            bar.update(task, description=str(found.cell), completed=share)
            if known and found.verdict:
                console.print(line(found), highlight=False)

        try:
            compare_all(commits, founds, show, seed)
        except KeyboardInterrupt:
            return True
    return False


def line(found):
    """One cell, as it is said."""
    if found.verdict.startswith("n/a"):
        return f"{found.cell} {found.verdict}"
    told = found.as_dict()
    return f"{found.cell}: {found.verdict}, {told['ratio']:.3f} × the time ({told['low']:.3f}–{told['high']:.3f})"


def table(founds, commits):
    """How many cells were looked at, and those that are slower or faster."""
    shown = Table("cell", "times as long", "95 %", "verdict", title=" → ".join(one.hash[:8] for one in commits))
    told = [found.as_dict() for found in founds if found.verdict in ("slower", "faster")]
    for one in sorted(told, key=lambda one: -one["ratio"]):
        shown.add_row(one["cell"], f"{one['ratio']:.3f}", f"{one['low']:.3f}–{one['high']:.3f}", one["verdict"])
    again = sum(len(found.looks) > 1 for found in founds)
    shown.caption = f"{len(founds)} cells; {again} were measured again"
    return shown


def main():
    """Compare, say what was found, and keep it."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], epilog="example: regressions.py HEAD~1 HEAD --bench Logistic"
    )
    parser.add_argument("before", metavar="A")
    parser.add_argument("after", metavar="B")
    parser.add_argument("--bench", action="append", help="only cells that match; by default all that time a call")
    parser.add_argument("--seed", type=int, default=0, help="of orders and places (default 0)")
    parser.add_argument("--counts", action="store_true", help="count, too: instructions, memory, machine code")
    parser.add_argument("--json", help="write what was found there, too")
    options = parser.parse_args()
    names = options.before, options.after
    hashes = [hash_of(name) or parser.error(f"git knows no commit {name!r}") for name in names]
    chosen = [cell for cell in cells() if any(re.search(pattern, str(cell)) for pattern in options.bench or ["."])]
    if not chosen:
        parser.error("no cell matches")
    console, load = Console(stderr=True), Load()
    founds = [Found(cell) for cell in chosen]
    try:
        validate_outputs(options.json)
        commits = [laid_out(commit) for commit in hashes]
        stopped = all_of(commits, founds, console, options.seed)
    except (CellError, CommitError, LoopwiseError) as error:
        console.print(str(error), markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        console.print("stopped by Ctrl-C before anything was measured")
        sys.exit(130)
    founds = [found for found in founds if found.looks or found.verdict]
    machine = card(default_threads()) | {"load": load.so_far()}
    content = {"before": hashes[0], "after": hashes[1], "machine": machine, "stopped": stopped}
    content["cells"] = [found.as_dict() for found in founds]
    part = "-part" if options.bench or stopped else ""  # keeps what was found of all
    kept = KEPT / "compared" / f"{hashes[0][:8]}-{hashes[1][:8]}{part}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    keep = lambda: [put_json(where, content) for where in (str(kept), options.json)]  # noqa: E731
    keep()
    console.print(table(founds, commits), *warnings(machine), card_line(machine), sep="\n")
    if options.counts and not stopped:
        stopped = count(commits, console, content)
        keep()
    sys.exit(130 if stopped else tell(founds))


def count(commits, console, content):
    """Count what is not timed, and show what differs; returns whether Ctrl-C ended it."""
    try:
        with console.status("counting what is not timed"):
            before, after = counted.both(commits)
    except KeyboardInterrupt:
        return True
    except subprocess.SubprocessError as error:
        console.print(f"nothing was counted: {error}", markup=False)
        return False
    content["counts"] = counted.differences(before, after)
    console.print(counted.table(content["counts"], before, after))
    return False


def tell(founds):
    """Say which cells became slower, and of how many it is not known; returns the exit code."""
    slower = [found for found in founds if found.verdict == "slower"]
    unknown = [found for found in founds if found.verdict.startswith("n/a")]
    for found in slower:
        print(f"regression: {found.cell}")
    if unknown:
        print(f"not measured: {len(unknown)} of {len(founds)} cells")
    if not slower and len(unknown) < len(founds):
        print("no regression" + " among the others" * bool(unknown))
    return 1 if slower else 2 if len(unknown) == len(founds) else 0


if __name__ == "__main__":
    main()
