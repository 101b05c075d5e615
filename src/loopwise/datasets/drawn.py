"""Data that is drawn from a seed, or written down here."""

import numpy as np

from ..process.memory import require_memory
from .dataset import unroll, validate_sizes


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

    validate_sizes(examples=examples)
    require_room(12288, examples)
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
    validate_sizes(most=16, features=features)
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
    validate_sizes(examples=examples)
    require_room(2, examples)
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
    validate_sizes(examples=examples, features=features)
    validate_sizes(least=2, classes=classes)
    require_room(features + classes, examples)
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((features, examples))
    rules = rng.standard_normal((classes, features)) / np.sqrt(features)
    labels = np.argmax(rules @ X + 0.5 * rng.standard_normal((classes, examples)), axis=0)
    return X, labels, tuple(f"class {k}" for k in range(classes))


def require_room(features, examples):
    """Raise for data that does not fit into memory; it is copied while it is split."""
    require_memory(f"to draw X ({features}, {examples})", 2 * features * examples)
