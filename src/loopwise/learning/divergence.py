"""Has training diverged, or is an implementation wrong?

Divergence is measured against the cost before the first update: a guard that waits for the first epoch's cost would
take what has exploded by then for its measure. Numbers that are not finite are divergence where the reference, from
the same parameters and examples, overflows too; where it does not, they are a fault of the implementation.
"""

import numpy as np

DIVERGED = 1000.0  # times the squared error at the start: no learning rate that works gets there
GROWN = 2.0  # times the cost at the start: more than the examples of a sample can differ by chance
LARGE = float(np.sqrt(np.finfo(np.float32).max))  # products of what is smaller are finite in float32, too
SAMPLE = 100  # examples that the cost at the start is taken from, at least: a step of SGD sees too few


def first_not_finite(results):
    """(name, value) of the first result that holds NaN or infinity, and that number; None where all are finite.

    Parameters
    ----------
    results : dict of str to array or float
    """
    for name, result in results.items():
        values = np.ravel(result)
        lost = ~np.isfinite(values)
        if lost.any():
            return name, float(values[lost.argmax()])
    return None


def overflows(results):
    """Whether numbers are infinite, NaN, or so large that another order of their sums may be.

    The limit is the square root of float32's largest number: products of what lies below it are finite.

    Parameters
    ----------
    results : float, array, or a tuple of them
    """
    if isinstance(results, tuple):
        return any(map(overflows, results))
    return not (np.abs(results) < LARGE).all()


def starting_cost(run, state):
    """The cost before the first update of mini-batches, from a sample of the examples.

    Parameters
    ----------
    run : steps.Run
    state : state.State

    Returns
    -------
    float or None
        None for batches of all examples: their first step says it.
    """
    batches, model, impl = run.batches, run.model, run.impl
    if batches.whole:
        return None
    examples = batches.order(state.epoch)[: max(batches.size, SAMPLE)]
    X, Y = run.taken(examples)
    J, *_ = run.gradient(impl, state.theta, X, Y, [run.hyper.seed], examples)
    J = at_least_of_nothing(run, float(J), Y, examples)
    return J if model.cost_is_mean else J * run.m / len(examples)


def at_least_of_nothing(run, J, Y, examples):
    """A squared error, or the share of what predicting 0 costs that is `DIVERGED` times less; other costs as they are.

    Parameters that fit well before the first update must not make noise a divergence: predicting 0 is better than that.
    """
    return max(J, run.half_squares(Y, examples) / DIVERGED) if run.model.loss == "squared" else J
