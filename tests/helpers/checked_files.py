"""Students' files, and what is said of them."""

from loopwise.contract.check import check_file

RIGHT = """
    import numpy as np

    def dot(w, x):
        return sum(a * b for a, b in zip(w, x))

    def layer_gradient(dZ, A_prev):
        m = dZ.shape[1]
        return dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m
"""


def verdicts(path, **options):
    """What is said of each operation that is there."""
    return {v.operation: (v.verdict, v.message) for v in check_file(path, **options) if v.verdict != "missing"}
