"""Free order, and as fast as the machine allows: one pass over memory, tiles in registers, several lanes at a time.

Sums may run in any order here, and multiply-adds round once: the *rounding* contract. But the order is fixed by the
sizes alone, never by the number of threads: every sum is cut into a fixed number of parts, and those are added in
order. So the same call gives the same bits on one core and on a hundred.

The modules beside this one hold the loops: `_tuned_one_pass` (both products of a neuron in one pass over X),
`_tuned_network` (a whole network's step in one call), `_tuned_elementwise`; `jit/matmul/product.py` is the top of the
matmul ladder, `jit/simd/vectors.py` the vocabulary. What stands here chooses who does the work.
"""

import numpy as np

from ..interface import CROSS_ENTROPY, SIGMOID
from ..jit.matmul.matrix import plain
from ..jit.matmul.product import product
from ._tuned_elementwise import (
    ACTIVATE,
    BACKWARD,
    SLOPE,
    activations,
    bias_of_part,
    bias_shared,
    difference,
    losses_of_part,
    losses_shared,
)
from ._tuned_elementwise import SMALL as FEW_NUMBERS
from ._tuned_neuron_step import step, weighted_sums
from ._tuned_neurons import ADALINE, LOGISTIC, PERCEPTRON
from ._tuned_plan import network_step
from .numba_tuned_training import (
    adam,
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_predict,
    descend,
    dropout,
    l2_cost,
    l2_gradient,
    momentum,
    rmsprop,
)

__all__ = ["dot", "matvec", "matmul"]
__all__ += ["activate", "activation_slope", "activation_backward"]
__all__ += ["cost", "output_delta"]
__all__ += ["perceptron_step", "adaline_step"]
__all__ += ["logistic_forward", "logistic_step"]
__all__ += ["layer_forward", "layer_gradient", "layer_backward"]
__all__ += ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]
__all__ += ["network_step"]

USES_THREADS = True  # so calls from several Python threads take turns

# === sums by hand =====================================================================================


def dot(w, x):
    """z = wᵀx."""
    return matvec(x[None, :], w)[0]


def matvec(A, v):
    """u = A v: the sums of `logistic_forward`, with Aᵀ for X."""
    return weighted_sums(plain(v), A.T)


def matmul(A, B):
    """C = A B."""
    return product(A, B)


# === activations ======================================================================================


def activate(Z, activation):
    """A = g(Z)."""
    return activations(ACTIVATE, Z, Z, activation)


def activation_slope(Z, activation):
    """g'(Z)."""
    return activations(SLOPE, Z, Z, activation)


def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z)."""
    return activations(BACKWARD, dA, Z, activation)


# === losses ===========================================================================================


def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    Z, A, Y = plain(Z), plain(A), plain(Y)
    if Z.size < FEW_NUMBERS:
        return losses_of_part(0, 1, Z, A, Y, loss, activation) / Z.dtype.type(Z.shape[1])
    return losses_shared(Z, A, Y, loss, activation) / Z.dtype.type(Z.shape[1])


def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ."""
    dA = difference(plain(A), plain(Y), loss)
    return dA if loss == CROSS_ENTROPY else activation_backward(dA, Z, activation)


# === single neurons ===================================================================================


def perceptron_step(w, b, X, Y):
    """The number of errors and gradients dw, db."""
    return step(w, b, X, Y, PERCEPTRON)


def adaline_step(w, b, X, Y):
    """The sum of squared errors and gradients dw, db."""
    return step(w, b, X, Y, ADALINE)


# === logistic regression ==============================================================================


def logistic_forward(w, b, X):
    """A = σ(wᵀX + b)."""
    Z = weighted_sums(plain(w[:, 0]), X)[None, :]
    A = np.empty(Z.shape, Z.dtype)
    bias_of_part(0, 1, Z, np.full((1, 1), b, Z.dtype), SIGMOID, A)
    return A


def logistic_step(w, b, X, Y):
    """One pass over m examples: cost J and gradients dw, db."""
    return step(w, b, X, Y, LOGISTIC)


# === one layer ========================================================================================


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b, A = g(Z)."""
    Z = product(W, A_prev)
    A = np.empty(Z.shape, Z.dtype)
    if Z.size < FEW_NUMBERS:
        bias_of_part(0, 1, Z, plain(b), activation, A)
    else:
        bias_shared(Z, plain(b), activation, A)
    return Z, A


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ, db = 1/m Σ_examples dZ."""
    m = dZ.dtype.type(dZ.shape[1])
    dW, db = product(dZ, A_prev.T), matvec(dZ, np.ones(dZ.shape[1], dZ.dtype))[:, None]
    dW /= m
    db /= m
    return dW, db


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and dW, db as in `layer_gradient`."""
    return product(W.T, dZ), *layer_gradient(dZ, A_prev)
