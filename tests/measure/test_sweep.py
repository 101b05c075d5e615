"""`loopwise sweep` and `loopwise break-even`: curves, crossovers, what compiling costs and when it has paid."""

import json
import math
from functools import partial

import matplotlib.image
import pytest
from helpers.cli import in_process, run

from loopwise import workloads
from loopwise.errors import LoopwiseError
from loopwise.measure import sweep as sweeps
from loopwise.measure.break_even import Cost
from loopwise.measure.first_call import Start, first_call
from loopwise.report import units
from loopwise.report.break_even import when
from loopwise.report.sweep import sentence

pytestmark = pytest.mark.compilation
SMALL = ("--examples", "40", "--features", "4", "--implementations", "numba_loops,numpy_vectorized", "--budget", "2")


def steps(**medians):
    """`step_seconds` by size, with quartiles a tenth away."""
    return {
        int(size[1:]): {"median": median, "p25": 0.9 * median, "p75": 1.1 * median} for size, median in medians.items()
    }


# === crossovers =======================================================================================


def test_a_crossover_lies_where_the_lines_meet():
    slow_start, fast_start = steps(_10=8.0, _1000=8.0), steps(_10=1.0, _1000=64.0)
    # On logarithmic axes the second rises from 1 to 64 while 8 lies half-way.
    (found,) = sweeps.overtakings("late", slow_start, "early", fast_start)
    assert found.overtakes == "late"
    assert found.at == pytest.approx(100.0)
    assert list(sweeps.overtakings("early", fast_start, "late", slow_start)) == []


def test_where_quartiles_overlap_nobody_overtakes():
    one, other = steps(_1=1.0, _2=1.05, _4=1.0), steps(_1=1.1, _2=1.0, _4=1.1)
    assert list(sweeps.overtakings("one", one, "other", other)) == []
    assert list(sweeps.overtakings("other", other, "one", one)) == []


def test_uncertain_sizes_lie_between():
    one, other = steps(_1=2.0, _10=1.0, _100=1.0), steps(_1=1.0, _10=1.05, _100=2.0)
    (found,) = sweeps.overtakings("one", one, "other", other)
    assert found.at == pytest.approx(10.0)


def test_a_crossover_is_a_sentence():
    found = sweeps.Crossover("numpy_vectorized", "numba_loops", 312.4)
    assert sentence(found, "m") == "numpy_vectorized overtakes numba_loops at m ≈ 310"
    assert [units.count(65536), units.about(65536), units.count(0.5)] == ["65 536", "66 000", "0.5"]
    assert [units.memory(number) for number in (12, 1500, 2.7e6, 3e9)] == ["12 B", "1.50 kB", "2.70 MB", "3.00 GB"]


# === the sweep ========================================================================================


def test_who_is_too_slow_stops_and_is_named():
    build = partial(workloads.grown, work="logistic", features=200)
    # 24 million multiply-adds: seconds, where half of one is allowed.
    swept = sweeps.sweep(build, [4, 60_000, 60_001], "m", ["python_loops", "numpy_vectorized"], 1.0, cold=False)
    assert list(swept.steps("python_loops")) == [4]
    assert list(swept.steps("numpy_vectorized")) == [4, 60_000, 60_001]
    assert sweeps.row_of(swept.comparisons[60_001], "python_loops") is None
    assert "m = 60000: one step would take" in swept.left["python_loops"]


def test_memory_is_what_is_not_kept():
    swept = sweeps.sweep(
        partial(workloads.grown, work="logistic"), [10_000], "m", ["numpy_vectorized"], 1.0, cold=False
    )
    # One row of 10 000 float64 is 80 kB: some of them at once, but never a copy of all 30 rows of X.
    assert 80_000 < swept.temporaries["numpy_vectorized", 10_000] < 30 * 80_000


@pytest.mark.parametrize("over", workloads.GROWS)
def test_every_size_can_grow(over):
    small, large = (workloads.grown(size, over, work="network", examples=8) for size in (2, 4))
    assert small.flops < large.flops


def test_sizes_are_what_was_asked_for():
    assert workloads.grown(3, "depth", (5, 1), work="network").sizes["layer_sizes"] == [30, 5, 5, 5, 1]
    assert workloads.grown(7, "width", (5, 5, 3), work="network").sizes["layer_sizes"] == [30, 7, 7, 3]
    assert workloads.grown(7, "m", work="matmul").sizes["p"] == 7


@pytest.mark.parametrize("columns", [80, 160])
def test_sweep_shows_writes_and_draws(tmp_path, columns):
    told, figure = tmp_path / "sweep.json", tmp_path / "sweep.png"
    arguments = ("--sizes", "8,64", *SMALL[2:], "--json", str(told), "--plot", str(figure))
    finished = run("sweep", "logistic", *arguments, columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert max(map(len, finished.stdout.splitlines())) <= columns
    assert "Compiling from nothing, once: numba_loops " in finished.stdout
    content = json.loads(told.read_text())["sweep"]
    assert content["sizes"] == [8, 64]
    assert [comparison["sizes"]["m"] for comparison in content["comparisons"]] == [8, 64]
    assert list(content["compile_seconds"]) == ["numba_loops"]
    assert content["compile_seconds"]["numba_loops"] > 0
    assert len(content["temporary_bytes"]) == 4
    assert matplotlib.image.imread(figure).std() > 0.05


def test_ctrl_c_keeps_the_sizes_that_are_done(monkeypatch):
    compare, sizes = sweeps.compare, []

    def stop_at_the_second(work, *arguments, **named):
        sizes.append(work.sizes["m"])
        if len(sizes) == 2:
            raise KeyboardInterrupt
        return compare(work, *arguments, **named)

    monkeypatch.setattr(sweeps, "compare", stop_at_the_second)
    swept = sweeps.sweep(partial(workloads.grown, work="logistic"), [4, 8, 16], "m", ["numpy_vectorized"], 1.0)
    assert swept.stopped
    assert list(swept.comparisons) == [4]


@pytest.mark.parametrize(
    "wrong",
    [
        ["sweep", "logistic", "--over", "depth"],
        ["sweep", "network", "--over", "length"],
        ["sweep", "nothing"],
        ["sweep", "--sizes", "4,a"],
        ["sweep", "--budget", "0"],
        ["sweep", "--implementations", "numpy"],
        ["break-even", "nothing"],
        ["break-even", "--budget", "-1"],
        ["break-even", "--dtype", "float16"],
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, wrong):
    assert in_process(monkeypatch, *wrong) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# === break-even =======================================================================================


def cost(name, cold, cached, step):
    """A `Cost` of planted seconds."""
    return Cost(name, Start(cold, cold), Start(cached, 0.0), {"median": step})


def test_compiling_has_paid_after_so_many_calls():
    compiled, array = cost("compiled", 10.0, 1.0, 0.01), cost("array", 0.11, 0.11, 0.11)
    for cold in (True, False):
        calls = compiled.pays_after(array, cold)
        assert compiled.total(calls, cold) < array.total(calls, cold)
        assert compiled.total(calls - 1, cold) >= array.total(calls - 1, cold)
    assert compiled.pays_after(array) > compiled.pays_after(array, cold=False) > 1
    assert array.pays_after(compiled) == math.inf
    assert cost("both", 0.01, 0.01, 0.01).pays_after(array) == 1
    assert when(array, compiled) == "never ahead"
    assert when(compiled, array) == "ahead after 100 calls, after 10 when cached"


def test_the_first_call_compiles_once_and_is_loaded_then(tmp_path):
    arguments = ("numba_loops", workloads.drawn, "logistic", 20, 3)
    cold, cached = (first_call(*arguments, cache=tmp_path) for _ in range(2))
    assert cold.compiling > 0
    assert cached.compiling == 0
    assert cold.first_call >= cold.compiling
    assert first_call("numpy_vectorized", workloads.drawn, "logistic", 20, 3).compiling == 0


def test_a_process_that_fails_is_one_line():
    with pytest.raises(LoopwiseError, match=r"numba_loops: the process that makes the first call failed: .*nothing"):
        first_call("numba_loops", workloads.drawn, "nothing")


def test_break_even_shows_writes_and_draws(tmp_path):
    told, figure = tmp_path / "even.json", tmp_path / "even.png"
    finished = run("break-even", "logistic", *SMALL, "--json", str(told), "--plot", str(figure))
    assert finished.returncode == 0, finished.stderr
    assert max(map(len, finished.stdout.splitlines())) <= 80
    content = json.loads(told.read_text())["break_even"]
    costs = {one["implementation"]: one for one in content["costs"]}
    assert list(costs) == ["numba_loops", "numpy_vectorized"]
    assert costs["numba_loops"]["cold"]["compiling"] > 0 == costs["numba_loops"]["cached"]["compiling"]
    (pays,) = [one for one in content["pays_after"] if one["implementation"] == "numba_loops"]
    assert pays["against"] == "numpy_vectorized"
    assert matplotlib.image.imread(figure).std() > 0.05


# === somebody's own file ==============================================================================


def test_who_lacks_the_operation_is_named_and_the_others_go_on(monkeypatch, capsys, tmp_path):
    path, page = tmp_path / "only_one.py", tmp_path / "sweep.html"
    path.write_text("def dot(w, x):\n    return (w * x).sum()\n")
    arguments = ("--sizes", "4,8", "--no-compile", "--budget", "1", "--html", str(page))
    assert in_process(monkeypatch, "sweep", *arguments, "--implementations", f"numpy_vectorized,{path}") == 0
    assert "only_one stops: only_one has no logistic_step" in capsys.readouterr().out
    assert "only_one has no logistic_step" in page.read_text()
    assert in_process(monkeypatch, "break-even", *SMALL[:4], "--implementations", f"numpy_vectorized,{path}") == 0
    assert "only_one has no logistic_step" in capsys.readouterr().out


def test_a_file_takes_part_in_break_even(monkeypatch, capsys, tmp_path):
    path, result = tmp_path / "mine_too.py", tmp_path / "result.json"
    path.write_text("from loopwise.implementations.numpy_vectorized import logistic_step\n")
    arguments = (*SMALL[:4], "--budget", "1", "--implementations", f"numpy_vectorized,{path}", "--json", str(result))
    assert in_process(monkeypatch, "break-even", *arguments) == 0
    costs = {cost["implementation"]: cost for cost in json.loads(result.read_text())["break_even"]["costs"]}
    assert costs["mine_too"]["cold"]["first_call"] > 0
