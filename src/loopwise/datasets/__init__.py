"""Data in the lecture's orientation: X is (n_x, m), one example per column; Y is (1, m), or one-hot (classes, m).

Nothing is downloaded: the real sets come with scikit-learn, the others are drawn from a seed or written down here, and
`images` reads photographs of your own.
"""

import math
import numbers
import os
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..errors import DataFileError, OptionError, ShapeError, UnknownNameError
from ..validation import choose

# What can be asked of each: the real ones have their size.
SIZES = {
    "breast_cancer": (),
    "digits": (),
    "houses": (),
    "cats": ("examples",),
    "flower": ("examples",),
    "xor": (),
    "parity": ("features",),
    "synthetic": ("examples", "features", "classes"),
}
DATASETS = tuple(SIZES)
STANDARDIZED = ("breast_cancer", "digits", "houses")
OWN = (
    "`loopwise train` also takes a table (.csv, .tsv, .parquet), arrays (.npz, .h5) and a folder of images with a "
    "sub-folder for each class"
)


@dataclass(frozen=True)
class Dataset:
    """Examples to learn from and examples held out.

    Attributes
    ----------
    name : str
    X, Y : array (n_x, m), (n_y, m)
    X_test, Y_test : array
        Held out; with no columns when `test_fraction` is 0.
    classes : tuple of str
        What 0 and 1, or the rows of Y, stand for; empty where Y holds real numbers (regression).
    passed_over : dict of str to int
        Of a folder of images: how many files are not among the examples, by their kind (".txt", "hidden").
    scaling : tuple of array (n_x,), or None
        Mean and deviation of each feature before it was standardized.
    preparation : Preparation or None
        Of a table of your own: which columns became features, and how.
    """

    name: str
    X: np.ndarray
    Y: np.ndarray
    X_test: np.ndarray
    Y_test: np.ndarray
    classes: tuple
    passed_over: dict = field(default_factory=dict)
    scaling: tuple | None = None
    preparation: object = None

    @property
    def said_of_others(self):
        """One line about what was passed over, such as `3 files passed over: 3 .txt`; empty where nothing was."""
        from .pictures import said

        return said(self.passed_over)


def load(name, test_fraction=0.0, seed=0, **sizes):
    """Load a data set by name.

    Parameters
    ----------
    name : str
        =============  ===========  ======================================================================
        breast_cancer  30 × 569     two classes, standardized
        digits         64 × 1797    ten classes one-hot, standardized
        houses         2 × 4        regression: the lecture's house prices, standardized; see `houses`
        cats           12288 × 259  two classes, 1 = cat: drawn pictures; see `cats`
        flower         2 × 400      two classes, the planar set that no line separates
        xor            2 × 4        two classes: a xor b of two bits
        parity         6 × 64       two classes: is the number of ones odd? See `parity`
        synthetic      any size     two or more classes
        =============  ===========  ======================================================================
    test_fraction : float
        Share of the examples to hold out, 0 ≤ test_fraction < 1, drawn with the same share of each class.
        Standardization learns from the others alone. The course's 209 cats and 50: `test_fraction=50 / 259`.
    seed : int
        Of everything that is drawn: the split, and the data where it is drawn.
    **sizes
        `examples` for cats, flower and synthetic; `features` for parity and synthetic; `classes` for synthetic.

    Returns
    -------
    Dataset
    """
    _validate_name(name)
    _validate_split(test_fraction, seed)
    for symbol in sizes:
        if symbol not in SIZES[name]:
            raise OptionError(f"{name} comes with its own {symbol}; only drawn data can be asked for another")
    if "examples" in SIZES[name]:
        sizes["seed"] = seed
    return _split(name, *_MAKERS[name](**sizes), test_fraction, seed, standardize=name in STANDARDIZED)


def houses():
    """The lecture's house prices (B "Structured data"), the rows that it shows: for a linear output.

    Returns
    -------
    X, prices, classes : array (2, 4), array (4,), empty tuple
        Size in m² and acreage; price in hundreds of euros.
    """
    X = np.array([[10, 14, 50, 100], [1, 1, 2, 3]], dtype=np.float64)
    return X, np.array([3, 3.5, 7, 12]), ()


def cats(examples=259, seed=0):
    """Draw cats and other things, half of each, 64 × 64 × 3 = 12288 features: the lecture's cat problem (C 5, B).

    A column is a picture unrolled as the lecture does it: all red values row by row, then all green ones, then all
    blue ones, each divided by 255; `picture` rolls it up again. The same seed draws the same bytes (of one version of
    Pillow and NumPy), and more examples begin with the same ones.

    Returns
    -------
    X, labels, classes : array (12288, m) of 0 … 1, array (m,) of 0 and 1, tuple of names
    """
    from .drawn_cats import draw

    _validate_sizes(examples=examples)
    pictures, labels = draw(examples, seed)
    return unroll(pictures), labels, ("not a cat", "cat")


def xor():
    """The four points (0, 0), (0, 1), (1, 0), (1, 1), labelled a xor b.

    Returns
    -------
    X, labels, classes : array (2, 4), array (4,), tuple of names
    """
    return np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([0, 1, 1, 0]), ("same", "different")


def parity(features=6):
    """Every pattern of so many bits; the label is 1 where the number of ones is odd.

    A bit is written −1 or +1, not 0 or 1: inputs with mean 0, from which a network learns the parity of six bits in
    about an eighth of the steps.

    Returns
    -------
    X, labels, classes : array (n_x, 2**n_x) of ±1, array (2**n_x,), tuple of names
        Column i is i in binary.
    """
    _validate_sizes(most=16, features=features)
    bits = np.arange(2**features) >> np.arange(features)[::-1, None] & 1
    return 2.0 * bits - 1, bits.sum(axis=0) % 2, ("even", "odd")


def flower(examples=400, seed=0):
    """Draw the planar flower: petals around the origin, half of them of each class; no line separates them.

    Returns
    -------
    X, labels, classes : array (2, m), array (m,) of 0 and 1, tuple of names

    Notes
    -----
    r = 4 sin 4t with noise in the angle and the radius; t runs over one half of the circle for each class.
    """
    _validate_sizes(examples=examples)
    rng = np.random.default_rng(seed)
    labels = np.arange(examples) % 2
    t = np.pi * (labels + rng.random(examples)) + 0.2 * rng.standard_normal(examples)
    r = 4 * np.sin(4 * t) + 0.2 * rng.standard_normal(examples)
    return np.stack([r * np.sin(t), r * np.cos(t)]), labels, ("red", "blue")


def synthetic(examples=1000, features=20, classes=2, seed=0):
    """Draw normal features and labels from a noisy linear rule, so that the classes overlap.

    Returns
    -------
    X, labels, classes : array (n_x, m), array (m,), tuple of names
    """
    _validate_sizes(examples=examples, features=features)
    _validate_sizes(least=2, classes=classes)
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((features, examples))
    rules = rng.standard_normal((classes, features)) / np.sqrt(features)
    labels = np.argmax(rules @ X + 0.5 * rng.standard_normal((classes, examples)), axis=0)
    return X, labels, tuple(f"class {k}" for k in range(classes))


def one_hot(labels, classes):
    """Labels 0 … classes−1 as columns with a single 1; two classes stay one row of 0 and 1."""
    labels = np.asarray(labels)
    if classes == 2:
        return labels.reshape(1, -1).astype(np.float64)
    return np.eye(classes)[:, labels]


def unroll(pictures):
    """Pictures (m, height, width, 3) of 0 … 255 as columns of 0 … 1: all red values, then green, then blue."""
    pictures = np.asarray(pictures)
    return pictures.transpose(3, 1, 2, 0).reshape(-1, len(pictures)) / 255


def picture(x):
    """The picture (size, size, 3) of uint8 that was unrolled to the column x, as for `plt.imshow`."""
    x = np.asarray(x)
    size = math.isqrt(x.size // 3)
    if x.shape not in ((3 * size**2,), (3 * size**2, 1)) or size == 0:
        raise ShapeError(f"x is {x.shape}; expected one column of size·size·3 values, such as (12288,) or (12288, 1)")
    values = np.clip(np.rint(x * 255.0), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(values.reshape(3, size, size).transpose(1, 2, 0))


def images(folder, test_fraction=0.0, seed=0, size=64, broken="refuse"):
    """Your own photographs: every folder inside `folder` is a class, its name the class's.

    Each picture is turned upright as its camera noted (EXIF), cut to the square in its middle, scaled to
    size × size, laid on white where it is transparent, and unrolled as `cats` are. Of an animation: the first picture.

    Parameters
    ----------
    folder : str or Path
    test_fraction, seed
        As for `load`.
    size : int
        1 to 1024.
    broken : {"refuse", "skip"}
        What to do with a picture that cannot be read: raise `DataFileError`, or warn and go on without it.

    Returns
    -------
    Dataset
        `classes` in sorted order. Of two, the second is the 1 of Y: with folders `cat` and `not_cat`, 1 means not a
        cat (call them `0 not cat` and `1 cat` for the other way round). More than two are one-hot.

    Warns
    -----
    UserWarning
        Files are passed over: what is no picture by its name (notes.txt), lies beside the folders or in folders inside
        them. `passed_over` counts them, and what systems leave behind (.DS_Store, __MACOSX), without a warning.
    """
    from .pictures import HIDDEN, read_folder

    _validate_split(test_fraction, seed)
    _validate_sizes(most=1024, size=size)
    choose("way with broken pictures", broken, ("refuse", "skip"))
    name, pictures, labels, classes, passed_over = read_folder(folder, size, skip_broken=broken == "skip")
    data = _split(name, unroll(pictures), labels, classes, test_fraction, seed)
    data = replace(data, passed_over=passed_over)
    if set(passed_over) - {HIDDEN}:
        warnings.warn(f"{folder}: {data.said_of_others}", stacklevel=2)
    return data


def is_own(name):
    """Whether the name of data is a file that `read` takes, or a folder, rather than a data set's."""
    from . import arrays, tables

    path = Path(name or "nothing").expanduser()
    return name not in DATASETS and (
        path.is_dir() or (path.is_file() and path.suffix.lower() in tables.SUFFIXES + arrays.SUFFIXES)
    )


def read(path, target=None, test_fraction=0.0, seed=0, one_hot=False):
    """Your own data from a file: a table with a row for each example, or arrays.

    Features are standardized, with mean and deviation of the examples to learn from alone; pictures, (m, height, width,
    3) of 0 … 255, are unrolled as the lecture does and divided by 255.

    Parameters
    ----------
    path : str or Path
        A table with a header, `.csv` (columns separated by a comma, semicolon, tab or bar), `.tsv` or `.parquet`;
        `.npz` with X and Y; or HDF5 as the course hands it out, with `train_set_x`, `train_set_y` and `list_classes`.
    target : str, optional
        The column of a table that is to be predicted. Text, true and false, and up to twenty different whole numbers
        are classes; other numbers are quantities, for regression.
    test_fraction, seed
        As for `load`.
    one_hot : bool
        Whether each value of a column that holds text becomes a feature of 0 and 1; else it is refused.

    Returns
    -------
    Dataset
        `classes` in sorted order, empty for regression; of a table with its `preparation`.

    Raises
    ------
    DataFileError
        The file cannot be read, or a row lacks a value: the message names row and column. Row 1 is the first example.
    OptionError
        The table has no such target, or a column that holds text and is not made one-hot.
    """
    from . import arrays, tables

    _validate_split(test_fraction, seed)
    path = Path(path).expanduser()
    if path.suffix.lower() not in (*tables.SUFFIXES, *arrays.SUFFIXES):
        raise DataFileError(
            f"{path} is of no kind that is read; expected {', '.join(tables.SUFFIXES + arrays.SUFFIXES)}"
        )
    if not path.is_file():
        raise DataFileError(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    if path.suffix.lower() in arrays.SUFFIXES:
        if target is not None or one_hot:
            raise OptionError(f"{path} holds arrays: a target and one-hot are of tables")
        X, labels, classes = arrays.read_arrays(path)
        is_pictures = X.ndim == 4
        X = unroll(X) if is_pictures else np.asarray(X.reshape(len(X), -1).T, np.float64)
        _refuse_not_finite(X, path)
        return _split(path.stem, X, labels, classes, test_fraction, seed, standardize=not is_pictures)
    frame = tables.read_table(path)
    preparation = tables.prepared(frame, path, target, one_hot)
    X, classes = preparation.rows(frame, path), preparation.classes
    labels = tables.labels_of(frame[target], classes, path)
    data = _split(path.stem, X, labels, classes, test_fraction, seed, standardize=True)
    return replace(data, preparation=preparation)


def _refuse_not_finite(X, path):
    wrong = np.argwhere(~np.isfinite(X.T))
    if len(wrong):
        i, j = wrong[0]
        raise DataFileError(f"{path}: example {i + 1}, feature {j + 1} is {X[j, i]}")


def _breast_cancer():
    from sklearn.datasets import load_breast_cancer

    return _bunch(load_breast_cancer())


def _digits():
    from sklearn.datasets import load_digits

    return _bunch(load_digits())


def _bunch(bunch):
    return bunch.data.T, bunch.target, tuple(str(label) for label in bunch.target_names)


_MAKERS = {"breast_cancer": _breast_cancer, "digits": _digits, "houses": houses, "cats": cats}
_MAKERS |= {"flower": flower, "xor": xor, "parity": parity, "synthetic": synthetic}


def _split(name, X, labels, classes, test_fraction, seed, standardize=False):
    learn, test = np.arange(len(labels)), np.arange(0)
    if test_fraction > 0:
        from sklearn.model_selection import train_test_split

        # Rounded up, but 50 of 259 stay 50 whatever the rounding of 50/259 · 259 is.
        held_out = max(1, math.ceil(test_fraction * len(labels) - 1e-9))
        strata = labels if classes else None
        try:
            learn, test = train_test_split(learn, test_size=held_out, random_state=seed, stratify=strata)
        except ValueError as error:
            raise OptionError(f"{name} cannot be split with test_fraction {test_fraction}: {error}") from None
    X_learn, X_test, scaling = X[:, learn], X[:, test], None
    if standardize:
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(X_learn.T)
        X_learn = scaler.transform(X_learn.T).T
        X_test = scaler.transform(X_test.T).T if len(test) else X_test
        scaling = scaler.mean_, scaler.scale_
    Y = one_hot(labels, len(classes)) if classes else labels.reshape(1, -1)
    # C order: one feature's values lie side by side, as in X[j, i].
    arrays = map(np.ascontiguousarray, (X_learn, Y[:, learn], X_test, Y[:, test]))
    return Dataset(name, *arrays, classes, scaling=scaling)


def _validate_name(name):
    """Raise for what is no data set's name; of a path, say what it is."""
    if isinstance(name, str) and name in DATASETS:
        return
    path = Path(str(name)).expanduser()
    if not str(name) or not (path.exists() or path.suffix or os.path.dirname(str(name))):
        raise UnknownNameError("data set", name, DATASETS, OWN)
    what = "a folder" if path.is_dir() else "a file" if path.exists() else "which is not there"
    raise DataFileError(f"data is {name}, {what}; expected one of {', '.join(DATASETS)}; {OWN}")


def _validate_split(test_fraction, seed):
    if not isinstance(test_fraction, numbers.Real) or not 0 <= test_fraction < 1:
        raise OptionError(f"test_fraction is {test_fraction!r}; expected 0 ≤ test_fraction < 1")
    if not isinstance(seed, numbers.Integral) or seed < 0:
        raise OptionError(f"seed is {seed!r}; expected a whole number, at least 0")


def _validate_sizes(least=1, most=math.inf, **sizes):
    limit = "" if most == math.inf else f", at most {most}"
    for symbol, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, numbers.Integral) or not least <= size <= most:
            raise OptionError(f"{symbol} is {size!r}; expected a whole number, at least {least}{limit}")
