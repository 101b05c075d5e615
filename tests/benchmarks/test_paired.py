"""Two commits that take turns: what is measured, what is named, and what cannot be measured."""

import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("asv")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from asv_runner.discovery import disc_benchmarks  # noqa: E402
from rich.console import Console  # noqa: E402

from benchmarks import counts  # noqa: E402
from benchmarks.paired import check, commits, counted, regressions, suite, turns, worker  # noqa: E402
from benchmarks.paired.commits import Commit, CommitError  # noqa: E402
from benchmarks.paired.regressions import Found, side  # noqa: E402
from benchmarks.paired.suite import Cell  # noqa: E402
from benchmarks.paired.turns import CellError, Worker, take_turns  # noqa: E402
from loopwise import implementation_names  # noqa: E402
from loopwise.measure.samples import Sample  # noqa: E402

pytestmark = pytest.mark.compilation
CELL = Cell("operations", "Operation", "time_operation", ("numpy_vectorized", "dot"))
SCRIPT = [sys.executable, "benchmarks/paired/regressions.py"]


class Planned:
    """A worker whose samples are planned."""

    def __init__(self, samples, name="", log=None):
        self.samples, self.name, self.log, self.last = iter(samples), name, log if log is not None else [], None
        self.cores = []

    def begin(self, request):
        """Nothing is asked of anybody."""

    def answer(self):
        """Always ready."""

    def sample(self, cores):
        """The next one, and the last for ever."""
        self.log.append(self.name)
        self.cores.append(cores)
        self.last = next(self.samples, self.last)
        return self.last

    def end(self):
        """Nothing ends."""


# === taking turns =====================================================================================


def test_both_are_sampled_in_every_round_in_an_order_that_is_drawn():
    log = []
    workers = Planned([Sample(1.0)], "before", log), Planned([Sample(1.1)], "after", log)
    pairs = take_turns(workers, CELL, 0, 60.0, 6, 20)
    assert pairs.ratios == [pytest.approx(1.1)] * 20
    rounds = {tuple(log[k : k + 2]) for k in range(0, 40, 2)}
    assert rounds == {("before", "after"), ("after", "before")}


def test_both_have_the_same_cores_in_an_order_that_is_drawn(monkeypatch):
    monkeypatch.setattr(turns, "CORES", [4, 7])
    workers = [Planned([Sample(1.0)]), Planned([Sample(1.0)])]
    take_turns(workers, CELL, 0, 60.0, 6, 20)
    assert workers[0].cores == workers[1].cores
    assert {tuple(cores) for cores in workers[0].cores} == {(4, 7), (7, 4)}


@pytest.mark.parametrize(("cores", "given"), [([], {}), ([3], {1: 3, 2: 3, 5: 3}), ([3, 6, 4], {2: 3, 1: 6, 5: 4})])
def test_each_thread_has_a_core_of_its_own_as_far_as_there_are_any(monkeypatch, cores, given):
    pinned = {}
    monkeypatch.setattr(worker.threading, "get_native_id", lambda: 2)
    monkeypatch.setattr(worker.os, "listdir", lambda _: ["5", "1", "2"])
    monkeypatch.setattr(worker.os, "sched_setaffinity", lambda thread, own: pinned.update({thread: own}), raising=False)
    worker.pin(cores)
    assert pinned == {thread: {core} for thread, core in given.items()}


def test_spoilt_samples_are_not_taken_again_for_ever():
    spoilt = Planned([Sample(9.0, taken=0.5)])
    assert turns.cleanest(spoilt, [], 0.0).spoilt
    assert len(spoilt.cores) == 1


def test_a_spoilt_sample_is_taken_again_and_a_spoilt_round_does_not_count():
    spoilt = Sample(9.0, taken=0.5)
    before = Planned([Sample(1.0), spoilt, spoilt, Sample(1.0)])
    after = Planned([*[spoilt] * 4, Sample(2.0)])
    pairs = take_turns((before, after), CELL, 0, 60.0, 3, 3)
    assert len(pairs.before.seconds) == 3
    assert (pairs.ratios, list(pairs.after.spoilt)) == ([2.0, 2.0], [0])


def test_rounds_end_with_the_time_but_not_before_the_least():
    assert take_turns((Planned([Sample(1.0)]), Planned([Sample(1.0)])), CELL, 0, 0.0, 6, 20).before.rounds == 6


# === what is named ====================================================================================


@pytest.mark.parametrize(
    ("interval", "expected"),
    [((1.03, 1.2), 1), ((1.01, 1.2), 0), ((0.9, 0.97), -1), ((0.9, 0.99), 0), ((None, None), 0)],
)
def test_a_side_is_sure_only_beyond_two_per_cent(interval, expected):
    assert side(*interval) == expected


def planned(monkeypatch, *looks):
    """Looks whose rounds are planned, without a process; what is left of them."""
    left = list(looks)

    class Nobody:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(regressions, "take_turns", lambda *_, **__: SimpleNamespace(ratios=left.pop(0)))
    monkeypatch.setattr(regressions, "workers_of", lambda commits: Nobody())
    return left


SLOWER, FASTER, EQUAL = [1.05] * 10, [0.95] * 10, [1.01] * 10
# Each look is on the same side by its median, but there are rounds on the other side: too many, of all together.
UNSURE = [1.05] * 6 + [0.99] * 5


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [
        ([EQUAL], ""),
        ([[]], regressions.SPOILT),
        ([SLOWER] * 5, "slower"),
        ([FASTER] * 5, "faster"),
        ([SLOWER, EQUAL], ""),
        ([SLOWER, []], regressions.SPOILT),
        ([FASTER, SLOWER], ""),
        ([*[SLOWER] * 4, EQUAL], ""),
        ([*[SLOWER] * 4, FASTER], ""),
        ([UNSURE] * 5, ""),
        ([[1.05] * 5], regressions.SPOILT),
        ([SLOWER, [1.05] * 5], regressions.SPOILT),
    ],
)
def test_only_what_is_found_in_every_process_is_named(monkeypatch, looks, verdict):
    left, found = planned(monkeypatch, *looks), Found(CELL)
    regressions.compare_all([], [found], lambda *_: None)
    assert (found.verdict, len(found.looks), left) == (verdict, len(looks), [])


def test_a_cell_that_a_commit_cannot_do_is_said(monkeypatch):
    def take_turns(*_, **__):
        raise CellError("commit abc: it lacks that")

    planned(monkeypatch)
    monkeypatch.setattr(regressions, "take_turns", take_turns)
    found = Found(CELL)
    regressions.compare_all([], [found], lambda *_: None)
    assert regressions.line(found) == f"{CELL} n/a: commit abc: it lacks that"
    assert json.dumps(found.as_dict())


def test_what_ctrl_c_leaves_open_is_said(monkeypatch):
    def take_turns(*_, seconds, **__):
        if seconds == regressions.CONFIRM["seconds"]:
            raise KeyboardInterrupt
        return SimpleNamespace(ratios=SLOWER)

    planned(monkeypatch)
    monkeypatch.setattr(regressions, "take_turns", take_turns)
    found = Found(CELL)
    assert regressions.all_of([], [found], Console(file=io.StringIO()))
    assert found.verdict == regressions.OPEN
    assert found.as_dict()["ratio"] == 1.05


@pytest.mark.parametrize(
    ("verdicts", "code", "said"),
    [
        (["", "faster"], 0, ["no regression"]),
        (["", "slower"], 1, [f"regression: {CELL}"]),
        (["", "n/a: x"], 0, ["not measured: 1 of 2 cells", "no regression among the others"]),
        (["n/a: x", "n/a: y"], 2, ["not measured: 2 of 2 cells"]),
        (["slower", "n/a: y"], 1, [f"regression: {CELL}", "not measured: 1 of 2 cells"]),
    ],
)
def test_what_was_not_measured_is_not_called_well(verdicts, code, said, capsys):
    assert regressions.tell([Found(CELL, [], verdict) for verdict in verdicts]) == code
    assert capsys.readouterr().out.splitlines() == said


def test_a_line_says_by_how_much():
    found = Found(CELL, [[2.0] * 9, [1.1] * 9], "slower")
    assert regressions.line(found) == f"{CELL}: slower, 1.100 × the time (1.100–1.100)"
    assert found.as_dict()["looks"] == [2.0, 1.1]


@pytest.mark.parametrize(("tries", "least"), [(6, 4), (35, 29), (105, 93)])
def test_how_many_of_the_planted_must_be_found(tries, least):
    assert [check.is_enough(found, tries) for found in (0, least - 1, least, tries)] == [False, False, True, True]


# === what is counted ==================================================================================


def test_counts_that_differ_by_one_per_cent_are_told():
    before = {("a", "cost"): {"instructions": 1000, "signatures": 3, "allocated": 0}, ("a", "dot"): {"allocated": 5}}
    after = {("a", "cost"): {"instructions": 1009, "signatures": 4, "allocated": 1}, ("b", "dot"): {"allocated": 9}}
    told = counted.differences(before, after)
    assert [(one["cost"], one["before"], one["after"]) for one in told] == [("signatures", 3, 4), ("allocated", 0, 1)]
    after["a", "cost"]["instructions"] = 990
    found = counted.differences(before, after)
    assert found[0] == {"implementation": "a", "work": "cost", "cost": "instructions", "before": 1000, "after": 990}
    console = Console(file=io.StringIO(), width=120)
    console.print(counted.table(found, before, after))
    for said in ("-1.0%", "+33.3%", "1 steps; all else", "by one commit only: a: dot, b: dot"):
        assert said in " ".join(console.file.getvalue().split())


def test_each_commits_own_package_is_counted(monkeypatch):
    asked = []
    monkeypatch.setattr(counted, "NO_COUNTS", None)
    monkeypatch.setattr(counted, "counted", lambda cells, *where: asked.append((len(cells), where)) or {})
    both = [Commit(name, Path(name), f"python-{name}") for name in ("A", "B")]
    assert counted.both(both) == ({}, {})
    assert sorted(where for _, where in asked) == [(Path("A"), "python-A"), (Path("B"), "python-B")]
    assert {count for count, _ in asked} == {len(implementation_names()) * len(counts.WORKS)}
    monkeypatch.setattr(counted, "NO_COUNTS", "another processor")
    assert counted.both(both) == ({}, {})
    assert len(asked) == 2


# === cells and commits ================================================================================


def test_the_cells_are_all_that_asv_times_by_the_call():
    known = {
        benchmark.name: benchmark
        for benchmark in disc_benchmarks(str(ROOT / "benchmarks"))
        if benchmark.name.split(".")[-1].startswith("time_")
    }
    found = {}
    for cell in suite.cells():
        found.setdefault(f"{cell.module}.{cell.owner}.{cell.function}", []).append(cell.parameters)
    assert set(found) == set(known)
    for name, cells in found.items():
        sizes = 1
        for values in known[name].params:
            sizes *= len(values)
        assert len(cells) == sizes - len(getattr(known[name].func, "left_out", {}))
    assert str(CELL) == "operations.Operation.time_operation('numpy_vectorized', 'dot')"


def test_what_is_at_hand_is_used_where_it_has_the_pinned_versions(tmp_path, monkeypatch):
    assert commits.pinned(ROOT).keys() == {"numpy", "numba", "llvmlite", "asv_runner"}
    monkeypatch.setattr(commits, "installed", lambda package: "2.0")
    assert commits.python_with({"numpy": "2.0"}, tmp_path) == sys.executable


def test_other_versions_have_an_environment_of_their_own_that_is_kept(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(commits, "KEPT", tmp_path)
    monkeypatch.setattr(commits.venv, "create", lambda where, **_: (where.mkdir(parents=True), made.append(where)))
    monkeypatch.setattr(commits.subprocess, "run", lambda command, **_: made.append(command))
    first = commits.python_with({"numpy": "0.1"}, ROOT)
    assert first.startswith(str(tmp_path))
    assert "numpy==0.1" in made[1]
    assert commits.python_with({"numpy": "0.1"}, ROOT) == first
    assert len(made) == 2
    assert commits.python_with({"numpy": "0.2"}, ROOT) != first


def test_a_commit_that_does_not_say_what_it_needs_is_one_line(tmp_path):
    folder = tmp_path / "abcdef012345"
    folder.mkdir()
    with pytest.raises(CommitError, match=r"^commit abcdef01 does not say which versions it needs: "):
        commits.pinned(folder)
    (folder / "asv.conf.json").write_text('{"version": 1}')
    with pytest.raises(CommitError, match=r"^commit abcdef01 does not say which versions it needs: 'matrix'"):
        commits.pinned(folder)


def test_what_pip_cannot_install_is_one_line(tmp_path, monkeypatch):
    def run(command, **_):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(commits, "KEPT", tmp_path)
    monkeypatch.setattr(commits.venv, "create", lambda where, **_: where.mkdir(parents=True))
    monkeypatch.setattr(commits.subprocess, "run", run)
    for _ in range(2):  # and what is half made is made again
        with pytest.raises(CommitError, match="pip could not install what commit"):
            commits.python_with({"numpy": "0.1"}, ROOT)
        monkeypatch.setattr(commits.venv, "create", lambda where, **_: None)


def test_a_commit_is_laid_out_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(commits, "KEPT", tmp_path)
    monkeypatch.setattr(commits, "python_with", lambda pins, folder: sys.executable)
    head = commits.hash_of("HEAD")
    for _ in range(2):
        laid_out = commits.laid_out(head)
        assert (laid_out.source / "loopwise" / "interface.py").exists()
    with pytest.raises(CommitError, match=r"^commit 00000000 could not be laid out: "):
        commits.laid_out("0" * 40)
    assert sorted(path.name for path in (tmp_path / "commits").iterdir()) == sorted([head, "lock"])


@pytest.fixture(scope="module")
def here():
    """The working tree as a commit."""
    return Commit("working-tree", ROOT / "src", sys.executable)


def test_two_processes_measure_one_cell(here):
    workers = [Worker(here), Worker(here)]
    try:
        for worker in workers:
            worker.answer()
        pairs = take_turns(workers, CELL, 0, 0.0, 6, 6)
        assert pairs.before.rounds == pairs.after.rounds == 6
        assert all(0 < seconds < 1 for seconds in pairs.before.every.values())
        with pytest.raises(CellError, match=r"^commit working-: .*unknown operation 'nothing'"):
            take_turns(workers, replace(CELL, parameters=("numpy_vectorized", "nothing")), 0, 0.0, 1, 1)
        assert take_turns(workers, CELL, 1, 0.0, 2, 2).after.rounds == 2  # and goes on
    finally:
        for worker in workers:
            worker.close()


def test_a_process_that_dies_is_one_cells_matter(here, tmp_path):
    """One of the two sessions is killed by its own step; the other one's next cell is another cell."""
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source)
    sums = source / "loopwise" / "implementations" / "numpy_vectorized" / "sums.py"
    sums.write_text(sums.read_text().replace("def dot(w, x):", "def dot(w, x):\n    import os\n    os._exit(3)\n"))
    workers = [Worker(Commit("suicidal", source, sys.executable)), Worker(here)]
    try:
        for worker in workers:
            worker.answer()
        with pytest.raises(CellError, match=r"^commit suicidal: its process died"):
            take_turns(workers, CELL, 0, 0.0, 2, 2)
        other = replace(CELL, parameters=("numpy_vectorized", "cost"))
        assert take_turns(workers, other, 0, 0.0, 2, 2).after.rounds == 2
        for worker in workers:
            worker.close()
        with pytest.raises(CellError, match="the process of commit suicidal ended"):
            take_turns(workers, other, 0, 0.0, 2, 2)
    finally:
        for worker in workers:
            worker.close()


def test_both_are_measured_with_the_same_instrument(here, tmp_path):
    """A commit whose own package measures nonsense is measured all the same."""
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source)
    (source / "loopwise" / "measure" / "samples.py").write_text("raise ImportError('nonsense')")
    (source / "loopwise" / "measure" / "interleaved.py").write_text("SAMPLE_SECONDS, wake = 0.01, lambda step: step()")
    workers = [Worker(Commit("nonsense", source, sys.executable)), Worker(here)]
    try:
        for worker in workers:
            worker.answer()
        assert take_turns(workers, CELL, 0, 0.0, 2, 2).before.rounds == 2
    finally:
        for worker in workers:
            worker.close()


# === the command ======================================================================================


def test_where_the_result_cannot_be_written_nothing_is_measured(tmp_path):
    command = [*SCRIPT, "HEAD", "HEAD", "--bench", "'numpy_vectorized', 'dot'"]
    command += ["--json", str(tmp_path / "missing" / "found.json")]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 2
    assert "cannot be written: there is no folder" in " ".join(finished.stderr.split())


@pytest.mark.parametrize("when", ["laid out", "measured"])
def test_what_ctrl_c_ended_does_not_replace_what_was_found_of_all(tmp_path, monkeypatch, when):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(regressions, "KEPT", tmp_path)
    laid_out = stop if when == "laid out" else lambda commit: Commit(commit, ROOT, "")
    monkeypatch.setattr(regressions, "laid_out", laid_out)
    monkeypatch.setattr(regressions, "compare_all", stop)
    monkeypatch.setattr(sys, "argv", ["regressions.py", "HEAD", "HEAD"])
    with pytest.raises(SystemExit) as ended:
        regressions.main()
    assert ended.value.code == 130
    kept = [path.name for path in (tmp_path / "compared").glob("*")]
    assert kept == [] if when == "laid out" else kept[0].endswith("-part.json")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HEAD", "no-such-commit"], "git knows no commit 'no-such-commit'"),
        (["HEAD", "HEAD", "--bench", "no_such_benchmark"], "no cell matches"),
    ],
)
def test_what_makes_no_sense_is_one_line(arguments, said):
    finished = subprocess.run([*SCRIPT, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[-1].endswith(said)
