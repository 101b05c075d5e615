"""`loopwise compare` as a user meets it: table, files, exit codes, one-line errors."""

import json
import re
import sys
from types import SimpleNamespace

import matplotlib.image
import numpy as np
import pytest
from helpers.cli import in_process, run

from loopwise import workloads
from loopwise.implementations import numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS
from loopwise.measure import interleaved


@pytest.mark.parametrize("columns", [80, 160])
def test_compare_with_no_arguments_shows_two_tables(columns):
    finished = run("compare", "--budget", "4", columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert "logistic_step · breast_cancer · n_x = 30, m = 569" in finished.stdout
    assert "network_step · digits · 64-32-10" in finished.stdout
    for name in ("python_loops", "numba_loops", "numba_parallel", "numpy_vectorized", "numba_tuned"):
        # On a machine that is busy the slide's step may not fit into so small a budget; the others must have agreed.
        shown = "(?:✓|n/a)" if name == "python_loops" else "✓"
        assert len(re.findall(rf"^ *{name} {{2,}}{shown}", finished.stdout, re.M)) == 2, finished.stdout
    assert "…" not in finished.stdout
    assert max(len(line) for line in finished.stdout.splitlines()) <= columns


def test_files_are_written(tmp_path, monkeypatch, capsys):
    race, figure = tmp_path / "race.json", tmp_path / "race.png"
    arguments = ("--examples", "60", "--features", "3", "--budget", "2", "--threads", "2")
    assert in_process(monkeypatch, "compare", "logistic", *arguments, "--json", str(race), "--plot", str(figure)) == 0
    (comparison,) = json.loads(race.read_text())["comparisons"]
    assert comparison["data"] == "synthetic"
    assert comparison["sizes"] == {"n_x": 3, "m": 60}
    assert len(comparison["rows"]) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["race.json", "race.png"]
    pixels = matplotlib.image.imread(figure)[..., :3]
    # A point in the colour of each implementation: an empty or broken figure has none.
    for colour in ("#D55E00", "#0072B2", "#56B4E9", "#009E73", "#CC79A7"):
        rgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        assert (np.abs(pixels - rgb).max(axis=-1) < 0.01).sum() > 300, colour
    assert "logistic_step" in capsys.readouterr().out


def test_json_on_standard_output_is_nothing_but_json():
    finished = run("compare", "dot", "--features", "50", "--budget", "0.3", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    (comparison,) = json.loads(finished.stdout)["comparisons"]
    assert comparison["workload"] == "dot"


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_other_figure_formats(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"race.{suffix}"
    assert in_process(monkeypatch, "compare", "dot", "--budget", "0.3", "--plot", str(path)) == 0
    assert path.read_bytes()[:5] in (b"<?xml", b"%PDF-")


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_compared(monkeypatch, name, capsys):
    # As many examples as features: nothing may take one for the other.
    sizes = {"examples": "4", "features": "4", "layers": "3", "activation": "sigmoid"}
    if name == "logistic_step":
        sizes = {"examples": "4", "features": "4"}
    else:
        work = workloads.operation(name)
        has = {"examples": {"m", "p"} & set(work.sizes), "activation": "activation" in work.sizes}
        has["layers"] = {"n[l]", "n_y"} & set(work.sizes) or name in ("matvec", "matmul")
        has["features"] = name not in ("cost", "output_delta", "dropout") and not name.startswith("batch_norm")
        sizes = {option: value for option, value in sizes.items() if has[option]}
    arguments = [part for option, value in sizes.items() for part in (f"--{option}", value)]
    assert in_process(monkeypatch, "compare", name, *arguments, "--budget", "0.5") == 0
    assert name in capsys.readouterr().out


def test_what_fails_is_a_row_not_a_traceback(monkeypatch, capsys):
    def fails(w, x):
        raise RuntimeError("out of order")

    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | {"dot": fails}
    register("broken", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    try:
        assert in_process(monkeypatch, "compare", "dot", "--budget", "0.3") == 1
    finally:
        unregister("broken")
    assert "broken failed: RuntimeError: out of order" in capsys.readouterr().out


def changing(w, x):
    """The right number, but w is lost."""
    z = np.dot(w, x)
    w[...] = 0.0
    return z


def exiting(count=[0]):  # noqa: B006  (kept from call to call)
    """Leave the program in a later call."""

    def dot(w, x):
        count[0] += 1
        return np.dot(w, x) if count[0] < 3 else sys.exit(0)

    return dot


@pytest.mark.parametrize(
    ("dot", "said"), [(changing, "changes w in place"), (exiting(), "broken failed: SystemExit: 0")], ids=["w", "exit"]
)
def test_what_a_contender_does_to_itself_harms_no_other(monkeypatch, capsys, tmp_path, dot, said):
    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | {"dot": dot}
    register("broken", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    path = tmp_path / "race.json"
    try:
        arguments = ("--implementations", "broken,numba_loops,python_loops", "--budget", "0.3", "--json", str(path))
        assert in_process(monkeypatch, "compare", "dot", *arguments) == 1
    finally:
        unregister("broken")
    assert said in capsys.readouterr().out
    rows = {row["implementation"]: row for row in json.loads(path.read_text())["comparisons"][0]["rows"]}
    assert rows["broken"]["step_seconds"] is None
    for name in ("numba_loops", "python_loops"):
        assert rows[name]["agreement"]["max_ulp"] == 0
        assert rows[name]["step_seconds"]["median"] > 0


@pytest.mark.parametrize("fault", [1 + 1e-9, float("nan")])
def test_exit_code_1_when_one_disagrees(tmp_path, monkeypatch, capsys, fault):
    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS}
    functions["dot"] = lambda w, x: np.dot(w, x) * fault
    race = tmp_path / "race.json"
    register("wrong", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    try:
        assert in_process(monkeypatch, "compare", "dot", "--budget", "0.3", "--json", str(race)) == 1
    finally:
        unregister("wrong")
    output = capsys.readouterr().out
    assert re.search(r"wrong +✗ rounding", output)
    assert "wrong disagrees: z is" in output
    row = json.loads(race.read_text())["comparisons"][0]["rows"][-1]
    assert row["agreement"]["passed"] is False
    assert row["step_seconds"] is None


BAD = {
    "compare foo": "unknown work 'foo'",
    "compare logistc": "unknown work 'logistc'; did you mean 'logistic'?",
    "compare logistic --data digits": "two classes apart; this data has 10",
    "compare --data digit": "unknown data set 'digit'; did you mean 'digits'?",
    "compare network --layers 20,x": "layers is '20,x'",
    "compare network --layers 0,10": "layers is 0; expected a positive whole number",
    "compare network --layers 5,3": "n[2] is 3; expected 10, because Y is (10, m)",
    "compare network --activation softmax": "hidden layer 1 is softmax",
    "compare network --loss huber": "unknown loss 'huber'",
    "compare logistic --features 3 --data breast_cancer": "breast_cancer comes with its own features",
    "compare logistic --examples 570 --data breast_cancer": "examples is 570; breast_cancer has m = 569",
    "compare logistic --examples -1": "examples is -1",
    "compare logistic --seed -1": "seed is -1",
    "compare logistic --dtype float16": "unknown dtype 'float16'; did you mean 'float64'?",
    "compare logistic --layout G": "unknown layout 'G'",
    "compare logistic --implementations numba_lops": "did you mean 'numba_loops'?",
    "compare logistic --baseline numpy": "unknown implementation 'numpy'",
    "compare logistic --budget 0": "budget is 0.0",
    "compare logistic --budget nan": "budget is nan",
    "compare logistic --budget inf": "budget is inf",
    "compare dot --seed -1": "seed is -1",
    "compare logistic --threads 100000": "threads is 100000; expected 1 to 1024",
    "compare logistic --examples 99999999999999999999": "expected a positive whole number, at most",
    "compare matmul --features 1000000 --layers 10000000": "not enough memory",
    "compare dot --json same.svg --plot same.svg": "--json and --plot name the same file, same.svg",
    "compare dot --json " + 300 * "x": "File name too long",
    "compare logistic --threads 0": "threads is 0",
    "compare layer_forward --data digits": "--data does not belong to layer_forward (known: --activation, --examples",
    "compare logistic --activation tanh": "--activation does not belong to logistic (known: --data, --examples",
    "compare logistic --layers 3": "--layers does not belong to logistic",
    "compare dot --examples 5": "--examples does not belong to dot (known: --features)",
    "compare matmul --loss squared": "--loss does not belong to matmul",
    "compare layer_forward --features -2": "features is -2",
    "compare cost --activation relu --loss cross_entropy": "needs probabilities",
    "compare logistic --json nowhere/race.json": "there is no folder nowhere",
    "compare logistic --plot race.txt": "expected a name that ends in .png, .svg, .pdf",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_input_is_one_line_and_exit_code_2(monkeypatch, capsys, line):
    assert in_process(monkeypatch, *line.split()) == 2
    output = capsys.readouterr()
    assert BAD[line] in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_outputs_are_refused_before_the_work_starts(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("loopwise.measure.comparison.compare", lambda *_, **__: pytest.fail("the work was started"))
    for option, path in (("--json", tmp_path), ("--plot", tmp_path / "no" / "race.png")):
        assert in_process(monkeypatch, "compare", "dot", option, str(path)) == 2
        assert "cannot be written" in capsys.readouterr().err


def test_ctrl_c_shows_and_writes_what_was_measured(tmp_path, monkeypatch, capsys):
    race, sample, taken = tmp_path / "race.json", interleaved.sample, []

    def interrupted(*arguments, **named):
        taken.append(1)
        if len(taken) > 6:
            raise KeyboardInterrupt
        return sample(*arguments, **named)

    monkeypatch.setattr(interleaved, "sample", interrupted)
    assert in_process(monkeypatch, "compare", "--budget", "3", "--json", str(race)) == 130
    (comparison,) = json.loads(race.read_text())["comparisons"]  # the network was not begun
    assert any(row["step_seconds"] for row in comparison["rows"])
    output = capsys.readouterr()
    assert "logistic_step" in output.out
    assert "stopped by Ctrl-C" in output.err


def test_ctrl_c_before_anything_was_measured(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("loopwise.measure.comparison.compare", interrupted)
    assert in_process(monkeypatch, "compare", "--budget", "3") == 130
    assert capsys.readouterr().out == ""


def test_help_has_an_example():
    finished = run("compare", "--help")
    assert finished.returncode == 0
    assert "Example: loopwise compare network" in " ".join(finished.stdout.split())


@pytest.mark.parametrize("options", [[], ["--layers", "4,1", "--optimizer", "adam", "--alpha", "0.01"]])
def test_training_can_be_compared(tmp_path, monkeypatch, capsys, options):
    path, page = tmp_path / "training.json", tmp_path / "training.html"
    sizes = ["--examples", "40", "--batch-size", "8", "--epochs", "3", "--budget", "1"]
    files = ["--json", str(path), "--html", str(page)]
    assert in_process(monkeypatch, "compare", "training", *options, *sizes, *files) == 0
    (comparison,) = json.loads(path.read_text())["comparisons"]
    known = {"m": 40, "epochs": 3, "batch_size": 8, "optimizer": "adam" if options else "descent"}
    assert known.items() <= comparison["sizes"].items()
    assert comparison["workload"] == "training"
    assert {row["agreement"]["passed"] for row in comparison["rows"]} == {True}
    assert ("layer_sizes" in comparison["sizes"]) is bool(options)
    out = capsys.readouterr().out
    assert "3 epochs" in out
    assert f"epochs = 3, batch_size = 8, optimizer = {known['optimizer']}" in " ".join(out.split())
    assert ("layer_backward" if options else "logistic_step") in page.read_text()


REFUSED = {
    "digits has 10 classes, a neuron two: give --layers, such as --layers 32,10": ["training", "--data", "digits"],
    "--batch-size does not belong to logistic (known: --data, --examples, --features)": [
        "logistic",
        "--batch-size",
        "3",
    ],
    "--activation is of a network: give --layers too": ["training", "--activation", "tanh"],
    "unknown optimizer 'adm'; did you mean 'adam'?": ["training", "--optimizer", "adm"],
    "batch_size is 0; expected a positive whole number": ["training", "--batch-size", "0"],
    "alpha is -1.0; expected a positive, finite learning rate": ["training", "--alpha", "-1"],
}


@pytest.mark.parametrize("message", REFUSED)
def test_one_line_for_trainings_that_make_no_sense(monkeypatch, capsys, message):
    assert in_process(monkeypatch, "compare", *REFUSED[message], "--budget", "0.3") == 2
    assert message in " ".join(capsys.readouterr().err.split())
