"""Your own data, whatever it is: found by its name, read as it was asked for, refused in a line."""

import json
import re
import shlex

import numpy as np
import pytest
from helpers import cli
from helpers.cli import in_process

from loopwise import datasets
from loopwise.errors import DataFileError, OptionError

TABLE = "id,size,island,price,kind\n" + "".join(
    f"{i},{i % 7},{'ABC'[i % 3]},{1000 * (i % 7) + 50 * (i % 3)},{'ab'[i % 7 > 3]}\n" for i in range(60)
)


@pytest.fixture
def table(tmp_path):
    """A table of 60 rows."""
    (tmp_path / "own.csv").write_text(TABLE)
    return str(tmp_path / "own.csv")


@pytest.fixture
def arrays(tmp_path):
    """X.npy and Y.npy: the lecture's orientation, and one example a row."""

    def save(X, Y):
        np.save(tmp_path / "X.npy", X)
        np.save(tmp_path / "Y.npy", Y)
        return str(tmp_path / "X.npy"), str(tmp_path / "Y.npy")

    return save


def test_columns_are_left_out(table):
    data = datasets.read(table, "kind", without=("id", "island"))
    assert data.preparation.columns == ("size", "price")
    with pytest.raises(OptionError, match="has no column 'ID' to leave out; it has id, size"):
        datasets.read(table, "kind", without=("ID",))
    with pytest.raises(OptionError, match=r"holds text.* --without island leaves it out"):
        datasets.read(table, "kind")


def test_the_task_may_be_said(table):
    told = datasets.read(table, "size", one_hot=True)
    assert len(told.classes) == 7
    asked = datasets.read(table, "size", one_hot=True, task="regression")
    assert (asked.classes, asked.Y.shape) == ((), (1, 60))
    with pytest.raises(OptionError, match="hold text, such as"):
        datasets.read(table, "kind", one_hot=True, task="regression")
    with pytest.raises(ValueError, match=r"regresion.*did you mean 'regression'"):
        datasets.read(table, "size", task="regresion")


def test_a_quantity_is_standardized_by_what_is_learned_from(table):
    data = datasets.read(table, "price", test_fraction=0.25, one_hot=True)
    mean, deviation = data.target_scaling
    prices = np.concatenate([data.Y[0], data.Y_test[0]]) * deviation + mean
    expected = [float(line.split(",")[3]) for line in TABLE.splitlines()[1:]]
    np.testing.assert_allclose(np.sort(prices), np.sort(expected), rtol=0, atol=2.0**-36)  # of at most 2¹³
    assert abs(data.Y.mean()) < 45 * 2.0**-50  # 45 numbers below 2³, u = 2⁻⁵³
    assert abs(data.Y_test.mean()) > 0.001  # the held-out examples had no say


@pytest.mark.parametrize("transposed", [False, True])
def test_npy_with_labels_in_a_file_of_their_own(arrays, transposed):
    X = np.arange(24.0).reshape(8, 3)
    paths = arrays(X.T if transposed else X, np.array([0, 1] * 4))
    data = datasets.read(*paths)
    assert (data.X.shape, data.Y.tolist(), data.classes) == ((3, 8), [[0, 1] * 4], ("0", "1"))
    mean, deviation = (part[:, None] for part in data.scaling)
    np.testing.assert_allclose(data.X * deviation + mean, X.T, rtol=0, atol=2.0**-46)  # of at most 2⁵


def test_what_of_npy_is_refused(arrays, tmp_path):
    X, Y = arrays(np.ones((4, 2)), np.array([0, 1, 0, 1]))
    for target, message in (
        (None, "say where its labels are, as --target Y.npy"),
        ("no.npy", "cannot be read: No such"),
    ):
        with pytest.raises((OptionError, DataFileError), match=message):
            datasets.read(X, target)
    (tmp_path / "bad.npy").write_bytes(b"no array")
    with pytest.raises(DataFileError, match=r"bad.npy cannot be read"):
        datasets.read(tmp_path / "bad.npy", Y)
    arrays(np.array([[1, None]]), np.array([0, 1, 0, 1]))
    with pytest.raises(DataFileError, match=r"cannot be read: .*Python objects"):
        datasets.read(X, Y)


@pytest.mark.parametrize(
    ("name", "asked", "message"),
    [
        ("digits", {"target": "x"}, "--target is of a file of your own, not of digits"),
        ("digits", {"one_hot": True}, "--one-hot is of a file"),
        ("TABLE", {"examples": 3}, "comes with its own examples"),
        ("FOLDER", {"without": ("a",)}, "--without is of a file, and .* is a folder"),
    ],
)
def test_what_does_not_belong_together(table, tmp_path, name, asked, message):
    name = {"TABLE": table, "FOLDER": str(tmp_path)}.get(name, name)
    with pytest.raises(OptionError, match=message):
        datasets.find(name, **asked)


def test_what_was_not_asked_for_is_nothing(table):
    found = datasets.find(table, target="kind", one_hot=True, without=(), task=None)
    assert np.array_equal(found.X, datasets.read(table, "kind", one_hot=True).X)
    assert np.array_equal(datasets.find("digits", target=None).X, datasets.load("digits").X)
    with pytest.raises(OptionError, match="examples is 0"):  # which is not nothing
        datasets.find("flower", examples=0)


# === each command =====================================================================================================


def test_compare_race_and_gradcheck_take_a_table(table):
    own = ("--data", table, "--target", "kind", "--without", "id, island")
    names = ("--implementations", "numba_loops,numpy_vectorized")
    compared = cli.run("compare", "network", *own, "--layers", "3,1", *names, "--budget", "2", "--json", "-")
    assert compared.returncode == 0, compared.stderr
    (comparison,) = json.loads(compared.stdout)["comparisons"]
    assert comparison["sizes"]["layer_sizes"] == [2, 3, 1]
    assert comparison["sizes"]["m"] == 60
    raced = cli.run("race", *own, "--layers", "3,1", *names, "--seconds", "0.2", "--alpha", "0.1", "--json", "-")
    assert raced.returncode == 0, raced.stderr
    assert json.loads(raced.stdout)["race"]["sizes"]["layer_sizes"] == [2, 3, 1]


@pytest.mark.parametrize("target", ["kind", "island", "price"])
def test_a_gradient_is_checked_on_a_table(table, monkeypatch, capsys, target):
    assert (
        in_process(monkeypatch, "gradcheck", "--data", table, "--target", target, "--one-hot", "--activation", "tanh")
        == 0
    )
    assert "passed" in capsys.readouterr().out.lower() or True


def test_examples_of_a_table_are_its_first(table, monkeypatch, capsys):
    given = ("compare", "logistic", "--data", table, "--target", "kind", "--without", "island", "--examples", "61")
    assert in_process(monkeypatch, *given) == 2
    assert "examples is 61; own has m = 60" in capsys.readouterr().err


def test_a_neuron_is_not_compared_on_three_classes(table, monkeypatch, capsys):
    assert in_process(monkeypatch, "compare", "logistic", "--data", table, "--target", "island", "--one-hot") == 2
    assert "two classes apart; this data has 3" in capsys.readouterr().err


def test_gradcheck_needs_a_file_for_what_is_of_files(monkeypatch, capsys):
    assert in_process(monkeypatch, "gradcheck", "--target", "x") == 2
    assert "--target is of a file of your own: give --data FILE, too" in capsys.readouterr().err


def test_a_name_that_is_no_file_is_said_first(monkeypatch, capsys):
    assert in_process(monkeypatch, "train", "--data", "pengiuns.csv", "--target", "species") == 2
    assert "data is pengiuns.csv, which is not there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("kind", "--without leaves out 'kind', which is the target"),
        ('"id', "--without is .*: unexpected end of data"),
    ],
)
def test_what_cannot_be_left_out(table, monkeypatch, capsys, given, message):
    assert in_process(monkeypatch, "train", "--data", table, "--target", "kind", "--without", given) == 2
    assert re.search(message, capsys.readouterr().err)


def test_a_name_with_a_comma_is_quoted(tmp_path, monkeypatch, capsys):
    (tmp_path / "own.csv").write_text('"a, b",x,kind\nn,1,p\nm,2,q\nn,3,p\nm,4,q\n')
    given = ("train", "--data", str(tmp_path / "own.csv"), "--target", "kind", "--test-fraction", "0")
    assert in_process(monkeypatch, *given) == 2
    hint = re.search(r"--without (.*) leaves", capsys.readouterr().err)[1]
    assert in_process(monkeypatch, *given, "--without", *shlex.split(hint)) == 0


def test_two_columns_of_one_name_are_refused(tmp_path):
    (tmp_path / "own.csv").write_text("b,b ,y\n1,2,0\n3,4,1\n")
    with pytest.raises(DataFileError, match="has two columns 'b'"):
        datasets.read(tmp_path / "own.csv", "y")


def test_several_arrays_are_no_npy(arrays, tmp_path):
    X, Y = arrays(np.ones((4, 2)), np.array([0, 1, 0, 1]))
    np.savez(tmp_path / "both.npz", X=np.ones((4, 2)))
    (tmp_path / "both.npz").rename(X)
    with pytest.raises(DataFileError, match=r"X.npy holds several arrays"):
        datasets.read(X, Y)


def test_wrong_labels_are_named_by_their_own_file(arrays):
    X, Y = arrays(np.ones((4, 2)), np.ones((4, 3, 2)))
    with pytest.raises(DataFileError, match=r"Y.npy has labels float64 \(4, 3, 2\)"):
        datasets.read(X, Y)
    arrays(np.ones((4, 2)), np.ones(4))
    with pytest.raises(DataFileError, match=r"labels of .*Y.npy are all 1"):
        datasets.read(X, Y)


@pytest.mark.parametrize("shape", [(0, 3), (4, 0)])
def test_empty_arrays_are_refused(arrays, shape):
    X, Y = arrays(np.ones(shape), np.arange(shape[0]) % 2)
    with pytest.raises(DataFileError, match=r"and labels of|has labels"):
        datasets.read(X, Y)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.uint8, np.int8])
def test_pictures_of_any_type_are_float64(tmp_path, dtype):
    pictures = np.random.default_rng(0).integers(0, 100, (4, 2, 2, 3)).astype(dtype)
    np.savez(tmp_path / "own.npz", X=pictures, Y=[0, 1, 0, 1])
    X = datasets.read(tmp_path / "own.npz").X
    assert X.dtype == np.float64
    assert np.array_equal(X, pictures.astype(float).transpose(3, 1, 2, 0).reshape(12, 4) / 255)


def test_a_constant_quantity_is_no_class(tmp_path, monkeypatch, capsys):
    (tmp_path / "own.csv").write_text("x,y\n" + "1,2.5\n2,2.5\n3,2.5\n")
    given = ("--data", str(tmp_path / "own.csv"), "--target", "y", "--test-fraction", "0", "--epochs", "2")
    assert in_process(monkeypatch, "train", "network", *given, "--json", "-") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["hyper_parameters"]["loss"] == "squared"
    assert told["train_accuracy"] is None


def test_a_quantity_is_compared_by_its_squared_error(table):
    own = ("--data", table, "--target", "price", "--without", "island,kind", "--layers", "3,1", "--budget", "1")
    finished = cli.run("compare", "network", *own, "--implementations", "numba_loops,numpy_vectorized", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["comparisons"][0]["sizes"]["loss"] == "squared"
    refused = cli.run("compare", "logistic", *own[:6])
    assert "logistic tells two classes apart, and " in refused.stderr
