"""`loopwise race`: the same costs at the same step, bit for bit where the contract is exact, and clocks that differ."""

import functools
import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.cli import in_process

from loopwise import datasets, workloads
from loopwise.implementations import get_implementation, numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS
from loopwise.learning.architecture import fitting
from loopwise.learning.training import train
from loopwise.measure import race as measure
from loopwise.report.pages import STEP
from loopwise.report.race import block, outcome

pytestmark = pytest.mark.compilation
SHORT = ("--seconds", "0.3", "--examples", "40")


@pytest.fixture
def twin():
    """A function that makes `twin`, NumPy with some operations replaced, under an exact contract to itself."""

    def make(**replaced):
        functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | replaced
        register("twin", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")

    yield make
    unregister("twin")


def flower_race(names, seconds=0.2, alpha=1.2):
    """Everybody is ready for the lecture's network on a few examples of the flower."""
    data = datasets.load("flower", examples=40)
    return measure.get_ready(workloads.network(data.X, data.Y, [4, 1], "tanh"), names, alpha, seconds)


@pytest.mark.parametrize("columns", [80, 160])
def test_a_race_shows_and_writes(tmp_path, monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    path = tmp_path / "race.json"
    assert in_process(monkeypatch, "race", *SHORT, "--no-live", "--json", str(path)) == 0
    shown = capsys.readouterr().out
    assert max(len(line) for line in shown.splitlines()) <= columns
    assert shown.count("python_loops  ") >= 3  # tables on the way, and one at the end
    assert "J of numba_loops and python_loops" in shown
    race = json.loads(path.read_text())["race"]
    assert race["agreed"]
    assert [runner["implementation"] for runner in race["runners"]][:2] == ["python_loops", "numba_loops"]
    for runner in race["runners"]:
        assert 0.3 <= runner["seconds"] < 5
        assert runner["steps"] >= runner["apart"]["steps"] > 0
        assert runner["contract"] == "rounding" or runner["apart"]["max_ulp"] == 0
        assert (runner["costs"][0]["step"], runner["costs"][-1]["step"]) == (1, runner["steps"])


def test_the_costs_are_those_of_training():
    race = flower_race(["numba_loops"])
    measure.run(race)
    (runner,) = race.runners
    data, impl = datasets.load("flower", examples=40), get_implementation("numba_loops")
    network, X, Y = fitting(2, 1, [4, 1], "tanh"), impl.asnative(data.X), impl.asnative(data.Y)
    state = train(impl, network, race.start.workload.inputs["theta"], X, Y, alpha=1.2, epochs=5)
    assert tuple(runner.costs[:5]) == tuple(state.costs[:5])


def test_everybody_is_given_the_same_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(measure, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(measure, "settle", lambda: None)
    monkeypatch.setattr(measure, "SLICE", 0.125)
    race = flower_race(["numba_loops", "numpy_vectorized"], seconds=1.0)
    for runner, each in zip(race.runners, (0.375, 0.03125)):
        runner.step = lambda theta, each=each: (now.__setitem__(0, now[0] + each) or 0.5, theta)
    measure.run(race)
    slow, fast = race.runners
    assert (len(slow.costs), len(fast.costs)) == (3, 32)
    assert (slow.seconds, fast.seconds) == (1.125, 1.0)


def test_a_last_place_that_differs_later_breaks_the_exact_contract(monkeypatch, capsys):
    race = flower_race(["numba_loops", "numba_parallel"])
    honest, called = race.runners[1].step, []

    def late(theta):
        J, theta = honest(theta)
        called.append(J)
        return (np.nextafter(J, 1.0) if len(called) == 4 else J), theta

    race.runners[1].step = late
    measure.run(race)
    assert measure.furthest_apart(*race.runners) == 1
    assert not race.agreed
    said = list(outcome(race))
    assert any("numba_parallel" in line and "at most 1 ulp apart" in line for line in said)
    assert "numba_parallel disagrees: its costs have not the bits of numba_loops." in said


def after(calls, name, then):
    """NumPy's operation, and something else from so many calls on."""
    honest, count = getattr(numpy_vectorized, name), []

    @functools.wraps(honest)
    def operation(*arguments):
        count.append(None)
        return (then if len(count) > calls else honest)(*arguments)

    return {name: operation}


def zero_labels(Z, A, Y, loss, activation):
    """Leave others other labels, if they shared them."""
    Y[...] = 0.0
    return numpy_vectorized.output_delta(Z, A, Y, loss, activation)


def quotient(A, Y):
    """`A − Y`, until an example is predicted well: then 0/0."""
    scale = np.where(np.abs(A - Y) < 0.1, 0.0, 1.0)
    with np.errstate(invalid="ignore"):
        return (A - Y) * scale / scale


def tired(*arguments):
    """Fail."""
    raise RuntimeError("tired")


def in_place(theta, gradient, alpha):
    """The right numbers, in the array that was given."""
    theta -= alpha * gradient
    return theta


BAD = {
    "a wrong gradient": (
        {"output_delta": lambda Z, A, Y, loss, activation: Y - A},
        "twin does not run: disagrees: theta",
    ),
    "an update that climbs": (
        {"descend": lambda theta, gradient, alpha: theta + alpha * gradient},
        "twin does not run: disagrees: theta",
    ),
    "costs that drift": (
        after(40, "cost", lambda *given: 0.5 * numpy_vectorized.cost(*given)),
        "twin disagrees in one of its last steps: J",
    ),
    "costs that are no numbers": (
        after(40, "cost", lambda *given: float("nan")),
        "twin disagrees: its J is nan from step 39 on.",
    ),
    "a theta that is none": (
        after(40, "descend", lambda theta, *given: theta * float("nan")),
        "twin disagrees: its J is nan from step 40 on.",
    ),
    "a quotient of rounding errors": (
        {"output_delta": lambda Z, A, Y, loss, activation: quotient(A, Y)},
        "twin disagrees: its J is nan from step ",
    ),
    "others' labels": (after(40, "output_delta", zero_labels), "twin disagrees in one of its last steps: "),
    "others' theta": ({"descend": in_place}, "twin does not run: failed: ContractError: changes theta in place"),
    "an error": (after(40, "cost", tired), "twin failed in step 39: RuntimeError: tired"),
    "an exit": (after(40, "cost", lambda *given: sys.exit(0)), "twin failed in step 39: SystemExit: 0"),
    "a cost in words": (after(40, "cost", lambda *given: "low"), "twin failed in step 39: "),
}


@pytest.mark.parametrize("fault", BAD)
def test_who_breaks_its_contract_is_named_and_harms_nobody_else(monkeypatch, capsys, twin, fault):
    replaced, said = BAD[fault]
    twin(**replaced)
    arguments = ("--seconds", "0.2", "--implementations", "twin,numba_loops,python_loops")
    assert in_process(monkeypatch, "race", *arguments) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert said in shown
    assert "J of numba_loops and python_loops, " in shown
    assert shown.split("J of numba_loops and python_loops, ")[1].startswith(tuple("123456789"))
    assert "of both: the same bits." in shown.split("J of numba_loops and python_loops, ")[1][:60]


@pytest.mark.parametrize("names", ["python_loops,numba_loops", "numpy_vectorized,numba_loops"])
def test_numbers_that_overflow_in_the_reference_too_are_no_fault(monkeypatch, capsys, tmp_path, names):
    path = tmp_path / "race.json"
    arguments = ("--alpha", "1e300", "--activation", "relu", "--layers", "8,8,1", "--implementations", names)
    assert in_process(monkeypatch, "race", *SHORT, *arguments, "--json", str(path)) == 0
    race = json.loads(path.read_text())["race"]
    assert race["agreed"]
    for runner in race["runners"]:
        assert runner["costs"][-1]["J"] is None
        assert runner["wrong"] == ""


def test_what_is_changed_in_place_later_is_ones_own(monkeypatch, capsys, twin):
    twin(**after(40, "descend", in_place))
    arguments = ("--seconds", "0.2", "--implementations", "twin,numba_loops,python_loops")
    assert in_process(monkeypatch, "race", *arguments) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "of both: the same bits." in shown.split("J of numba_loops and python_loops, ")[1][:60]


def test_where_nobody_can_run_it_is_one_line(monkeypatch, capsys, tmp_path):
    path = tmp_path / "only_one.py"
    path.write_text("def dot(w, x):\n    return (w * x).sum()\n")
    for command in ("race", "sweep", "break-even", "compare"):
        assert in_process(monkeypatch, command, "--implementations", str(path)) == 2
        assert "only_one has no " in capsys.readouterr().err


def test_a_cost_of_three_hundred_digits_leaves_the_table_whole(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert in_process(monkeypatch, "race", *SHORT, "--alpha", "1e300", "--implementations", "python_loops") in (0, 1)
    shown = capsys.readouterr().out
    assert "python_loops  " in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_was_measured_is_written_though_nobody_reads_it(tmp_path):
    path = tmp_path / "race.json"
    command = f"{sys.executable} -m loopwise race --seconds 0.2 --implementations numba_loops --json {path} | head -c 1"
    ended = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert ended.stderr == ""
    assert json.loads(path.read_text())["race"]["agreed"]


def test_who_is_too_slow_does_not_run(monkeypatch, capsys):
    arguments = ("--seconds", "0.02", "--data", "digits", "--implementations", "python_loops,numpy_vectorized")
    assert in_process(monkeypatch, "race", *arguments) == 0
    shown = capsys.readouterr().out
    assert "python_loops does not run: n/a: one step would take" in shown
    assert "numpy_vectorized: " in shown


@pytest.mark.parametrize("more", ["descend", "dot"])
def test_a_file_runs_unless_it_lacks_the_update(monkeypatch, capsys, tmp_path, more):
    path = tmp_path / f"mine_{more}.py"
    path.write_text(f"from loopwise.implementations.numpy_vectorized import {more}, {', '.join(('activate', *STEP))}\n")
    arguments = ("--seconds", "0.1", "--implementations", f"numba_loops,{path}")
    assert in_process(monkeypatch, "race", *arguments) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert ("J of mine_descend and numba_loops, " in shown) == (more == "descend")
    assert ("mine_dot does not run: mine_dot has no descend" in shown) == (more == "dot")


def test_ctrl_c_shows_what_was_run(monkeypatch, capsys, tmp_path, twin):
    calls = []

    def descend(theta, gradient, alpha):
        calls.append(alpha)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return numpy_vectorized.descend(theta, gradient, alpha)

    twin(descend=descend)
    path = tmp_path / "race.json"
    assert in_process(monkeypatch, "race", *SHORT, "--implementations", "twin", "--json", str(path)) == 130
    assert "stopped by Ctrl-C" in capsys.readouterr().err
    race = json.loads(path.read_text())["race"]
    assert race["stopped"]
    assert race["runners"][0]["steps"] == 3  # two of the six calls were before the race


def test_a_cost_that_leaves_the_numbers_is_a_cross_and_null():
    race = flower_race(["numpy_vectorized"])
    race.runners[0].costs = [0.5, float("inf"), float("nan")]
    assert [told["J"] for told in race.as_dict()["runners"][0]["costs"]] == [0.5, None, None]
    assert [block(J, 0.0, 0.5) for J in race.runners[0].costs] == ["█", "×", "×"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--alpha", "0"), "alpha is 0.0; expected a positive number"),
        (("--seconds", "-1"), "seconds is -1.0"),
        (("--data", "nothing"), "unknown data set 'nothing'"),
        (("--implementations", "numba_loop"), "did you mean 'numba_loops'"),
        (("--layers", "4,3"), "expected 1, because Y is (1, m)"),
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, arguments, said):
    assert in_process(monkeypatch, "race", *arguments) == 2
    assert said in capsys.readouterr().err
