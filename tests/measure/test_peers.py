"""Peers as rows of `compare`: they agree before they are timed, stand in the table and in JSON, and fail in one line.

The bounds are those of numpy_vectorized; where a peer's formula loses more, its allowance is derived beside it, and
`test_allowances_are_needed_and_used` says on which data.
"""

import importlib.util
import itertools
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from helpers.networks import HIDDEN
from helpers.peer_rows import LOOPS, command, hold, logistic, need, network

from loopwise import datasets, errors, get_implementation, workloads
from loopwise.contract.agreement import agreement, bounds
from loopwise.measure import peers
from loopwise.measure.comparison import compare
from loopwise.measure.peers.sklearn_ import HIDDEN as SKLEARN
from loopwise.report.comparison import comparison_figure

ROWS = ["torch", "jax", "sklearn"]  # torch.compile takes seconds to compile, so it has tests of its own
DTYPES = ("float64", "float32")


every_row = pytest.mark.parametrize("row", ROWS, indirect=True)


def held_activations(row):
    return HIDDEN if row != "sklearn" else tuple(name for name in HIDDEN if name in SKLEARN)


# === agreement ========================================================================================


@every_row
@pytest.mark.parametrize("dtype", DTYPES)
def test_logistic_step(row, dtype):
    for layout in workloads.LAYOUTS:
        assert hold(row, logistic().arranged(dtype, layout))
    assert hold(row, logistic(m=1).arranged(dtype))


@every_row
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_y", [1, 3])
def test_network_step(row, dtype, n_y):
    losses = ("cross_entropy", "squared") if row == "sklearn" else ("cross_entropy", "squared", "absolute")
    for activation, loss in itertools.product(held_activations(row), losses):
        assert hold(row, network(activation, loss, n_y).arranged(dtype, "F"))
    assert hold(row, network(layers=(), n_y=n_y).arranged(dtype))


@pytest.mark.parametrize("row", ["torch", "jax"], indirect=True)
@pytest.mark.parametrize("dtype", DTYPES)
def test_matmul(row, dtype):
    assert hold(row, workloads.operation("matmul", 13, 17, 19).arranged(dtype, "strided"))


@pytest.mark.parametrize("row", ["torch", "jax"], indirect=True)
def test_every_output_that_a_network_may_have(row):
    for loss, output in itertools.product(("squared", "absolute"), (*HIDDEN, "softmax")):
        work = network("tanh", loss)
        sizes = work.sizes | {"activations": ["tanh", "tanh", output]}
        assert peers.contender(row, replace(work, sizes=sizes), 2).outputs()["gradient"].any()


@every_row
def test_where_z_is_0_the_slope_is_right(row):
    # All z are 0: relu and |z| have their kinks there, and the gradient is known.
    work = logistic(w=np.zeros((30, 1)), b=0.0)
    assert hold(row, work)
    dead = network("relu", n_y=1)
    assert hold(row, replace(dead, inputs=dead.inputs | {"theta": np.zeros_like(dead.inputs["theta"])}))


@every_row
@pytest.mark.parametrize("dtype", DTYPES)
def test_saturated_outputs(row, dtype):
    for scale, n_y in itertools.product((5.0, 30.0), (1, 3)):
        assert hold(row, network("tanh", n_y=n_y, scale=scale).arranged(dtype))


def sure(model):
    """Three examples of class 0 with z near −15: their losses are all that J is."""
    X, Y = np.array([[-1.0, -1.5, -2.0]]), np.zeros((1, 3))
    work = workloads.network(X, Y, [1]) if model == "network" else workloads.logistic(X, Y)
    return replace(work, inputs=work.inputs | {"theta": np.array([10.0, 0.1]), "w": np.array([[10.0]]), "b": 0.1})


@pytest.mark.parametrize(("row", "model"), [("torch", "logistic"), ("torch", "network"), ("sklearn", "network")])
def test_allowances_are_needed_and_used(row, model):
    need(row)
    work = sure(model)
    peer = peers.contender(row, work, 1)
    outputs, expected, bound = peer.outputs(), work.outputs(LOOPS), bounds(work)
    assert not agreement(outputs, expected, "rounding", bound).passed
    assert peer.agreement(outputs, expected, bound).passed
    # A millionth of J is far outside, an allowance is no licence.
    assert peer.allowance["J"] < 1e-6 * expected["J"]
    assert not peer.agreement(outputs | {"J": outputs["J"] * (1 + 1e-6)}, expected, bound).passed


@every_row
@pytest.mark.parametrize("fault", [1e-9, float("nan")])
def test_a_peer_that_is_wrong_is_found_and_not_timed(row, fault, monkeypatch):
    contender = peers.contender

    def faulty(name, *given):
        if name == "torch.compile":
            raise peers.NoRowError("takes too long to compile for a test")
        right = contender(name, *given)

        def named(results):
            outputs = right.named(results)
            return outputs | {"dw": outputs["dw"] * (1 + fault)}

        return replace(right, named=named)

    monkeypatch.setattr(peers, "contender", faulty)
    comparison = compare(logistic(), ["numba_loops"], budget=0.5, peers=[row])
    wrong = next(line for line in comparison.rows if line.implementation == row)
    assert not comparison.agreed
    assert wrong.note.startswith("disagrees: dw[")
    assert wrong.step_seconds is wrong.first_call_seconds is None


# === what is timed ====================================================================================


@every_row
def test_the_step_returns_the_frameworks_own_arrays(row):
    module = {"torch": "torch", "jax": "jaxlib", "sklearn": "numpy"}[row]
    peer = peers.contender(row, logistic(), 1)
    results = peer.step()
    gradient = results[1][0] if row == "jax" else results[1]
    assert type(gradient).__module__.split(".")[0] == module
    assert {name: np.shape(value) for name, value in peer.outputs().items()} == {"J": (), "dw": (30, 1), "db": ()}


@every_row
def test_inputs_are_copies(row):
    work = logistic()
    before = {name: np.copy(value) for name, value in work.inputs.items()}
    peer = peers.contender(row, work, 1)
    first = peer.outputs()
    for value in work.inputs.values():
        if isinstance(value, np.ndarray):
            value[...] = 0.5
    assert peer.outputs()["J"] == first["J"]
    for name, value in before.items():
        if isinstance(work.inputs[name], np.ndarray):
            work.inputs[name][...] = value


# === compare ==========================================================================================


def training(model, layers=None, m=96, **hyper):
    """Three epochs on the first of the breast cancer data, or of the digits."""
    data = datasets.load("digits" if layers and layers[-1] > 1 else "breast_cancer")
    return workloads.training(data.X[:, :m], data.Y[:, :m], model, layers, epochs=3, **hyper)


@every_row
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", ["descent", "momentum", "adam"])
@pytest.mark.parametrize("layers", [[8, 1], [8, 10]])
def test_training_in_the_same_order_ends_in_the_same_parameters(row, dtype, optimizer, layers):
    hold(row, training("network", layers, batch_size=16, optimizer=optimizer).arranged(dtype))


@every_row
@pytest.mark.parametrize("kind", ["logistic", "perceptron", "adaline"])
def test_training_a_neuron_example_by_example(row, kind):
    work = training(kind, batch_size=1, alpha=0.001 if kind == "adaline" else 0.01)
    if row != "sklearn" and kind != "logistic":
        with pytest.raises(peers.NoRowError, match=f"has no row for {kind}"):
            peers.contender(row, work)
    else:
        hold(row, work)


def test_a_training_that_another_order_or_rate_is_found_out():
    need("sklearn")
    work, other = (training("logistic", batch_size=1, seed=seed) for seed in (0, 1))
    outputs = peers.contender("sklearn", replace(other, inputs=work.inputs)).outputs()
    expected = work.outputs(get_implementation("numba_loops"))
    assert not agreement(outputs, expected, "rounding", bounds(work)).passed


NO_ROW = {
    "does not divide m = 96": {"layers": [8, 1], "batch_size": 36},
    "has no optimizer rmsprop": {"layers": [8, 1], "batch_size": 16, "optimizer": "rmsprop"},
    "a learning rate that falls": {"layers": [8, 1], "batch_size": 16, "decay": 0.1},
    "one example at a time": {"batch_size": 2},
}


@pytest.mark.parametrize("message", NO_ROW)
def test_what_scikit_learn_cannot_train_as_we_do_is_said(message):
    need("sklearn")
    settings = NO_ROW[message]
    with pytest.raises(peers.NoRowError, match=message):
        peers.contender("sklearn", training("network" if "layers" in settings else "logistic", **settings))


def test_rows_stand_in_the_race_and_in_json():
    for name in ROWS:
        need(name)
    comparison = compare(logistic(), ["numba_loops"], 2.0, 1, baseline="jax", peers=["jax", "sklearn", "jax"])
    result = json.loads(json.dumps(comparison.as_dict()))
    assert [row["implementation"] for row in result["rows"]] == ["numba_loops", "jax", "sklearn"]
    for row in result["rows"]:
        assert row["agreement"]["passed"]
        assert row["agreement"]["contract"] == ("exact" if row["implementation"] == "numba_loops" else "rounding")
        assert row["step_seconds"]["samples"] > 1
        assert row["speedup"]["vs"] == "jax"
        assert row["gflops"] > 0
    jax, sklearn = result["rows"][1:]
    assert 0 < jax["compile_seconds"] < jax["first_call_seconds"]
    assert sklearn["compile_seconds"] == 0
    assert result["machine"]["jax"]
    assert result["machine"]["sklearn"]
    assert result["absent"] == {}
    labels = [label.get_text() for label in comparison_figure([comparison]).axes[0].get_yticklabels()]
    assert labels == ["numba_loops", "jax", "sklearn"]


ABSENT = {
    ("sklearn", "leaky_relu"): "has no row for the activation leaky_relu",
    ("sklearn", "absolute"): "has no row for the loss absolute after identity",
    ("sklearn", "matmul"): "has no row for matmul (it has logistic_step, network_step, training)",
    ("torch", "dot"): "has no row for dot (it has logistic_step, network_step, matmul, training)",
    ("jax", "step"): "has no row for the activation step",
    ("torch", "l2"): "has no row for l2, dropout or batch normalization",
}


@pytest.mark.parametrize(("name", "what"), ABSENT)
def test_what_cannot_do_the_work_is_absent_with_a_reason(name, what):
    need(name)
    works = {"l2": lambda: network(l2=0.1), "absolute": lambda: network(loss="absolute")}
    works |= {operation: lambda: workloads.operation(what, 5, 6, 7) for operation in ("dot", "matmul")}
    work = works.get(what, lambda: network(what))()
    comparison = compare(work, ["numba_loops"], 0.5, peers=[name])
    assert comparison.absent[name] == ABSENT[name, what]
    assert [row.implementation for row in comparison.rows] == ["numba_loops"]
    assert comparison.agreed
    assert comparison.as_dict()["absent"][name]


# === the command ======================================================================================


def test_the_command_shows_peers_and_why_one_is_absent(tmp_path, monkeypatch, capsys):
    need("jax")
    race = tmp_path / "race.json"
    line = "compare matmul --features 9 --layers 5 --examples 7 --implementations numba_loops --budget 0.5"
    assert command(monkeypatch, *line.split(), "--peers", "jax,sklearn", "--json", str(race)) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "jax ✓" in output
    assert "sklearn has no row for matmul (it has logistic_step, network_step, training)" in output
    assert "Peers: jax " in output
    (comparison,) = json.loads(race.read_text())["comparisons"]
    assert [row["implementation"] for row in comparison["rows"]] == ["numba_loops", "jax"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--peers tourch", "unknown peer 'tourch'; did you mean 'torch'? (known: torch, jax, sklearn)"),
        ("--peers sklearn,", "unknown peer ''"),
        ("--baseline torch", "baseline 'torch' is not among the implementations compared"),
        ("--peers sklearn --baseline jax", "baseline 'jax' is not among the implementations compared"),
    ],
)
def test_errors_are_one_line(monkeypatch, capsys, arguments, message):
    assert command(monkeypatch, "compare", "logistic", *arguments.split()) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_a_missing_framework_is_one_line(monkeypatch, capsys):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(peers, "find_spec", lambda name: None if name == "torch" else find_spec(name))
    monkeypatch.setattr("loopwise.measure.comparison.compare", lambda *_, **__: pytest.fail("the work was started"))
    assert command(monkeypatch, "compare", "logistic", "--peers", "torch") == 2
    expected = "loopwise: peer 'torch' is not installed; pip install 'loopwise[peers]'\n"
    assert capsys.readouterr().err == expected


def test_a_framework_that_cannot_be_imported_is_one_line(monkeypatch):
    def broken(peer):
        raise ImportError("libfoo.so: cannot open shared object file\nand more")

    monkeypatch.setattr(peers, "framework", broken)
    with pytest.raises(errors.OptionError, match=r"^peer 'sklearn' cannot be imported: ImportError: libfoo.so.* file$"):
        peers.load(["sklearn"])


def test_frameworks_are_imported_only_when_asked_for():
    script = (
        "import sys; from loopwise import workloads; from loopwise.measure.comparison import compare\n"
        "compare(workloads.operation('dot'), ['numpy_vectorized'], 0.3)\n"
        "print({'torch', 'jax'} & set(sys.modules) or 'none')"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "none"
