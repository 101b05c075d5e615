"""The steps in JAX, on its CPU backend: one compiled program each, gradients by `jax.value_and_grad`.

Gradients written by hand gained nothing: XLA makes the same program of both. Data keeps the lecture's orientation, one
example per column, which was as fast as rows or faster (a third, for networks in float32).
"""

import os

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.backend import clear_backends

from ...learning.models import Neuron
from ...learning.parameters import views
from . import Contender, NoRowError, architecture_of, batches_of, order_of, pick, refuse_decay, refuse_sums

ACTIVATIONS = {
    "identity": lambda Z: Z,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": lambda Z: jax.nn.leaky_relu(Z, 0.01),
    "softmax": lambda Z: jax.nn.softmax(Z, axis=0),
}
_client = {"threads": None}


def contender(name, work, threads):
    """`peers.contender` for the row "jax"."""
    device = cpu(threads)
    inputs, step, named = pick(name, STEPS, work)(work)
    own = jax.tree.map(lambda part: np.array(part, order="C"), inputs)  # JAX may go on using the memory it is given
    with jax.enable_x64(True):  # or float64 would be cut to float32 on its way in
        arguments = jax.device_put(own, device)

    def prepare():
        # Compiled now, for these number types: the call then needs no `enable_x64` around it, and nothing else does.
        with jax.enable_x64(True):
            program = jax.jit(step).lower(*arguments).compile()
        return lambda: jax.block_until_ready(program(*arguments))

    return Contender(name, prepare, named, compiles=True)


def cpu(threads):
    """The CPU, with so many threads.

    XLA reads their number from NPROC, else from the cores that the process may use, when its client starts: another
    number needs another client, and arrays of the old one are of no use any more.
    """
    if _client["threads"] != threads:
        before = os.environ.get("NPROC")
        os.environ["NPROC"] = str(threads)
        try:
            clear_backends()
            jax.devices("cpu")
        finally:
            if before is None:
                del os.environ["NPROC"]
            else:
                os.environ["NPROC"] = before
        _client["threads"] = threads
    return jax.devices("cpu")[0]


@jax.custom_jvp
def logistic_loss(Z, Y):
    """The form that never overflows and cancels nothing; up to a third faster than `jax.nn.softplus(Z) - Y * Z`."""
    return jnp.maximum(Z, 0) - Y * Z + jnp.log1p(jnp.exp(-jnp.abs(Z)))


@logistic_loss.defjvp
def _(primals, tangents):
    """Its slope σ(z) − y, said here: differentiated term by term it would be −y at z = 0, where two kinks meet."""
    (Z, Y), (Z_dot, _) = primals, tangents
    e = jnp.exp(-jnp.abs(Z))
    return logistic_loss(Z, Y), (jnp.where(Z >= 0, 1, e) / (1 + e) - Y) * Z_dot


# === logistic regression ==============================================================================


def logistic(work):
    """`logistic_step`: w and y are vectors, b is a number in an array."""
    given = work.inputs

    def step(parameters, X, y):
        def cost(parameters):
            w, b = parameters
            return logistic_loss(w @ X + b, y).mean()

        return jax.value_and_grad(cost)(parameters)

    def named(results):
        J, (dw, db) = results
        return {"J": float(J), "dw": np.asarray(dw)[:, None], "db": float(db)}

    b = np.asarray(given["b"], work.dtype)
    return ((given["w"][:, 0], b), given["X"], given["Y"][0]), step, named


# === networks =========================================================================================


def network(work):
    """`network_step`: parameters are a list of pairs W[l] (n[l], n[l-1]), b[l] (n[l], 1); X (n[0], m)."""
    architecture = architecture_of(work, ACTIVATIONS)
    W, b, _ = views(work.inputs["theta"], architecture)
    *hidden, last = architecture.activations

    def step(parameters, X, Y):
        def cost(parameters):
            A = X
            for (W, b), activation in zip(parameters, hidden):
                A = ACTIVATIONS[activation](W @ A + b)
            W, b = parameters[-1]
            return losses(W @ A + b, Y, architecture.loss, last).sum() / Y.shape[1]

        return jax.value_and_grad(cost)(parameters)

    def named(results):
        J, gradients = results
        parts = [np.asarray(part).ravel() for pair in gradients for part in pair]
        return {"J": float(J), "gradient": np.concatenate(parts)}

    return ([(W[l], b[l]) for l in W], work.inputs["X"], work.inputs["Y"]), step, named


def losses(Z, Y, loss, activation):
    """The loss of every output, from Z[L]."""
    if loss == "cross_entropy" and activation == "softmax":
        return -Y * jax.nn.log_softmax(Z, axis=0)
    if loss == "cross_entropy":
        return logistic_loss(Z, Y)
    error = ACTIVATIONS[activation](Z) - Y
    return jnp.abs(error) if loss == "absolute" else 0.5 * error * error


# === one product ======================================================================================


def matmul(work):
    """`matmul`: C = A B."""
    return (work.inputs["A"], work.inputs["B"]), jnp.matmul, lambda C: {"C": np.asarray(C)}


# === training =========================================================================================


def training(work):
    """All epochs in one compiled program: `lax.scan` over the batches, with the examples' order as what it scans."""
    refuse_decay(work)
    refuse_sums(work)
    hyper, batches = work.hyper, batches_of(work)
    (W, b), cost = parameters_of(work), cost_of(work)
    update = UPDATES[hyper.optimizer]

    def step(carried, batch):
        parameters, memory, t, X, Y = carried
        gradient = jax.grad(cost)(parameters, X[:, batch], Y[:, batch])
        parameters, memory = update(parameters, gradient, memory, t, hyper)
        return (parameters, memory, t + 1, X, Y), None

    def epoch(carried, order):
        whole = batches.m // batches.size
        carried, _ = jax.lax.scan(step, carried, order[: whole * batches.size].reshape(whole, batches.size))
        if batches.m % batches.size:
            carried, _ = step(carried, order[whole * batches.size :])
        return carried, None

    def train(parameters, X, Y, order):
        nothing = jax.tree.map(jnp.zeros_like, parameters)
        (parameters, *_), _ = jax.lax.scan(epoch, (parameters, (nothing, nothing), jnp.ones((), X.dtype), X, Y), order)
        return parameters

    def named(parameters):
        return {"theta": np.concatenate([np.asarray(part).ravel() for pair in parameters for part in pair])}

    given = [*zip(W, b)], work.inputs["X"], work.inputs["Y"], order_of(work)
    return given, train, named


def parameters_of(work):
    """W[l] and b[l], l = 1 … L; a neuron is a network of one layer."""
    theta, n = work.inputs["theta"], work.model.n
    if isinstance(work.model, Neuron):
        return [theta[None, :-1]], [theta[-1:, None]]
    W, b, _ = views(theta, work.model.architecture)
    return [W[l] for l in range(1, len(n))], [b[l] for l in range(1, len(n))]


def cost_of(work):
    """J of a batch."""
    model = work.model
    hidden = () if isinstance(model, Neuron) else model.architecture.activations[:-1]

    def cost(parameters, X, Y):
        A = X
        for (W, b), activation in zip(parameters, hidden):
            A = ACTIVATIONS[activation](W @ A + b)
        W, b = parameters[-1]
        return losses(W @ A + b, Y, model.loss, model.activation).sum() / Y.shape[1]

    if not {*hidden, model.activation} <= set(ACTIVATIONS):
        raise NoRowError("has no row for one of the activations")
    return cost


def descent(parameters, gradient, memory, t, hyper):
    return jax.tree.map(lambda p, g: p - hyper.alpha * g, parameters, gradient), memory


def momentum(parameters, gradient, memory, t, hyper):
    v = jax.tree.map(lambda v, g: hyper.beta_1 * v + (1 - hyper.beta_1) * g, memory[0], gradient)
    return jax.tree.map(lambda p, v: p - hyper.alpha * v, parameters, v), (v, memory[1])


def rmsprop(parameters, gradient, memory, t, hyper):
    s = jax.tree.map(lambda s, g: hyper.beta_2 * s + (1 - hyper.beta_2) * g * g, memory[1], gradient)

    def step(p, g, s):
        return p - hyper.alpha * g / (jnp.sqrt(s) + hyper.epsilon)

    return jax.tree.map(step, parameters, gradient, s), (memory[0], s)


def adam(parameters, gradient, memory, t, hyper):
    _, (v, _) = momentum(parameters, gradient, memory, t, hyper)
    _, (_, s) = rmsprop(parameters, gradient, memory, t, hyper)
    c1, c2 = 1 - hyper.beta_1**t, 1 - hyper.beta_2**t

    def step(p, v, s):
        return p - hyper.alpha * (v / c1) / (jnp.sqrt(s / c2) + hyper.epsilon)

    return jax.tree.map(step, parameters, v, s), (v, s)


UPDATES = {"descent": descent, "momentum": momentum, "rmsprop": rmsprop, "adam": adam}
STEPS = {"logistic_step": logistic, "network_step": network, "matmul": matmul, "training": training}
