"""Why non-linear: layers without an activation are one layer.

Source: P "Why non-linear activation function?"; C 13.2; F "Why do you need non-linear activation functions?"
"""

import numpy as np

from ... import datasets
from ...implementations import get_implementation
from ...learning.architecture import Architecture
from ...learning.models import Network, Neuron, accuracy
from ...learning.network import network_forward
from ...learning.parameters import initialize, views
from ..demo import Outcome
from ..kit import table, trained

EPOCHS, SAME = 600, 0.05
QUESTION = """
On the flower, a network with two hidden layers of 20 units whose activation is the identity is trained, and beside
it a single neuron. What does the network get right, compared with the neuron?
"""
CHOICES = ("less", "about as much", "clearly more")
CODE = [
    "Z1 = W1 @ X + b1;  A1 = Z1            # identity instead of tanh\n"
    "Z2 = W2 @ A1 + b2; A2 = Z2\n"
    "A3 = sigmoid(W3 @ A2 + b3)"
]


def measure():
    """Collapse a network by hand, bit for bit; then train three and compare what they get right."""
    impl, data = get_implementation("numba_loops"), datasets.load("flower")
    X, Y = impl.asnative(data.X), impl.asnative(data.Y)
    models = {
        "one neuron": Neuron("logistic", 2),
        "20 and 20 units, identity": Network(Architecture((2, 20, 20, 1), ("identity", "identity", "sigmoid"))),
        "20 and 20 units, tanh": Network(Architecture((2, 20, 20, 1), ("tanh", "tanh", "sigmoid"))),
    }
    shares, rows = {}, []
    for name, model in models.items():
        single = isinstance(model, Neuron)
        theta = np.zeros(3) if single else initialize(model.architecture, "xavier", 0)
        state = trained(impl, model, theta, X, Y, alpha=0.1, epochs=EPOCHS)
        A = impl.asnumpy(model.predict(impl, state.theta, X)[1])
        shares[name] = accuracy(model, A, data.Y)
        rows.append((name, len(theta), f"{state.costs[-1]:.3f}", f"{shares[name]:.0%}"))
    neuron, linear, bent = shares.values()
    same = collapses(impl)
    answer = 1 if abs(linear - neuron) < SAME else 2 if linear > neuron else 0
    said = f"""
    The neuron gets {neuron:.0%} right and the network without activations {linear:.0%}. Its layers are W[2](W[1]x +
    b[1]) + b[2] = (W[2]W[1])x + (W[2]b[1] + b[2]): one layer with other numbers, and a line in the plane. Where the
    two differ, it is in how far training has come.

    With small whole numbers, for which all sums are exact, a network of three layers and the one that they collapse
    to gave {"the same bits" if same else "different bits"}.

    With tanh in between it is {bent:.0%}: each hidden unit adds a bend of its own, and their sum can follow the
    petals.
    """
    shown = [table(("", "parameters", "J", "accuracy"), rows)]
    return Outcome(answer, shown, said, {"accuracy": shares, "same_bits": same})


def collapses(impl):
    """Whether three linear layers and W = W[3]W[2]W[1] with its bias give the same bits on small whole numbers."""
    rng = np.random.default_rng(0)
    deep = Architecture((3, 5, 4, 2), ("identity",) * 3, "squared")
    flat = Architecture((3, 2), ("identity",), "squared")
    theta = rng.integers(-3, 4, deep.parameter_count).astype(np.float64)
    W, b, *_ = views(theta, deep)
    collapsed = W[3] @ W[2] @ W[1], W[3] @ (W[2] @ b[1] + b[2]) + b[3]
    X = impl.asnative(rng.integers(-3, 4, (3, 50)).astype(np.float64))
    one = network_forward(impl, deep, theta, X)
    other = network_forward(impl, flat, np.concatenate([part.ravel() for part in collapsed]), X)
    return impl.asnumpy(one).tobytes() == impl.asnumpy(other).tobytes()
