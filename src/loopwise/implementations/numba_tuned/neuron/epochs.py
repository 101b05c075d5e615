"""A neuron's epochs in one call: the kernels of its step, with nothing of Python between them."""

from typing import NamedTuple

import numpy as np

from ....interface import DESCENT, LOGISTIC, PERCEPTRON
from ....jit.decorators import njit
from ....jit.matmul.matrix import Matrix, matrix, plain
from ....jit.simd.vectors import broadcast
from ..batches import copies, fetch, gather, rate_of
from ..regularization import squares_chunk
from ..thresholds import AHEAD_EXAMPLES, NEURON_THREADS_PAY_FROM_NUMBERS, OVERRUN_NUMBERS
from ..updates import descend_chunk, update
from ..workspace import scratch
from .by_examples import add_chunks, examples_per_block, step_of_chunk
from .delta import cost_and_delta, divisor_of
from .one_example import descent_along, of_one, product, step_of_one
from .step import copied_numbers


class Room(NamedTuple):
    """What the epochs need beside their input and output."""

    X: np.ndarray  # the examples of a batch, row by row
    Y: np.ndarray  # their labels
    z: np.ndarray
    dw: np.ndarray  # a chunk's
    sums: np.ndarray  # a chunk's cost and db


def neuron_epochs(learned, X, Y, order, model, descent):
    """The epochs; None where threads would share the work of a step."""
    n_x, size, dtype = len(X), descent.batch_size, X.dtype
    if n_x * size >= NEURON_THREADS_PAY_FROM_NUMBERS:
        return None
    x, Y = matrix(X), plain(Y).reshape(-1)
    block = examples_per_block(n_x, size, dtype.itemsize, 1)
    sizes = {"X": n_x * size, "Y": size, "dw": n_x, "sums": 2}
    sizes["z"] = 2 * block + 2 * OVERRUN_NUMBERS + copied_numbers(x, block, n_x)
    room = Room(**{name: scratch(f"neuron's {name}", count, dtype) for name, count in sizes.items()})
    kernel = one_by_one if size == 1 and descent.optimizer == DESCENT and model.l2 == 0 else by_batches
    theta, velocity, square, costs = kernel(learned, tuple(x), Y, order, model.kind, model.l2, descent, room)
    return theta, velocity, square, learned.statistics, costs


# === one example at a time ============================================================================


@njit
def one_by_one(learned, X, Y, order, kind, l2, descent, room):
    """Stochastic gradient descent: each example's gradient is taken off w while it is made."""
    X, costs, theta, total = Matrix(*X), np.zeros(len(order)), learned.theta.copy(), learned.cost
    n_x = len(theta) - 1
    w, b = theta[:n_x], theta[n_x]
    for e in range(len(order)):
        alpha, examples = theta.dtype.type(rate_of(learned.epoch + e, descent)), order[e]
        for k in range(len(examples)):
            numbers, x = X.numbers, examples[k] * X.column
            fetch(X, n_x, examples, k + AHEAD_EXAMPLES, k + AHEAD_EXAMPLES + 1)
            if X.row != 1:
                gather(X, n_x, examples, k, 1, room.X)
                numbers, x = room.X, 0
            z = broadcast(numbers, product(w, n_x, numbers, x)) + broadcast(numbers, b)
            cost, dz = cost_and_delta(z, broadcast(numbers, Y[examples[k]]), kind)
            J, db = of_one(cost), of_one(dz)
            if kind != PERCEPTRON or db != 0.0:  # no error, no gradient
                descent_along(dz, n_x, numbers, x, broadcast(numbers, alpha), w)
                b -= alpha * db
            total += 1 / len(Y) * J if kind == LOGISTIC else J
        costs[e] = total
        if kind != LOGISTIC and total == 0.0:
            costs = costs[: e + 1]
            break
        total = 0.0
    theta[n_x] = b
    return theta, learned.velocity, learned.square, costs


# === some examples at a time ==========================================================================


@njit
def by_batches(learned, X, Y, order, kind, l2, descent, room):
    """Mini-batches, and whatever one example at a time needs besides."""
    x, costs, t, total = Matrix(*X), np.zeros(len(order)), learned.step, learned.cost
    before, after = copies(learned)
    P, m, size = len(learned.theta), len(Y), descent.batch_size
    gradient = np.empty(P, learned.theta.dtype)
    for e in range(len(order)):
        alpha, examples = gradient.dtype.type(rate_of(learned.epoch + e, descent)), order[e]
        for first in range(0, len(examples), size):
            count = min(size, len(examples) - first)
            if size == m:
                J = gradient_of_batch(before[0], X, Y, kind, l2, room, gradient)
            else:
                gather(x, P - 1, examples, first, count, room.X)
                gather(Matrix(Y, m, 1), 1, examples, first, count, room.Y)
                J = gradient_of_batch(before[0], (room.X, count, 1), room.Y[:count], kind, l2, room, gradient)
            t += 1
            update(before, gradient, t, alpha, descent, after)
            before, after = after, before
            total += count / m * J if kind == LOGISTIC else J
        costs[e] = total
        if kind != LOGISTIC and total == 0.0:
            costs = costs[: e + 1]
            break
        total = 0.0
    return *before, costs


@njit
def gradient_of_batch(theta, X, Y, kind, l2, room, gradient):
    """J of a batch, its dw and db: what `step` gives on one thread, and with a penalty."""
    n_x, sums = len(theta) - 1, room.sums
    w, dw, penalty = theta[:n_x], gradient[:n_x], theta.dtype.type(l2)
    if len(Y) == 1:
        J, gradient[n_x] = step_of_one(w, theta[n_x], kind, X[0][:n_x], Y, dw)
    else:
        sums[0], sums[1] = step_of_chunk(0, 1, w, theta[n_x], kind, X, Y, room.z, room.dw)
        J, gradient[n_x] = add_chunks(1, divisor_of(kind, len(Y)), sums[:1], sums[1:], room.dw, dw)
    if l2 > 0.0:
        J += theta.dtype.type(0.5) * penalty * squares_chunk(w)
        descend_chunk(dw, w, -penalty, dw)
    return J
