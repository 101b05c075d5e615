"""Implementations with a wrong gradient."""

from types import SimpleNamespace

from loopwise.implementations import Implementation, numpy_vectorized


def faulty(**changes):
    """numpy_vectorized with some operations replaced."""
    module = SimpleNamespace(
        __all__=numpy_vectorized.__all__,
        **{name: getattr(numpy_vectorized, name) for name in numpy_vectorized.__all__} | changes,
    )
    return Implementation("faulty", module, "numpy", "rounding")


def one_wrong_weight(dZ, W, A_prev):
    dA_prev, dW, db = numpy_vectorized.layer_backward(dZ, W, A_prev)
    dW[1, 2] *= 1 + 1e-4
    return dA_prev, dW, db
