"""`loopwise predict` as a user meets it: a table, a run, and what the run says of new rows."""

import csv
import json

import numpy as np
import pytest
from helpers import cli

from loopwise import datasets

KEYS = ["target", "classes", "labels", "probabilities", "accuracy"]


@pytest.fixture
def table(tmp_path):
    """A table that a line separates, with a column of text and a quantity beside its class."""
    rng = np.random.default_rng(0)
    rows = [
        (x, y, "near" if x < 1 else "far", x + y, "up" if y > x else "down") for x, y in rng.standard_normal((60, 2))
    ]
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
    run, finished = trained(tmp_path, table, "network", "--target", "sum", "--layers", "6,1", "--alpha", "0.05")
    assert "sum is a quantity: regression" in finished.stderr
    told = json.loads(cli.run("predict", str(run), "--data", str(table), "--json", "-").stdout)
    assert (told["classes"], told["probabilities"], told["accuracy"]) == ([], None, None)
    truth = datasets.read(table, "sum", one_hot=True).Y[0]
    assert np.corrcoef(told["labels"], truth)[0, 1] > 0.9


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
        ((str(of_digits), "--data", str(table)), "was trained on digits; only runs on tables"),
        ((str(run), "--data", str(table), "--output", str(tmp_path / "no" / "a.csv")), "there is no folder"),
    ):
        finished = cli.run("predict", *arguments)
        assert finished.returncode == 2, arguments
        assert message in finished.stderr
        assert finished.stderr.count("\n") == 1
