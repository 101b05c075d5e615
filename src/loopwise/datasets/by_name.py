"""The data sets that have a name."""

import os
from pathlib import Path

from ..errors import DataFileError, OptionError, UnknownNameError
from .dataset import split, validate_split
from .drawn import cats, flower, houses, parity, synthetic, xor

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
    "or a file of your own, with --data or `datasets.read`: a table (.csv, .tsv, .parquet), arrays (.npz, .npy, .h5), "
    "a folder of images with a sub-folder for each class"
)


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
    validate_split(test_fraction, seed)
    for symbol in sizes:
        if symbol not in SIZES[name]:
            raise OptionError(f"{name} comes with its own {symbol}; only drawn data can be asked for another")
    if "examples" in SIZES[name]:
        sizes["seed"] = seed
    return split(name, *_MAKERS[name](**sizes), test_fraction, seed, standardize=name in STANDARDIZED)


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


def _validate_name(name):
    """Raise for what is no data set's name; of a path, say what it is."""
    if isinstance(name, str) and name in DATASETS:
        return
    path = Path(str(name)).expanduser()
    if not str(name) or not (path.exists() or path.suffix or os.path.dirname(str(name))):
        raise UnknownNameError("data set", name, DATASETS, OWN)
    what = "a folder" if path.is_dir() else "a file" if path.exists() else "which is not there"
    raise DataFileError(f"data is {name}, {what}; expected one of {', '.join(DATASETS)}; {OWN}")
