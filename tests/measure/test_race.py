"""`loopwise race`: the same costs at the same step, bit for bit where the contract is exact, and clocks that differ."""

import functools
import json
import sys

import numpy as np
import pytest
from helpers.cli import in_process
from helpers.races import SHORT, flower_race

from loopwise import datasets
from loopwise.implementations import get_implementation, numba_loops, numpy_vectorized
from loopwise.learning.architecture import fitting
from loopwise.learning.network import network_step
from loopwise.learning.training import train
from loopwise.measure import race as measure
from loopwise.measure.runner import furthest_apart
from loopwise.report.race import outcome

pytestmark = pytest.mark.compilation


def test_the_costs_are_those_of_training():
    race = flower_race(["numba_loops"])
    measure.run(race)
    (runner,) = race.runners
    data, impl = datasets.load("flower", examples=40), get_implementation("numba_loops")
    network, X, Y = fitting(2, 1, [4, 1], "tanh"), impl.asnative(data.X), impl.asnative(data.Y)
    state = train(impl, network, race.first_steps.workload.inputs["theta"], X, Y, alpha=1.2, epochs=5)
    assert tuple(runner.costs[:5]) == tuple(state.costs[:5])


def test_a_last_place_that_differs_later_breaks_the_exact_contract(monkeypatch, capsys):
    race = flower_race(["numba_loops", "numba_parallel"])
    honest, called = race.runners[1].step, []

    def late(theta):
        J, theta = honest(theta)
        called.append(J)
        return (np.nextafter(J, 1.0) if len(called) == 4 else J), theta

    race.runners[1].step = late
    measure.run(race)
    assert furthest_apart(*race.runners) == 1
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


def epochs(theta_by=1.0, costs_by=1.0):
    """The steps that `twin` takes, in one call; theta and the costs times a factor."""

    @functools.wraps(numba_loops.train_epochs)
    def train_epochs(*given):
        learned, X, Y, order, *_ = given
        impl, network, theta, costs = get_implementation("twin"), fitting(2, 1, [4, 1], "tanh"), learned.theta, []
        for _ in order:
            J, gradient = network_step(impl, network, theta, X, Y)
            theta, costs = theta - 1.2 * gradient, [*costs, J]
        return theta_by * theta, learned.velocity, learned.square, learned.statistics, costs_by * np.array(costs)

    return train_epochs


def test_a_call_with_the_bits_of_steps_takes_part(monkeypatch, capsys, twin):
    twin(train_epochs=epochs())
    assert in_process(monkeypatch, "race", *SHORT, "--implementations", "twin,numba_loops") == 0


@functools.wraps(numba_loops.train_epochs)
def unable(*given):
    """Fail."""
    raise RuntimeError("tired")


BAD = {
    "other costs in a call": (
        {"train_epochs": epochs(costs_by=2.0)},
        "twin disagrees: two epochs in one call have not the bits of two steps.",
    ),
    "another theta after a call": (
        {"train_epochs": epochs(theta_by=2.0)},
        "twin disagrees: two epochs in one call have not the bits of two steps.",
    ),
    "an error in a call": ({"train_epochs": unable}, "twin failed in its train_epochs: RuntimeError: tired."),
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
def test_what_breaks_its_contract_is_named_and_harms_no_other(monkeypatch, capsys, twin, fault):
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


def test_where_none_can_run_it_is_one_line(monkeypatch, capsys, tmp_path):
    path = tmp_path / "only_one.py"
    path.write_text("def dot(w, x):\n    return (w * x).sum()\n")
    for command in ("race", "sweep", "break-even", "compare"):
        assert in_process(monkeypatch, command, "--implementations", str(path)) == 2
        assert "only_one has no " in capsys.readouterr().err
