"""Examples to learn from and examples held out, in the lecture's orientation; how pictures become columns of X."""

import math
import numbers
from dataclasses import dataclass, field

import numpy as np

from ..errors import OptionError, ShapeError
from .targets import named


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
    target_scaling : tuple of float, or None
        Mean and deviation of a quantity that is to be predicted, before it was standardized.
    preparation : Preparation or None
        Of a table of your own: which columns became features, and how.
    on_disk : bool
        Whether X is the map of a file, because it is too large for memory.
    by_examples : bool
        Whether each example of X lies in one piece (F order), as in a file with a row for each.
    """

    name: str
    X: np.ndarray
    Y: np.ndarray
    X_test: np.ndarray
    Y_test: np.ndarray
    classes: tuple
    passed_over: dict = field(default_factory=dict)
    scaling: tuple | None = None
    target_scaling: tuple | None = None
    preparation: object = None
    on_disk: bool = False
    by_examples: bool = False

    @property
    def said(self):
        """One line about your own: `5 features; species has 3 classes: Adelie, Chinstrap, Gentoo`."""
        features, target = len(self.preparation.features), self.preparation.target
        if self.classes:
            what = f"has {len(self.classes)} classes: {named(self.classes)}"
        else:
            mean, deviation = self.target_scaling
            what = f"is a quantity: regression, standardized with mean {mean:.4g} and deviation {deviation:.4g}"
        where = "; too large for memory: learned from on the disk" if self.on_disk else ""
        return f"{features} feature{'s' * (features > 1)}; {target} {what}{where}"

    @property
    def said_of_others(self):
        """One line about what was passed over, such as `3 files passed over: 3 .txt`; empty where nothing was."""
        from .pictures import said

        return said(self.passed_over)


def one_hot(labels, classes):
    """Labels 0 … classes−1 as columns with a single 1; two classes stay one row of 0 and 1."""
    labels = np.asarray(labels)
    if classes == 2:
        return labels.reshape(1, -1).astype(np.float64)
    return np.eye(classes)[:, labels]


def unroll(pictures):
    """Pictures (m, height, width, 3) of 0 … 255 as columns of 0 … 1: all red values, then green, then blue."""
    pictures = np.asarray(pictures)
    return np.divide(pictures.transpose(3, 1, 2, 0).reshape(-1, len(pictures)), 255.0, dtype=np.float64)


def picture(x):
    """The picture (size, size, 3) of uint8 that was unrolled to the column x, as for `plt.imshow`."""
    x = np.asarray(x)
    size = math.isqrt(x.size // 3)
    if x.shape not in ((3 * size**2,), (3 * size**2, 1)) or size == 0:
        raise ShapeError(f"x is {x.shape}; expected one column of size·size·3 values, such as (12288,) or (12288, 1)")
    values = np.clip(np.rint(x * 255.0), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(values.reshape(3, size, size).transpose(1, 2, 0))


def split(name, X, labels, classes, test_fraction, seed, standardize=False, standardize_target=False):
    """Hold some examples out, and learn from the others how to standardize.

    Parameters
    ----------
    name : str
    X : array (n_x, m)
    labels : array (m,)
        Whole numbers 0 … classes−1, or quantities where there are no classes.
    classes : tuple of str
    test_fraction, seed
        As for `load`.
    standardize, standardize_target : bool
        Whether the features are standardized; whether a quantity is, too.

    Returns
    -------
    Dataset
    """
    learn, test = learn_and_test(name, labels, classes, test_fraction, seed)
    X_learn, X_test, scaling = X[:, learn], X[:, test], None
    if standardize:
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(X_learn.T)
        X_learn = scaler.transform(X_learn.T).T
        X_test = scaler.transform(X_test.T).T if len(test) else X_test
        scaling = scaler.mean_, scaler.scale_
    Y, target_scaling = labels_in_rows(labels, classes, learn if standardize_target else None)
    # C order: one feature's values lie side by side, as in X[j, i].
    arrays = map(np.ascontiguousarray, (X_learn, Y[:, learn], X_test, Y[:, test]))
    return Dataset(name, *arrays, classes, scaling=scaling, target_scaling=target_scaling)


def learn_and_test(name, labels, classes, test_fraction, seed):
    """Which examples are learned from, and which are held out, with the same share of each class."""
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
    return learn, test


def labels_in_rows(labels, classes, learn=None):
    """Y, (1, m) or one-hot, and of a quantity mean and deviation among `learn`, with which it is standardized."""
    if classes:
        return one_hot(labels, len(classes)), None
    if learn is None:
        return labels.reshape(1, -1), None
    mean, deviation = float(labels[learn].mean()), float(labels[learn].std()) or 1.0
    return (labels.reshape(1, -1) - mean) / deviation, (mean, deviation)


def validate_split(test_fraction, seed):
    if not isinstance(test_fraction, numbers.Real) or not 0 <= test_fraction < 1:
        raise OptionError(f"test_fraction is {test_fraction!r}; expected 0 ≤ test_fraction < 1")
    if not isinstance(seed, numbers.Integral) or seed < 0:
        raise OptionError(f"seed is {seed!r}; expected a whole number, at least 0")


def validate_sizes(least=1, most=math.inf, **sizes):
    limit = "" if most == math.inf else f", at most {most}"
    for symbol, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, numbers.Integral) or not least <= size <= most:
            raise OptionError(f"{symbol} is {size!r}; expected a whole number, at least {least}{limit}")
