"""The steps in JAX, on its CPU backend: one compiled program each, gradients by `jax.value_and_grad`.

Gradients written by hand gained nothing: XLA makes the same program of both. Data keeps the lecture's orientation, one
example per column, which was as fast as rows or faster (a third, for networks in float32).
"""

import os

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.backend import clear_backends

from ...learning.parameters import views
from . import Contender, architecture_of, pick

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


STEPS = {"logistic_step": logistic, "network_step": network, "matmul": matmul}
