"""`loopwise train` as a user meets it: table, files, exit codes, Ctrl-C, going on after a kill."""

import hashlib
import json
import re
import signal
import subprocess
import sys
import time

import matplotlib.image
import numpy as np
import pytest
from helpers.training_commands import COMMAND, environment, run
from PIL import Image

from loopwise.commands.app import main
from loopwise.learning import checkpoints

KEYS = ["model", "data", "implementation", "hyper_parameters", "cost_history", "train_accuracy"]
KEYS += ["test_accuracy", "stopped", "seconds", "theta_sha256", "train_rmse", "test_rmse"]


# === what is shown ====================================================================================


@pytest.mark.parametrize("columns", [80, 160])
def test_the_table_says_what_was_learned(columns):
    finished = run("network", "--data", "flower", "--epochs", "3", "--seed", "5", columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert "network 2-4-1, 17 parameters · flower · numpy_vectorized" in finished.stdout
    assert re.search(r"train +320 +0\.\d+ +\d+\.\d %", finished.stdout)
    assert re.search(r"test +80 +0\.\d+ +\d+\.\d %", finished.stdout)
    assert "Stopped: epochs; 3 epochs, 3 steps" in finished.stdout
    assert "theta sha256" in finished.stdout
    assert max(len(line) for line in finished.stdout.splitlines()) <= columns


def test_json_says_everything(train):
    told = train(
        "network --data breast_cancer --layers 4,1 --activation tanh --optimizer adam --epochs 7 --batch-size 50"
    )
    assert list(told) == KEYS
    assert (told["model"], told["data"], told["implementation"]) == ("network", "breast_cancer", "numpy_vectorized")
    assert told["hyper_parameters"]["alpha"] == 0.01  # what Adam is given by default
    assert told["hyper_parameters"]["layers"] == [4, 1]
    assert len(told["cost_history"]) == 7
    assert told["stopped"] == "epochs"
    assert 0.8 < told["test_accuracy"] <= 1
    assert told["seconds"] > 0
    assert len(told["theta_sha256"]) == 64


GIVEN = {
    **{"activation": "tanh", "loss": "squared", "initialization": "small", "optimizer": "adam", "alpha": 0.25},
    **{"decay": 0.5, "epochs": 2, "batch_size": 30, "beta_1": 0.5, "beta_2": 0.75, "l2": 0.125, "keep_prob": 0.5},
    **{"test_fraction": 0.5, "validation_fraction": 0.25, "patience": 1, "seed": 7},
}


def test_every_hyper_parameter_can_be_set_and_is_told(train):
    options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in GIVEN.items())
    told = train(f"network --data flower --layers 5,1 --batch-norm {options}")
    assert told["hyper_parameters"] == GIVEN | {"layers": [5, 1], "batch_norm": True, "epsilon": 1e-8}


@pytest.mark.parametrize("option", ["alpha 0.3", "epochs 4", "batch-size 30", "decay 2", "l2 0.1", "seed 1"])
@pytest.mark.parametrize("model", ["logistic", "network"])
def test_options_change_what_is_learned(train, model, option):
    line = f"{model} --data flower --epochs 3 --alpha 0.1"
    assert train(f"{line} --{option}")["theta_sha256"] != train(line)["theta_sha256"]


@pytest.mark.parametrize(
    "option",
    [
        *("activation relu", "loss squared", "initialization he", "optimizer adam", "keep-prob 0.5", "batch-norm"),
        *("layers 5,1", "test-fraction 0.3", "validation-fraction 0.1"),
    ],
)
def test_options_of_networks_change_what_is_learned(train, option):
    line = "network --data flower --epochs 3 --alpha 0.1"
    assert train(f"{line} --{option}")["theta_sha256"] != train(line)["theta_sha256"]


def test_the_same_seed_gives_the_same_bits_with_every_exact_implementation(train):
    line = "network --data flower --layers 4,1 --epochs 3 --batch-size 64 --optimizer adam --keep-prob 0.8 --batch-norm"
    found = {train(f"{line} --implementation python_loops")["theta_sha256"]}
    for name in ("numba_loops", "numba_parallel"):
        for threads in (1, 2, 3):
            found.add(train(f"{line} --implementation {name} --threads {threads}")["theta_sha256"])
    assert len(found) == 1
    assert train(f"{line} --implementation python_loops --seed 1")["theta_sha256"] not in found


def test_the_figure_is_drawn(train, tmp_path):
    train(f"network --data flower --epochs 5 --plot {tmp_path / 'run.png'}")
    picture = matplotlib.image.imread(tmp_path / "run.png")
    assert picture.shape[1] == 1596  # 13.3 inches of 120 dots
    colours = np.unique((picture[..., :3] * 255).round().astype(int).reshape(-1, 3), axis=0)
    assert [0, 114, 178] in colours.tolist()  # the line of the training set
    assert [213, 94, 0] in colours.tolist()  # and of the test set


def test_numbers_have_no_accuracy(train, tmp_path):
    told = train(f"adaline --data houses --plot {tmp_path / 'run.svg'}")
    assert told["train_accuracy"] is told["test_accuracy"] is None
    assert "numbers, not classes" in (tmp_path / "run.svg").read_text()


def test_divergence_is_a_result(train):
    told = train("adaline --alpha 1")
    assert re.fullmatch(r"diverged at iteration \d+", told["stopped"])
    assert np.isfinite(told["cost_history"]).all()


def test_overflow_is_shown_without_a_warning():
    finished = run("logistic", "--alpha", "1e308", "--epochs", "3")
    assert finished.returncode == 0
    assert finished.stderr == ""
    assert re.search(r"train +455 +overflow", finished.stdout)
    assert "diverged at iteration 2" in finished.stdout


def test_a_perceptron_says_whether_it_converged(train):
    assert train("perceptron --data xor --epochs 30")["stopped"].startswith("epochs: not converged, ")
    told = train("perceptron --data synthetic --features 60 --examples 40 --epochs 500")
    last = re.fullmatch(r"converged: last error in epoch (\d+)", told["stopped"])
    assert [J > 0 for J in told["cost_history"]] == [True] * int(last[1]) + [False]
    assert told["train_accuracy"] == 1.0


def test_a_folder_of_images(train, tmp_path):
    rng = np.random.default_rng(0)
    for channel, name in ((2, "blue"), (0, "red")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for k in range(10):
            pixels = rng.integers(0, 60, (8, 8, 3), np.uint8)
            pixels[..., channel] += 180
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{k}.png")
    told = train(f"logistic --data {tmp_path / 'photos'} --alpha 0.001 --epochs 500")
    assert told["train_accuracy"] == told["test_accuracy"] == 1.0


# === stopping and going on ============================================================================

SLOW = ("network", "--data", "flower", "--layers", "4,1", "--epochs", "100000", "--batch-size", "20")
MORE = ("--keep-prob", "0.9", "--batch-norm", "--optimizer", "adam")


def started(path, *arguments):
    """The command in a process of its own, once it has saved something."""
    process = subprocess.Popen([*COMMAND, *arguments, "--save", str(path)], env=environment(), stdout=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(1.5)
    return process


def test_a_killed_run_goes_on_and_ends_with_the_same_bits(train, tmp_path):
    path = tmp_path / "run.npz"
    process = started(path, *SLOW, *MORE)
    process.kill()
    process.communicate()
    state, _ = checkpoints.load(path)
    assert state.step > 1  # it was kept current
    epochs = state.epoch + 2
    resumed = train(f"--resume {path} --epochs {epochs}")
    whole = train(f"{' '.join(SLOW + MORE)} --epochs {epochs}")
    assert resumed["theta_sha256"] == whole["theta_sha256"]
    assert resumed["cost_history"] == whole["cost_history"]
    assert checkpoints.load(path)[0].epoch == epochs  # and the file was kept current again


def test_ctrl_c_shows_what_was_learned(tmp_path):
    path, told = tmp_path / "run.npz", tmp_path / "told.json"
    process = started(path, *SLOW, "--json", str(told))
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Stopped: interrupted after epoch" in shown
    content = json.loads(told.read_text())
    state, _ = checkpoints.load(path)
    assert content["stopped"] == f"interrupted after epoch {state.epoch}"
    assert content["theta_sha256"] == hashlib.sha256(state.theta.tobytes()).hexdigest()


def test_divergence_at_the_first_step_of_a_normalized_network_is_a_result(train):
    assert train("network --data houses --batch-norm --alpha 1e308")["stopped"].startswith("diverged at iteration")


def test_a_disk_that_is_full_does_not_end_the_training(train, capsys):
    assert len(train("logistic --epochs 3 --save /dev/full")["cost_history"]) == 3
    assert "/dev/full is no longer kept: No space left on device" in capsys.readouterr().err


def test_files_are_written_before_the_table_meets_a_closed_pipe(tmp_path):
    path = tmp_path / "told.json"
    process = subprocess.Popen(
        [*COMMAND, "logistic", "--epochs", "3", "--json", str(path)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stderr.read()
    process.wait(60)
    assert len(json.loads(path.read_text())["cost_history"]) == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("networc", "unknown model 'networc'; did you mean 'network'"),
        ("logistic --data digits", "logistic tells two classes apart; digits has 10"),
        ("logistic --data houses", "expected labels 0 or 1"),
        ("logistic --layers 3,1", "--layers does not belong to logistic"),
        ("perceptron --keep-prob 0.5", "--keep-prob does not belong to perceptron"),
        ("network --layers 3,2", "n[2] is 2; expected 10, because Y is (10, m)"),
        ("network --alpha 0", "alpha is 0.0; expected a positive, finite learning rate"),
        ("network --epochs 0", "epochs is 0; expected a positive whole number"),
        ("network --optimizer adan", "did you mean 'adam'"),
        ("network --initialization xaver", "did you mean 'xavier'"),
        ("network --implementation numby", "unknown implementation 'numby'"),
        ("network --data cuts", "did you mean 'cats'"),
        ("network --test-fraction 1", "test_fraction is 1.0; expected 0 ≤ test_fraction < 1"),
        ("network --patience 3", "--patience needs examples to watch"),
        ("network --validation-fraction 2", "validation_fraction is 2.0"),
        ("network --threads 0", "threads is 0; expected 1 to"),
        ("network --seed -1", "seed is -1"),
        ("network --save /nowhere/run.npz", "cannot be written: there is no folder"),
        ("network --plot run.txt", "expected a name that ends in .png"),
        ("network --save x.png --plot x.png", "name the same file"),
        ("--resume nowhere.npz", "does not exist"),
        ("perceptron --l2 1", "l2 has no place in its cost"),
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, line, message):
    monkeypatch.setattr(sys, "argv", ["loopwise", "train", *line.split()])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert message in said
    assert said.count("\n") == 1


def test_help_has_an_example():
    shown = run("--help").stdout
    assert "Example: loopwise train network" in shown
    for option in ("--decay", "--keep-prob", "--batch-norm", "--resume", "--patience"):
        assert option in shown


# === blocks and workers ===============================================================================


BLOCKS = "train", "network", "--layers", "4,3", "--epochs", "5", "--implementation", "numba_loops"


@pytest.fixture
def blocks(tmp_path):
    """A pattern of three files."""
    from helpers.block_files import written

    data, _, _, _ = written(tmp_path, "npz")
    return data


def theta_of(finished):
    return re.search(r"theta sha256 (\w+)", finished.stdout)[1]


@pytest.mark.parametrize("columns", [80, 160])
def test_workers_and_threads_learn_the_same_and_say_whether_they_pay(blocks, columns):
    pytest.importorskip("distributed")
    alone = run(*BLOCKS[1:], "--data", blocks, columns=columns)
    shared = run(*BLOCKS[1:], "--data", blocks, "--workers", "2", columns=columns)
    assert (alone.returncode, shared.returncode) == (0, 0), shared.stderr
    assert theta_of(alone) == theta_of(shared)
    assert "3 blocks, 2 workers; dashboard http" in shared.stderr
    assert "one process without workers would be as fast, or faster" in shared.stderr


def test_a_shell_makes_words_of_a_pattern(blocks, tmp_path):
    names = sorted(map(str, tmp_path.glob("*.npz")))
    spelt = run(*BLOCKS[1:], "--data", *names)
    assert theta_of(spelt) == theta_of(run(*BLOCKS[1:], "--data", blocks))
    assert f"{names[0]} … {names[2]}" in spelt.stderr or ",".join(names) in spelt.stderr


def test_two_models_are_refused():
    finished = run("network", "logistic")
    assert finished.returncode == 2
    assert finished.stderr == "loopwise: one model at a time: network, and not also logistic\n"


def test_reproducible_sums_make_the_same_of_any_blocks(blocks):
    asked = [*BLOCKS[1:], "--data", blocks, "--sums", "reproducible", "--batch-size", "20", "--optimizer", "adam"]
    assert len({theta_of(run(*asked, "--block-examples", k)) for k in ("1", "9", "100")}) == 1


def test_a_run_over_blocks_goes_on_with_others_who_compute(blocks, tmp_path):
    pytest.importorskip("distributed")
    run_file, asked = str(tmp_path / "run"), [*BLOCKS[1:], "--data", blocks, "--optimizer", "momentum"]
    whole = run(*asked, "--epochs", "9")
    first = run(*asked, "--epochs", "4", "--save", run_file, "--workers", "2")
    assert first.returncode == 0, first.stderr
    again = run("--resume", run_file, "--epochs", "9")
    assert theta_of(again) == theta_of(whole) != theta_of(first)
    other = run("--resume", run_file, "--sums", "reproducible")
    assert other.returncode == 2
    assert "with reproducible it would be another run" in other.stderr


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--scheduler", "nonsense"], "expected threads, synchronous, processes or an address"),
        (["--workers", "0"], "workers is 0"),
        (["--block-examples", "0"], "block_examples is 0"),
        (["--keep-prob", "0.5"], "dropout draws its masks"),
        (["--batch-norm"], "batch normalization takes mean and variance"),
        (["--sums", "nice"], "unknown sums 'nice'"),
    ],
)
def test_what_blocks_cannot_do_is_one_line(blocks, asked, words):
    finished = run(*BLOCKS[1:], "--data", blocks, *asked)
    assert finished.returncode == 2
    assert words in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith("loopwise: ")
    assert "Traceback" not in finished.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_what_was_learned_and_leaves_no_process(blocks, tmp_path):
    psutil = pytest.importorskip("psutil")
    pytest.importorskip("distributed")
    kept = tmp_path / "kept"
    asked = [*BLOCKS[1:5], "9999999", "--data", blocks, "--workers", "2", "--save", str(kept)]
    running = subprocess.Popen(
        [*COMMAND, *asked], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not kept.exists():  # its first state
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    children = psutil.Process(running.pid).children(recursive=True)
    assert len(children) >= 2
    for process in (*children, psutil.Process(running.pid)):  # as a terminal does: to all of them
        if process.is_running():
            process.send_signal(signal.SIGINT)
    out, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "interrupted" in out
    psutil.wait_procs(children, timeout=20)
    assert not [process for process in children if process.is_running()]


# === L-BFGS =======================================================================================


def test_lbfgs_ends_where_the_slope_does():
    finished = run("logistic", "--data", "flower", "--optimizer", "lbfgs")
    assert finished.returncode == 0, finished.stderr
    assert "Stopped: converged: no part of the gradient is above 1e-6" in finished.stdout
    assert "alpha" not in finished.stdout


def test_lbfgs_that_is_resumed_comes_to_the_same_bits(blocks, tmp_path):
    asked, kept = [*BLOCKS[1:4], "--data", blocks, "--optimizer", "lbfgs"], str(tmp_path / "kept")
    assert run(*asked, "--epochs", "5", "--save", kept).returncode == 0
    assert theta_of(run("--resume", kept, "--epochs", "12")) == theta_of(run(*asked, "--epochs", "12"))


@pytest.mark.parametrize("option", ["--alpha 1", "--batch-size 5", "--decay 1", "--keep-prob 0.5", "--beta-1 0.5"])
def test_what_is_not_of_lbfgs_is_refused(option):
    finished = run("network", "--data", "flower", "--optimizer", "lbfgs", *option.split())
    assert finished.returncode == 2
    assert f"{option.split()[0]} does not belong to lbfgs" in finished.stderr


def test_a_perceptron_has_no_slope():
    finished = run("perceptron", "--optimizer", "lbfgs")
    assert finished.returncode == 2
    assert "a perceptron's number of errors has none" in finished.stderr
