"""Going on with a run: what it was started with, and what is asked for now."""

from helpers.training_commands import run

from loopwise.learning import checkpoints


def test_more_epochs_go_on_with_a_finished_run(train, tmp_path):
    path = tmp_path / "run.npz"
    train(f"logistic --epochs 5 --save {path}")
    assert train(f"--resume {path} --epochs 9")["theta_sha256"] == train("logistic --epochs 9")["theta_sha256"]
    # Nothing is left to do, so nothing changes.
    assert train(f"--resume {path}")["theta_sha256"] == train("logistic --epochs 9")["theta_sha256"]


def test_another_run_is_not_gone_on_with(train, tmp_path):
    path = tmp_path / "run.npz"
    train(f"logistic --data flower --epochs 2 --save {path}")
    finished = run("--resume", str(path), "--alpha", "0.25")
    assert finished.returncode == 2
    assert "the saved run has alpha 0.5; with 0.25 it would be another run" in finished.stderr
    state, about = checkpoints.load(path)
    checkpoints.save(path, state, about | {"digest": "other"})
    assert "was trained on other data: flower has changed since" in run("--resume", str(path)).stderr


def test_more_epochs_go_on_where_the_cost_had_grown(train, tmp_path):
    line, path = "network --data flower --loss squared --optimizer adam --alpha 0.5", tmp_path / "run.npz"
    assert train(f"{line} --epochs 2 --save {path}")["stopped"].startswith("epochs: the cost grew")
    assert train(f"--resume {path} --epochs 9")["theta_sha256"] == train(f"{line} --epochs 9")["theta_sha256"]


def test_a_checkpoint_is_not_overwritten_by_a_result(train, tmp_path):
    path = tmp_path / "run.npz"
    train(f"logistic --epochs 2 --save {path}")
    finished = run("--resume", str(path), "--json", f"{tmp_path}/./run.npz")
    assert finished.returncode == 2
    assert "name the same file" in finished.stderr
    checkpoints.save(path, checkpoints.load(path)[0], {"note": "mine"})
    assert "was not saved by loopwise train" in run("--resume", str(path)).stderr
