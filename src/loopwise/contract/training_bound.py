"""How far rounding may carry a training.

Balls would grow with every step, since they do not know that errors of one step are taken back by the next: after some
hundred steps they say nothing. So it is measured how training enlarges what is off: a nudge at the start goes through
the same steps.
"""

import numpy as np

from ..implementations import get_implementation
from .rounding_bounds import Ball

STAND_IN = "numba_loops"  # the reference's bits, in float32 too
NUDGE = 8  # times the unit roundoff u
FUNCTIONS = 5  # nudges that all functions of a step make, at most


def training_bound(work):
    """The `Ball` of the parameters that a training ends with.

    Rounding nudges theta anew in each step. A sum of n terms moves its result by γ_n ≈ n u (Higham), n / NUDGE nudges;
    forward and backward such sums follow one another, one each a layer, and one for the gradient. All these nudges
    together are taken to move the end as far apart as so many nudges at the start do: those of later steps have fewer
    steps left to grow in. What shrinks is not counted on: the start is the least.

    Parameters
    ----------
    work : workloads.Training

    Returns
    -------
    Ball
    """
    model, hyper, theta = work.model, work.hyper, work.inputs["theta"]
    m = work.inputs["X"].shape[1]
    size = min(m, hyper.batch_size or m)
    u = np.finfo(work.dtype).eps / 2
    nudge = NUDGE * u * np.max(np.abs(theta))
    signs = np.random.default_rng(0).choice([-1, 1], theta.shape)
    ends = []
    for start in (theta, (theta + nudge * signs).astype(theta.dtype)):
        inputs = work.inputs | {"theta": start}
        impl = get_implementation(STAND_IN)
        ends.append(work.call(impl, {name: impl.asnative(value) for name, value in inputs.items()}))
    moved = max(nudge, float(np.max(np.abs(ends[1].astype(np.float64) - ends[0]))))
    steps = hyper.epochs * -(-m // size)
    sums = 2 * (len(model.n) - 1) + 1
    nudges = steps * (sums * max(size, *model.n) / NUDGE + FUNCTIONS)
    return Ball(ends[0].astype(np.float64), np.full(theta.shape, nudges * moved / 2), u)
