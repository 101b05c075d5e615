"""Symmetry and initialization: what hidden units learn that begin alike.

Source: C 15; F "Random Initialization", Questions 6–8; P "Initializing weights"
"""

import numpy as np

from ... import datasets
from ...implementations import get_implementation
from ...learning.architecture import Architecture
from ...learning.models import Network, accuracy
from ...learning.parameters import initialize, views
from ..demo import Outcome
from ..kit import table, trained

UNITS, STEPS = 4, 1000
QUESTION = f"""
A network with {UNITS} hidden units learns the flower. All its weights and biases begin with the same number, ½. After
{STEPS} steps, how many of the {UNITS} hidden units are different from one another?
"""
CHOICES = tuple(f"{n}" for n in range(1, UNITS + 1))
CODE = [
    'impl = get_implementation("numba_loops")\n'
    'network = Architecture((2, 4, 1), ("tanh", "sigmoid"))\n'
    "theta = np.full(network.parameter_count, 0.5)  # or 0, or random (He)\n"
    "trained = train(impl, network, theta, X, Y, alpha=1.2, epochs=1000)"
]


def different(theta, architecture):
    """How many hidden units have numbers of their own: weights in, bias, weight out."""
    W, b, *_ = views(theta, architecture)
    return len(np.unique(np.hstack([W[1], b[1], W[2].T]), axis=0))


def measure():
    """Train from three starts; count the hidden units that are different."""
    impl = get_implementation("numba_loops")
    architecture = Architecture((2, UNITS, 1), ("tanh", "sigmoid"))
    data, model = datasets.load("flower"), Network(architecture)
    X, Y = impl.asnative(data.X), impl.asnative(data.Y)
    starts = {
        "½": np.full(architecture.parameter_count, 0.5),
        "0": initialize(architecture, "zeros", 0),
        "random": initialize(architecture, "he", 0),
    }
    rows, units_left, shares, moved = [], {}, {}, {}
    for name, theta in starts.items():
        state = trained(impl, architecture, theta, X, Y, alpha=1.2, epochs=STEPS)
        _, A = model.predict(impl, state.theta, X)
        units_left[name], moved[name] = different(state.theta, architecture), int(np.sum(state.theta != theta))
        shares[name] = accuracy(model, impl.asnumpy(A), data.Y)
        rows.append((name, units_left[name], moved[name], f"{state.costs[-1]:.3f}", f"{shares[name]:.0%}"))
    same, zero, random = units_left.values()
    said = f"""
    From ½ there {"is" if same == 1 else "are"} {same} of {UNITS} left: units with the same numbers see the same input,
    get the same gradient, bit for bit, and take the same step. However long it trains, it is a network of {same}
    hidden unit{"s" * (same != 1)}; accuracy {shares["½"]:.0%}.

    From 0 it is {zero}, and {moved["0"]} of {architecture.parameter_count} numbers have moved. With W[2] = 0 nothing
    comes back to W[1], and A[1] = tanh(0) = 0 leaves W[2] nothing to learn from. Only b[2] could move, and it does
    so only where one class is more frequent than the other. Accuracy {shares["0"]:.0%}.

    Random numbers break the symmetry: {random} different units, accuracy {shares["random"]:.0%}. Biases may begin at
    0, and logistic regression too: it has one unit, which has nobody to be equal to.
    """
    shown = [table(("start", "different units", "numbers that moved", "J", "accuracy"), rows)]
    return Outcome(same - 1, shown, said, {"units": units_left, "moved": moved, "accuracy": shares})
