"""Tables of your own: what is read, what becomes of each column, and what is refused by name."""

import builtins

import numpy as np
import pandas
import pytest

from loopwise import datasets
from loopwise.datasets import tables
from loopwise.errors import DataFileError, OptionError

PENGUINS = """size,island,mass,wild,species
3.5,Biscoe,4000,True,Adelie
3.9,Dream,4100,False,Gentoo
4.1,Biscoe,5000,True,Gentoo
3.2,Torgersen,3000,True,Adelie
"""


@pytest.fixture
def write(tmp_path):
    """A file with a text."""

    def write(text, name="penguins.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


# === what is read =====================================================================================


def test_each_column_becomes_features_of_its_own(write):
    data = datasets.read(write(PENGUINS), "species", one_hot=True)
    assert data.classes == ("Adelie", "Gentoo")
    assert data.Y.tolist() == [[0, 1, 1, 0]]
    features = ["size", "island = Biscoe", "island = Dream", "island = Torgersen", "mass", "wild"]
    assert data.preparation.features == features
    raw = [[3.5, 3.9, 4.1, 3.2], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1], [4000, 4100, 5000, 3000], [1, 0, 1, 1]]
    mean, deviation = (part[:, None] for part in data.scaling)
    np.testing.assert_allclose(data.X * deviation + mean, raw, rtol=1e-14, atol=1e-14)  # some roundings of 2⁻⁵³


@pytest.mark.parametrize(
    ("separator", "name"), [(",", "a.csv"), (";", "a.csv"), ("|", "a.csv"), ("\t", "a.csv"), ("\t", "a.tsv")]
)
def test_columns_are_separated_by_what_separates_them(write, separator, name):
    path = write(PENGUINS.replace(",", separator), name)
    data = datasets.read(path, "species", one_hot=True)
    assert np.array_equal(data.X, datasets.read(write(PENGUINS), "species", one_hot=True).X)


def test_parquet_is_the_same_table(write, tmp_path):
    frame = pandas.read_csv(write(PENGUINS))
    frame.to_parquet(tmp_path / "penguins.parquet")
    one, other = (
        datasets.read(path, "species", one_hot=True) for path in (write(PENGUINS), tmp_path / "penguins.parquet")
    )
    assert np.array_equal(one.X, other.X)
    assert one.preparation == other.preparation


def test_spaces_quotes_and_a_byte_order_mark_are_no_part_of_a_value(write):
    text = "\ufeff" + PENGUINS.replace(",", ", ").replace("Gentoo", '"Gentoo"')
    data = datasets.read(write(text), "species", one_hot=True)
    assert data.classes == ("Adelie", "Gentoo")
    assert data.preparation.columns == ("size", "island", "mass", "wild")


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["b", "a", "b", "a"], ("a", "b")),
        ([True, False, True, False], ("False", "True")),
        ([10, 9, 10, 9], ("9", "10")),  # in the order of numbers, not of text
        ([1.0, 0.0, 1.0, 0.0], ("0", "1")),
        ([-1, 1, 1, -1], ("-1", "1")),
        ([1.5, 0.0, 1.5, 0.0], ()),
        ([1, 2, 3, 1], ()),  # as many different ones as make quantities of so few rows
        ([*range(21)] * 3, ()),
    ],
)
def test_the_target_tells_classes_from_quantities(write, values, classes):
    rows = "\n".join(f"{i},{value}" for i, value in enumerate(values))
    data = datasets.read(write(f"x,y\n{rows}\n"), "y")
    assert data.classes == classes
    expected = [classes.index(str(int(v) if isinstance(v, float) else v)) for v in values] if classes else values
    if classes:
        assert data.Y.tolist() == [expected]
    else:
        mean, deviation = data.target_scaling
        assert (mean, deviation) == (np.mean(values), np.std(values))
        np.testing.assert_allclose(data.Y[0] * deviation + mean, values, rtol=0, atol=2**-48)  # of at most 20
    what = f"has 2 classes: {', '.join(classes)}" if classes else "is a quantity: regression, standardized with mean"
    assert data.said.startswith(f"1 feature; y {what}")


def test_scaling_is_learned_from_what_is_learned_from(write):
    rows = "\n".join(f"{i * i},{i % 2}" for i in range(40))
    data = datasets.read(write(f"x,y\n{rows}\n"), "y", test_fraction=0.5)
    assert np.abs(data.X.mean()) < 2.0**-48  # twenty numbers, each rounded by 2⁻⁵³ at most
    assert np.abs(data.X_test.mean()) > 0.01
    both = np.concatenate([data.X, data.X_test], axis=1) * data.scaling[1][:, None] + data.scaling[0][:, None]
    np.testing.assert_allclose(sorted(both[0]), [i * i for i in range(40)], rtol=1e-13, atol=1e-13)


def test_new_rows_go_the_same_way(write):
    data = datasets.read(write(PENGUINS), "species", one_hot=True)
    new = write("wild,extra,mass,island,size\nTrue,9,4000,Biscoe,3.5\n", "new.csv")
    X = data.preparation.rows(tables.read_table(new), new)
    assert X[:, 0].tolist() == [3.5, 1, 0, 0, 4000, 1]


# === what is refused ==================================================================================


@pytest.mark.parametrize(
    ("old", "new", "given", "error", "message"),
    [
        ("", "", {}, OptionError, "has the columns size, island, mass, wild, species: say which is the target"),
        ("", "", {"target": "kind"}, OptionError, "no column 'kind' for a target; it has size, island"),
        ("", "", {"target": "species"}, OptionError, r"column 'island' of .* holds text, such as 'Biscoe'"),
        ("3.9,", ",", {"target": "species"}, DataFileError, "column 'size', row 2 has no value$"),
        ("4000", "", {"target": "species", "one_hot": True}, DataFileError, "column 'mass', row 1 has no value$"),
        ("Adelie", "", {"target": "species", "one_hot": True}, DataFileError, r"'species', row 1 .*\(of 2 rows"),
        ("4100", "inf", {"target": "species", "one_hot": True}, DataFileError, "column 'mass', row 2 holds inf"),
        ("4100", "unknown", {"target": "species"}, OptionError, "column 'island'|column 'mass'"),
        (
            "Gentoo",
            "Adelie",
            {"target": "species", "one_hot": True},
            DataFileError,
            "are all Adelie; expected two or more classes",
        ),
        ("size,island,mass,wild,species", "1,2,3,4,5", {"target": "5"}, DataFileError, "first line .* numbers only"),
        (PENGUINS, "", {"target": "species"}, DataFileError, "cannot be read"),
        (PENGUINS, "a,b\n", {"target": "a"}, DataFileError, "has no rows"),
        (PENGUINS, "a\n1\n2\n", {"target": "a"}, DataFileError, "no column to learn from beside its target"),
        (PENGUINS, "a,b\n1,2\n1,2,3\n", {"target": "a"}, DataFileError, "cannot be read: .*line 3"),
    ],
)
def test_what_cannot_be_learned_from_is_named(write, old, new, given, error, message):
    path = write(PENGUINS.replace(old, new) if old else PENGUINS)
    with pytest.raises(error, match=message) as refused:
        datasets.read(path, **given)
    assert "\n" not in str(refused.value)


def test_what_is_no_table_is_named(write, tmp_path):
    for path, message in (
        (tmp_path / "nothing.csv", "there is no file"),
        (tmp_path, "is of no kind that is read; expected .csv"),
        (write("x", "a.xlsx"), "is of no kind that is read"),
        (write("no parquet", "a.parquet"), "cannot be read"),
    ):
        with pytest.raises(DataFileError, match=message):
            datasets.read(path, "species")


@pytest.mark.parametrize(("module", "name"), [("pandas", "a.csv"), ("pyarrow", "a.parquet"), ("h5py", "a.h5")])
def test_the_extra_is_named_where_a_library_is_missing(write, monkeypatch, module, name):
    path, find = write(PENGUINS, name), builtins.__import__

    def without(wanted, *rest, **others):
        if wanted == module:
            raise ImportError(wanted)
        return find(wanted, *rest, **others)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataFileError, match=rf"needs {module}: pip install 'loopwise\[data\]'"):
        datasets.read(path)


def test_new_rows_must_have_what_was_learned_from(write):
    how = datasets.read(write(PENGUINS), "species", one_hot=True).preparation
    for text, message in (
        ("size,mass,wild\n1,2,True\n", "has no column 'island'; it has size, mass, wild"),
        ("size,island,mass,wild\n1,Mars,2,True\n", "'island', row 1 holds 'Mars'; known are Biscoe, Dream"),
        ("size,island,mass,wild\n1,,2,True\n", "'island', row 1 has no value"),
        ("size,island,mass,wild\n1,Dream,heavy,True\n", "'mass' holds more than numbers: .*heavy"),
    ):
        path = write(text, "new.csv")
        with pytest.raises(DataFileError, match=message):
            how.rows(tables.read_table(path), path)
