"""Data in the lecture's orientation: X is (n_x, m), one example per column; Y is (1, m), or one-hot (classes, m).

Nothing is downloaded: the real sets come with scikit-learn, the others are drawn from a seed.
"""

import numbers
from dataclasses import dataclass

import numpy as np

from .errors import OptionError, choose

# What can be asked of each: the real ones have their size.
SIZES = {
    "breast_cancer": (),
    "digits": (),
    "flower": ("examples",),
    "synthetic": ("examples", "features", "classes"),
}
DATASETS = tuple(SIZES)


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
    """

    name: str
    X: np.ndarray
    Y: np.ndarray
    X_test: np.ndarray
    Y_test: np.ndarray
    classes: tuple


def load(name, test_fraction=0.0, seed=0, **sizes):
    """Load a data set by name.

    Parameters
    ----------
    name : {"breast_cancer", "digits", "flower", "synthetic"}
        breast_cancer 30 × 569, two classes, standardized · digits 64 × 1797, ten classes one-hot, standardized ·
        flower 2 × 400, two classes, the planar set that no line separates · synthetic, any size.
    test_fraction : float
        Share of the examples to hold out, 0 ≤ test_fraction < 1, drawn with the same share of each class.
        Standardization learns from the others alone.
    seed : int
        Of everything that is drawn: the split, and the data where it is drawn.
    **sizes
        `examples` for flower and synthetic, `features` and `classes` for synthetic.

    Returns
    -------
    Dataset
    """
    choose("data set", name, DATASETS)
    if not isinstance(test_fraction, numbers.Real) or not 0 <= test_fraction < 1:
        raise OptionError(f"test_fraction is {test_fraction!r}; expected 0 ≤ test_fraction < 1")
    if not isinstance(seed, numbers.Integral) or seed < 0:
        raise OptionError(f"seed is {seed!r}; expected a whole number, at least 0")
    for symbol in sizes:
        if symbol not in SIZES[name]:
            raise OptionError(f"{name} comes with its own {symbol}; only drawn data can be asked for another")
    if name in ("breast_cancer", "digits"):
        return _real(name, test_fraction, seed)
    maker = flower if name == "flower" else synthetic
    return _split(name, *maker(**sizes, seed=seed), test_fraction, seed)


def flower(examples=400, seed=0):
    """Draw the planar flower: petals around the origin, half of them of each class; no line separates them.

    Returns
    -------
    X, labels, classes : array (2, m), array (m,) of 0 and 1, tuple of names

    Notes
    -----
    r = 4 sin 4t with noise in the angle and the radius; t runs over one half of the circle for each class.
    """
    _check_sizes(examples=examples)
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
    _check_sizes(examples=examples, features=features)
    _check_sizes(least=2, classes=classes)
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


def _real(name, test_fraction, seed):
    from sklearn.datasets import load_breast_cancer, load_digits

    bunch = (load_breast_cancer if name == "breast_cancer" else load_digits)()
    classes = tuple(str(label) for label in bunch.target_names)
    return _split(name, bunch.data.T, bunch.target, classes, test_fraction, seed, standardize=True)


def _split(name, X, labels, classes, test_fraction, seed, standardize=False):
    learn, test = np.arange(len(labels)), np.arange(0)
    if test_fraction > 0:
        from sklearn.model_selection import train_test_split

        try:
            learn, test = train_test_split(learn, test_size=test_fraction, random_state=seed, stratify=labels)
        except ValueError as error:
            raise OptionError(f"{name} cannot be split with test_fraction {test_fraction}: {error}") from None
    X_learn, X_test = X[:, learn], X[:, test]
    if standardize:
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(X_learn.T)
        X_learn = scaler.transform(X_learn.T).T
        X_test = scaler.transform(X_test.T).T if len(test) else X_test
    Y = one_hot(labels, len(classes))
    # C order: one feature's values lie side by side, as in X[j, i].
    return Dataset(name, *map(np.ascontiguousarray, (X_learn, Y[:, learn], X_test, Y[:, test])), classes)


def _check_sizes(least=1, **sizes):
    for symbol, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, numbers.Integral) or size < least:
            raise OptionError(f"{symbol} is {size!r}; expected a whole number, at least {least}")
