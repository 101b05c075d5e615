"""`loopwise predict` as a user meets it: a table, a run, and what the run says of new rows."""

import csv
import json

import h5py
import numpy as np
import pytest
from helpers import cli

KEYS = ["target", "classes", "labels", "probabilities", "accuracy", "rmse"]


@pytest.fixture
def table(tmp_path):
    """A table that a line separates, with a column of text and a quantity beside its class."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((60, 2))
    rows = [(x, y, "near" if x < 1 else "far", 100 + x + y, "up" if y > x else "down") for x, y in points]
    path = tmp_path / "points.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("x", "y", "where", "sum", "half"), *rows])
    return path


def trained(tmp_path, table, *given):
    """A saved run."""
    run = tmp_path / "run.npz"
    finished = cli.run("train", *given, "--data", str(table), "--one-hot", "--save", str(run), "--epochs", "300")
    assert finished.returncode == 0, finished.stderr
    return run, finished


@pytest.mark.parametrize("model", ["logistic", "network", "perceptron", "adaline"])
def test_new_rows_get_the_labels_that_training_gave_them(tmp_path, table, model):
    run, finished = trained(tmp_path, table, model, "--target", "half", "--alpha", "0.01", "--test-fraction", "0")
    assert "points.csv: 5 features; half has 2 classes: down, up" in finished.stderr
    told = json.loads(cli.run("predict", str(run), "--data", str(table), "--json", "-").stdout)
    assert list(told) == KEYS
    assert told["accuracy"] == pytest.approx(
        float(finished.stdout.split("train")[1].split("%")[0].split()[-1]) / 100, abs=5e-4
    )
    assert set(told["labels"]) <= {"down", "up"}
    if model in ("logistic", "network"):
        shares = np.array(told["probabilities"])
        assert shares.shape == (60, 2)
        np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-15)
        assert [told["classes"][k] for k in (shares[:, 1] >= 0.5).astype(int)] == told["labels"]
    else:
        assert told["probabilities"] is None


def test_comma_separated_values_on_standard_output_or_in_a_file(tmp_path, table):
    run, _ = trained(tmp_path, table, "network", "--target", "half", "--layers", "4,1")
    shown = cli.run("predict", str(run), "--data", str(table))
    written = cli.run("predict", str(run), "--data", str(table), "--output", str(tmp_path / "new.csv"))
    assert (shown.returncode, written.returncode, written.stdout) == (0, 0, "")
    assert (tmp_path / "new.csv").read_text() == shown.stdout
    rows = list(csv.reader(shown.stdout.splitlines()))
    assert rows[0] == ["half", "probability of down", "probability of up"]
    assert len(rows) == 61
    assert "% of 60 right" in shown.stderr


def test_a_quantity_is_predicted_in_its_own_units(tmp_path, table):
    how = ("--target", "sum", "--layers", "6,1", "--alpha", "0.05", "--test-fraction", "0")
    run, finished = trained(tmp_path, table, "network", *how)
    assert "sum is a quantity: regression" in finished.stderr
    told = json.loads(cli.run("predict", str(run), "--data", str(table), "--json", "-").stdout)
    assert (told["classes"], told["probabilities"], told["accuracy"]) == ([], None, None)
    with table.open() as file:
        truth = np.array([float(row["sum"]) for row in csv.DictReader(file)])
    assert told["rmse"] == pytest.approx(np.sqrt(np.mean((np.array(told["labels"]) - truth) ** 2)), rel=1e-12)
    assert told["rmse"] < 0.5 * truth.std()
    train = finished.stdout.split("train")[1].split()
    assert train[:1] + train[2:3] == ["60", f"{told['rmse']:.4g}"]  # examples, cost, RMSE


def test_several_classes_by_softmax(tmp_path, table):
    text = table.read_text().replace("far,", "far,").splitlines()
    (tmp_path / "three.csv").write_text(
        "\n".join([text[0], *(f"{line[:-2]}{i % 3}" for i, line in enumerate(text[1:]))])
    )
    run, _ = trained(tmp_path, tmp_path / "three.csv", "network", "--target", "half")
    told = json.loads(cli.run("predict", str(run), "--data", str(tmp_path / "three.csv"), "--json", "-").stdout)
    assert len(told["classes"]) >= 3
    assert [told["classes"][k] for k in np.argmax(told["probabilities"], axis=1)] == told["labels"]


def test_a_run_goes_on_as_before_and_still_predicts(tmp_path, table):
    run, _ = trained(tmp_path, table, "logistic", "--target", "half")
    again = cli.run("train", "--resume", str(run), "--epochs", "310", "--json", "-")
    assert again.returncode == 0
    assert "prediction" not in json.loads(again.stdout)["hyper_parameters"]
    assert cli.run("predict", str(run), "--data", str(table)).returncode == 0


def test_a_class_that_was_never_seen_is_not_right(tmp_path, table):
    run, _ = trained(tmp_path, table, "logistic", "--target", "half")
    rows = table.read_text().splitlines()
    (tmp_path / "new.csv").write_text("\n".join([rows[0], *(row.replace(",up", ",zenith") for row in rows[1:])]))
    told = json.loads(cli.run("predict", str(run), "--data", str(tmp_path / "new.csv"), "--json", "-").stdout)
    right = sum(row.endswith(",down") and label == "down" for row, label in zip(rows[1:], told["labels"], strict=True))
    assert told["accuracy"] == pytest.approx(right / 60)


def test_what_cannot_be_predicted_is_one_line(tmp_path, table):
    run, _ = trained(tmp_path, table, "logistic", "--target", "half")
    (tmp_path / "other.csv").write_text("x,y\n1,2\n")
    of_digits = tmp_path / "digits.npz"
    cli.run("train", "network", "--epochs", "1", "--save", str(of_digits))
    for arguments, message in (
        ((str(run), "--data", str(tmp_path / "other.csv")), "has no column 'where'"),
        ((str(run), "--data", str(tmp_path / "nothing.csv")), "cannot be read: No such file"),
        ((str(tmp_path / "nothing.npz"), "--data", str(table)), "does not exist"),
        ((str(of_digits), "--data", str(table)), "was trained on digits and does not keep how to predict"),
        ((str(run), "--data", str(table), "--output", str(tmp_path / "no" / "a.csv")), "there is no folder"),
    ):
        finished = cli.run("predict", *arguments)
        assert finished.returncode == 2, arguments
        assert message in finished.stderr
        assert finished.stderr.count("\n") == 1


def test_arrays_are_predicted_as_they_were_learned(tmp_path):
    rng = np.random.default_rng(0)
    X = 5 + 2 * rng.standard_normal((60, 4))
    Y = np.where(X[:, 0] > X[:, 1], "up", "down")
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "Y.npy", Y)
    run = str(tmp_path / "run.npz")
    given = ("--data", str(tmp_path / "X.npy"), "--target", str(tmp_path / "Y.npy"), "--test-fraction", "0")
    finished = cli.run("train", "logistic", *given, "--save", run)
    assert "4 features; the label has 2 classes: down, up" in finished.stderr
    told = json.loads(cli.run("predict", run, "--data", str(tmp_path / "X.npy"), "--json", "-").stdout)
    assert np.mean(np.array(told["labels"]) == Y) > 0.95
    np.savez(tmp_path / "new.npz", X=X.T)
    other = json.loads(cli.run("predict", run, "--data", str(tmp_path / "new.npz"), "--json", "-").stdout)
    assert other == told
    np.savez(tmp_path / "new.npz", X=X[:, :3])
    refused = cli.run("predict", run, "--data", str(tmp_path / "new.npz"))
    assert refused.returncode == 2
    assert "has examples float64 (60, 3); expected (m, 4)" in refused.stderr
    (tmp_path / "new.csv").write_text("a\n1\n")
    refused = cli.run("predict", run, "--data", str(tmp_path / "new.csv"))
    assert "was trained on arrays; " in refused.stderr


def test_pictures_are_unrolled_as_they_were(tmp_path):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (20, 2, 2, 3), dtype=np.uint8)
    labels = (pictures[:, :, :, 0].mean(axis=(1, 2)) > pictures[:, :, :, 2].mean(axis=(1, 2))).astype(int)
    with h5py.File(tmp_path / "train.h5", "w") as file:
        file["train_set_x"], file["train_set_y"] = pictures, labels
        file["list_classes"] = np.array([b"blue", b"red"])
    with h5py.File(tmp_path / "test.h5", "w") as file:
        file["test_set_x"] = pictures
    run = str(tmp_path / "run.npz")
    finished = cli.run(
        "train", "logistic", "--data", str(tmp_path / "train.h5"), "--save", run, "--test-fraction", "0", "--alpha", "1"
    )
    assert "12 features; the label has 2 classes: blue, red" in finished.stderr
    told = json.loads(cli.run("predict", run, "--data", str(tmp_path / "test.h5"), "--json", "-").stdout)
    right = np.mean([told["classes"].index(label) for label in told["labels"]] == labels)
    assert f"{100 * right:.1f} %" in finished.stdout
    assert right > 0.8


@pytest.mark.parametrize("at_once", [7, 60])
def test_many_arrays_are_predicted_in_blocks(tmp_path, monkeypatch, at_once):
    from loopwise.learning import prediction

    rows = np.random.default_rng(0).standard_normal((60, 3))
    np.save(tmp_path / "X.npy", rows)
    monkeypatch.setattr(prediction, "EXAMPLES_AT_ONCE", at_once)
    kept = {"example": [3], "in_columns": False, "mean": [1.0, 2.0, 3.0], "deviation": [2.0, 2.0, 2.0]}
    blocks, known = prediction.new_examples(kept, tmp_path / "X.npy", "run.npz")
    assert known is None
    assert np.array_equal(np.concatenate(list(blocks), axis=1), ((rows - [1, 2, 3]) / 2).T)


def test_text_stays_text_whatever_new_rows_hold(tmp_path):
    rows = [f"{'01' if i % 3 == 0 else '02' if i % 3 == 1 else 'A'},{i % 3},{i % 3 == 0}" for i in range(60)]
    (tmp_path / "own.csv").write_text("\n".join(["kind,x,flag", *rows]) + "\n")
    run = str(tmp_path / "run.npz")
    given = ("--data", str(tmp_path / "own.csv"), "--target", "kind", "--epochs", "500", "--test-fraction", "0")
    assert cli.run("train", "network", *given, "--save", run).returncode == 0
    (tmp_path / "new.csv").write_text("kind,x,flag\n01,0,True\n02,1,False\n")
    told = json.loads(cli.run("predict", run, "--data", str(tmp_path / "new.csv"), "--json", "-").stdout)
    assert (told["labels"], told["accuracy"]) == (["01", "02"], 1.0)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4)])
@pytest.mark.parametrize("in_columns", [False, True])
def test_arrays_are_taken_as_they_were_learned(tmp_path, shape, in_columns):
    from loopwise.learning import prediction

    m = len(shape) == 2
    rows = np.random.default_rng(0).standard_normal(shape)
    np.save(tmp_path / "X.npy", rows)
    kept = {"example": list(shape[1:]), "in_columns": in_columns and m, "mean": [0.0], "deviation": [1.0]}
    blocks, _ = prediction.new_examples(kept, tmp_path / "X.npy", "run.npz")
    (X,) = blocks
    assert np.array_equal(X, rows if in_columns and m else rows.reshape(4, -1).T)
