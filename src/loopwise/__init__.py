"""loopwise: logistic regression and L-layer networks as Python loops, Numba loops and NumPy expressions.

    >>> import loopwise
    >>> impl = loopwise.get_implementation("numba_loops")
    >>> w, X, Y = (impl.asnative(a) for a in ([[0.5], [-1.0]], [[1, 2, 3], [4, 5, 6]], [[0, 0, 1]]))
    >>> J, dw, db = impl.logistic_step(w, 0.0, X, Y)

Everything is imported when it is first used, so that `loopwise --help` starts without NumPy and Numba.
"""

from importlib import import_module

__version__ = "0.2.0"

_WHERE = {
    "implementations": "implementations",
    "implementation_names": "implementations",
    "get_implementation": "implementations",
    "register": "implementations",
    "unregister": "implementations",
    "Architecture": "learning.architecture",
    "initialize": "learning.parameters",
    "gradient_check": "learning.gradient_check",
    "network_forward": "learning.network",
    "network_step": "learning.network",
    "Neuron": "learning.models",
    "train": "learning.training",
    "Perceptron": "learning.estimators",
    "Adaline": "learning.estimators",
    "LogisticRegression": "learning.estimators",
    "NetworkClassifier": "learning.estimators",
    "NetworkRegressor": "learning.estimators",
}

__all__ = sorted(_WHERE)


def __getattr__(name):
    if name not in _WHERE:
        raise AttributeError(f"module 'loopwise' has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


def __dir__():
    return [*globals(), *__all__]
