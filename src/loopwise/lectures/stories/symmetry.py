"""Symmetry and initialization: what hidden units learn that begin alike.

Source: C 15; F "Random Initialization", Questions 6–8; P "Initializing weights"
"""

import numpy as np

from ... import datasets
from ...implementations import get_implementation
from ...learning.architecture import Architecture
from ...learning.models import Network, accuracy
from ...learning.parameters import initialize, views
from ...learning.training import train
from ..story import Seen, table

UNITS, STEPS = 4, 1000
QUESTION = f"""
A network with {UNITS} hidden units learns the flower. All weights of a layer begin with the same number, ½. After
{STEPS} steps, how many of the {UNITS} hidden units are different from one another?
"""
CHOICES = tuple(f"{n}" for n in range(1, UNITS + 1))
CODE = [
    'impl = get_implementation("numba_loops")\n'
    'network = Architecture((2, 4, 1), ("tanh", "sigmoid"))\n'
    "theta = np.full(network.parameter_count, 0.5)  # or zeros, or He's random numbers\n"
    "trained = train(impl, network, theta, X, Y, alpha=1.2, epochs=1000)"
]


def measure():
    """Train from three starts; count the hidden units that have weights of their own."""
    impl = get_implementation("numba_loops")
    architecture = Architecture((2, UNITS, 1), ("tanh", "sigmoid"))
    data = datasets.load("flower")
    X, Y = impl.asnative(data.X), impl.asnative(data.Y)
    starts = {
        "½": np.full(architecture.parameter_count, 0.5),
        "0": initialize(architecture, "zeros", 0),
        "He": initialize(architecture, "he", 0),
    }
    rows, units_left, shares = [], {}, {}
    for name, theta in starts.items():
        state, model = train(impl, architecture, theta, X, Y, alpha=1.2, epochs=STEPS), Network(architecture)
        W, *_ = views(state.theta, architecture)
        _, A = model.predict(impl, state.theta, X)
        units_left[name], shares[name] = len(np.unique(W[1], axis=0)), accuracy(model, impl.asnumpy(A), data.Y)
        rows.append((name, units_left[name], f"{state.costs[-1]:.3f}", f"{shares[name]:.0%}"))
    same, zero, random = units_left.values()
    said = f"""
    From ½, {same} of {UNITS} units {"is" if same == 1 else "are"} left: units with the same weights see the same
    numbers, get the same gradient, bit for bit, and take the same step. However long it trains, it is a network
    with {same} hidden unit{"s" if same > 1 else ""}.

    From 0 it is {zero}, and worse: with W[2] = 0 nothing comes back to W[1], and A[1] = tanh(0) = 0 gives W[2]
    nothing to learn from. Only the bias moves; accuracy {shares["0"]:.0%}.

    Random numbers break the symmetry: {random} different units, accuracy {shares["He"]:.0%}. Biases may begin at 0,
    and logistic regression too: it has one unit, which has nobody to be equal to.
    """
    shown = [table(("start", "different units", "J", "accuracy"), rows)]
    return Seen(same - 1, shown, said, {"units": units_left, "accuracy": shares})
