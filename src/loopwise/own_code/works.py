"""The work that functions are tried on: an operation's, or what the course puts together from several operations."""

from dataclasses import replace

import numpy as np

from .. import workloads
from ..implementations import get_implementation
from ..interface import OPERATIONS
from ..learning.architecture import Architecture
from ..learning.network import network_forward, network_step
from ..learning.parameters import initialize

# (units, features, examples): an ordinary problem first, for its message says most; then the corners.
SIZES = [(5, 7, 33), (4, 4, 4), (3, 5, 1), (1, 30, 9), (4, 1, 6), (1, 1, 1)]
LOGITS = 1000.0  # where exp overflows and a probability is exactly 0 or 1


# === ordinary numbers =================================================================================


def operation(name, size, activation, loss, seed=0):
    """An operation on normal random numbers."""
    return workloads.operation(name, *size, activation, loss, seed)


# The numbers that an operation takes, for one size after the other: a function that has its own is found out.
NUMBERS: tuple[dict, ...] = (
    {},  # as everywhere
    dict(alpha=0.125, beta=0.75, beta_1=0.8, beta_2=0.99, epsilon=1e-3, t=1.0, keep_prob=0.5, l2=0.03),
    dict(alpha=1.5, beta=0.5, beta_1=0.95, beta_2=0.9, epsilon=1e-2, t=7.0, keep_prob=1.0, l2=2.0),
)


def numbered(work, k):
    """The work with other numbers; b is negative in every second."""
    numbers = NUMBERS[k % len(NUMBERS)] | ({"b": -0.75} if k % 2 else {})
    changed = {name: value for name, value in numbers.items() if isinstance(work.inputs.get(name), float)}
    return replace(work, inputs=work.inputs | changed)


def single_output_cost(size, activation, loss, seed=0):
    """The cost of one output, or of classes after softmax: what the course's `compute_cost` is for."""
    units, features, examples = size
    units = max(2, units) if activation == "softmax" else 1
    return workloads.operation("cost", units, features, examples, activation, loss, seed)


def with_forward(work, seed=0):
    """`layer_backward` with a bias, so that the layer's own forward can be called first."""
    rng = np.random.default_rng([seed, 1])
    units = len(work.inputs["W"])
    call = lambda impl, given: impl.layer_backward(given["dZ"], given["W"], given["A_prev"])  # noqa: E731
    return replace(work, inputs=work.inputs | {"b": rng.standard_normal((units, 1))}, call=call)


def layer_and_activation(size, activation, loss, seed=0):
    """`activation_backward`, then `layer_backward`: the course's `linear_activation_backward`."""
    work = with_forward(workloads.operation("layer_backward", *size, activation, loss, seed), seed)
    inputs = {"dA": work.inputs["dZ"], **{name: work.inputs[name] for name in ("W", "b", "A_prev")}}

    def call(impl, given):
        Z, _ = impl.layer_forward(given["W"], given["b"], given["A_prev"], activation)
        dZ = impl.activation_backward(given["dA"], Z, activation)
        return impl.layer_backward(dZ, given["W"], given["A_prev"])

    return replace(
        work, inputs=inputs | {"activation": activation}, call=call, sizes=work.sizes | {"activation": activation}
    )


def backward(size, activation, loss, seed=0):
    """`layer_backward` alone, with what the forward pass before it takes."""
    return with_forward(workloads.operation("layer_backward", *size, activation, loss, seed), seed)


# === whole networks ===================================================================================

# Layer sizes of one, two and three layers: no two of a network alike, so that what is transposed does not fit.
NETWORKS = {1: (4,), 2: (5, 3), 3: (6, 5, 3)}
EXAMPLES = 7


def network(layers, hidden, output, n_y=1, seed=0, examples=EXAMPLES):
    """A whole network's prediction, cost and gradient.

    Parameters
    ----------
    layers : int
        1, 2 or 3.
    hidden : str
        The activation of all layers but the last.
    output : (str, str)
        The activation of the last layer, and the loss.
    """
    sizes = (*NETWORKS[layers], n_y)
    architecture = Architecture(sizes, (hidden,) * (layers - 1) + output[:1], output[1])
    rng = np.random.default_rng([seed, layers, n_y])
    X = rng.standard_normal((sizes[0], examples))
    labels = np.arange(examples) % max(2, n_y)
    Y = labels[None, :] * 1.0 if n_y == 1 else np.eye(n_y)[:, labels]
    theta = initialize(architecture, "xavier", rng)
    theta += 0.1 * rng.standard_normal(len(theta))  # no bias is 0
    work = workloads.network(X, Y, list(sizes[1:]), seed=seed)

    def call(impl, given):
        A = network_forward(impl, architecture, given["theta"], given["X"])
        return A, *network_step(impl, architecture, given["theta"], given["X"], given["Y"])

    chosen = {"layer_sizes": list(sizes), "activations": list(architecture.activations), "loss": architecture.loss}
    return replace(
        work,
        inputs={"architecture": architecture, "theta": theta, "X": X, "Y": Y},
        call=call,
        returns=("A", "J", "gradient"),
        sizes=work.sizes | chosen | {"m": examples},
    )


# === numbers at their limits ==========================================================================


def extremes(work):
    """The same work where |z| is a thousand, where examples do not vary, or are far from 0; none if it has none."""
    given = work.inputs
    if work.name == "training":  # its steps have limits of their own
        return
    if "theta" in given and "X" in given:
        yield from (replace(work, inputs=given | {"X": factor * given["X"]}) for factor in (LOGITS, -LOGITS))
    elif "Z" in given and "A" in given:
        yield from (with_logits(work, Z) for Z in logits(given["Z"]))
    elif "Z" in given and work.name.startswith("batch_norm"):
        yield from (replace(work, inputs=given | {"Z": Z}) for Z in normalized_limits(given["Z"]))
    elif "Z" in given:
        yield from (replace(work, inputs=given | {"Z": Z}) for Z in logits(given["Z"]))
    elif {"w", "X"} <= set(given):
        yield from (replace(work, inputs=given | {"X": X}) for X in directed(given["w"], given["X"]))
    elif {"W", "b", "A_prev"} <= set(given) and work.name == "layer_forward":
        scale = LOGITS / np.abs(given["W"] @ given["A_prev"]).max()
        yield from (replace(work, inputs=given | {"W": sign * scale * given["W"]}) for sign in (1.0, -1.0))
        yield replace(work, inputs=given | {"b": np.full_like(given["b"], LOGITS)})
        yield replace(work, inputs=given | {"b": np.full_like(given["b"], -LOGITS)})
    elif work.name == "dropout":
        yield replace(work, inputs=given | {"A": LOGITS * given["A"], "keep_prob": 2.0**-10})
    elif work.name == "batch_norm_backward":
        yield replace(work, inputs=given | {"variance": np.zeros_like(given["variance"])})
    else:
        for name in ("gradient", "dZ", "dA", "dW", "W"):  # the first that it takes, as large as a logit
            if isinstance(given.get(name), np.ndarray):
                yield replace(work, inputs=given | {name: LOGITS * given[name]})
                return


def logits(Z):
    """±1000 by sign; and whole columns, that is examples, of −1000 and of +1000."""
    yield LOGITS * np.where(Z >= 0, 1.0, -1.0)
    yield LOGITS * np.where(np.arange(Z.shape[1]) % 2, 1.0, -1.0) * np.ones_like(Z)
    yield LOGITS * np.where(np.arange(Z.shape[1]) % 2, -1.0, 1.0) * np.ones_like(Z)


def with_logits(work, Z):
    """The work with another Z, and the A that belongs to it."""
    A = get_implementation("numpy_vectorized").activate(Z, work.inputs["activation"])
    return replace(work, inputs=work.inputs | {"Z": Z, "A": A})


def directed(w, X):
    """X with logits of ±1000 by sign; and with all of −1000 or of +1000."""
    yield X * (LOGITS / np.abs(w.T @ X).max())
    along = w / float(w[:, 0] @ w[:, 0])
    for sign in (1.0, -1.0):
        yield sign * LOGITS * along * np.ones((1, X.shape[1]))


def normalized_limits(Z):
    """A unit that never varies, one that varies much, and one that varies little about a large mean."""
    yield np.full_like(Z, LOGITS)
    yield LOGITS * Z
    yield LOGITS + Z


def is_operation(name):
    """Whether work of this name is one operation's."""
    return name in OPERATIONS
