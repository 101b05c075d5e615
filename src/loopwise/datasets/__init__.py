"""Data in the lecture's orientation: X is (n_x, m), one example per column; Y is (1, m), or one-hot (classes, m).

Nothing is downloaded: the real sets come with scikit-learn, the others are drawn from a seed or written down here, and
`images` reads photographs of your own.
"""

from .by_name import DATASETS, SIZES, load
from .dataset import Dataset, one_hot, picture, unroll
from .drawn import cats, flower, houses, parity, synthetic, xor
from .own import OPTIONS, find, images, is_own, read

__all__ = [
    "DATASETS",
    "OPTIONS",
    "SIZES",
    "Dataset",
    "cats",
    "find",
    "flower",
    "houses",
    "images",
    "is_own",
    "load",
    "one_hot",
    "parity",
    "picture",
    "read",
    "synthetic",
    "unroll",
    "xor",
]
