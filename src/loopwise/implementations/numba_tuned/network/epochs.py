"""A network's epochs in one call: the kernels of its step on one thread, with nothing of Python between them."""

from typing import NamedTuple

import numpy as np

from ....jit.decorators import njit
from ....jit.matmul.matrix import Matrix, matrix, plain
from ..batches import copies, gather, gather_examples, rate_of
from ..thresholds import FLOPS_PER_PARAMETER, TRAINING_THREADS_PAY_FROM_FLOPS
from ..updates import update
from ..workspace import scratch
from .narrow import narrow_on_one_thread
from .plan import prepare
from .wide import wide_on_all_threads, wide_on_one_thread


class Steps(NamedTuple):
    """What the steps need: those of a whole batch, and that of a shorter last one."""

    plan: np.ndarray
    cut: tuple
    work: tuple
    last_cut: tuple
    last_work: tuple
    X: np.ndarray  # the examples of a batch, one after the other
    Y: np.ndarray  # their labels, row by row


def network_epochs(learned, X, Y, order, model, descent):
    """The epochs; None where threads share the work of a step for good, or the network has more than layers."""
    if model.l2 > 0 or model.keep_prob < 1 or model.batch_norm:
        return None
    (n_x, m), n_y, size, dtype = X.shape, len(Y), descent.batch_size, X.dtype
    network = tuple(model.layer_sizes.tolist()), tuple(model.activations[1:].tolist()), model.loss
    step, plan, cut, work = prepare(*network, size, dtype)
    flops = FLOPS_PER_PARAMETER * size * len(learned.theta)
    if step is wide_on_all_threads and flops < TRAINING_THREADS_PAY_FROM_FLOPS:
        step = wide_on_one_thread
    if step not in EPOCHS:
        return None
    batch = scratch("batch", n_x * size, dtype), scratch("labels", n_y * size, dtype)
    _, _, last_cut, last_work = prepare(*network, m % size or size, dtype)
    steps = Steps(plan, cut, work, last_cut, last_work, *batch)
    result = EPOCHS[step](learned, tuple(matrix(X)), tuple(matrix(plain(Y))), order, (n_x, n_y, m), descent, steps)
    theta, velocity, square, costs = result
    return theta, velocity, square, learned.statistics, costs


@njit
def batch_of(X, Y, sizes, examples, first, count, steps):
    """The examples and labels of a step; all of them, as they are, if a batch is that large."""
    n_x, n_y, m = sizes
    if count == m:
        return X, Y
    gather_examples(Matrix(*X), n_x, examples, first, count, steps.X)
    gather(Matrix(*Y), n_y, examples, first, count, steps.Y)
    return (steps.X, 1, n_x), (steps.Y, count, 1)


@njit
def narrow_epochs(learned, X, Y, order, sizes, descent, steps):
    """The epochs of a narrow network."""
    costs, t, total, (before, after) = np.zeros(len(order)), learned.step, learned.cost, copies(learned)
    gradient, size = np.empty(len(learned.theta), learned.theta.dtype), descent.batch_size
    for e in range(len(order)):
        alpha, examples = gradient.dtype.type(rate_of(learned.epoch + e, descent)), order[e]
        for first in range(0, len(examples), size):
            count = min(size, len(examples) - first)
            x, y = batch_of(X, Y, sizes, examples, first, count, steps)
            cut, work = (steps.cut, steps.work) if count == size else (steps.last_cut, steps.last_work)
            J = narrow_on_one_thread(steps.plan, before[0], x, y, cut, work, gradient)
            t += 1
            update(before, gradient, t, alpha, descent, after)
            before, after = after, before
            total += count / sizes[2] * J
        costs[e] = total
        total = 0.0
    return *before, costs


@njit
def wide_epochs(learned, X, Y, order, sizes, descent, steps):
    """The epochs of a wide network."""
    costs, t, total, (before, after) = np.zeros(len(order)), learned.step, learned.cost, copies(learned)
    gradient, size = np.empty(len(learned.theta), learned.theta.dtype), descent.batch_size
    for e in range(len(order)):
        alpha, examples = gradient.dtype.type(rate_of(learned.epoch + e, descent)), order[e]
        for first in range(0, len(examples), size):
            count = min(size, len(examples) - first)
            x, y = batch_of(X, Y, sizes, examples, first, count, steps)
            cut, work = (steps.cut, steps.work) if count == size else (steps.last_cut, steps.last_work)
            J = wide_on_one_thread(steps.plan, before[0], x, y, cut, work, gradient)
            t += 1
            update(before, gradient, t, alpha, descent, after)
            before, after = after, before
            total += count / sizes[2] * J
        costs[e] = total
        total = 0.0
    return *before, costs


EPOCHS = {narrow_on_one_thread: narrow_epochs, wide_on_one_thread: wide_epochs}
