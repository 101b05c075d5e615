"""Training in calls of `train_epochs` where the implementation supplies it, step by step where it does not.

A call does about a tenth of a second of work, so that progress is seen and Ctrl-C loses little; how the work is cut
into calls changes no bit. Nothing is looked at within a call. What is not finite stays so in all steps that follow, and
an epoch's cost never sinks, so it is enough to look at what comes out: where something is wrong there, the call is
forgotten and half of it tried, down to the step that is to blame. That one is taken as without calls.
"""

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..interface import OPTIMIZERS, Descent, Learned
from .optimizers import memory_of, velocity_and_square

SECONDS = 0.1  # of work in a call
GROWTH = 32  # times as many steps as in the call before, at most: that one may have compiled
MOST_NUMBERS = 4 * 10**6  # of the order and of the masks that a call is given
DECLINED, WRONG = "declined", "wrong"


class Span(NamedTuple):
    """The steps of a call: some of one epoch, or all of one or more."""

    epochs: int
    first: int  # step of the first epoch
    steps: int  # of each epoch


def states(run, state, every=None):
    """The states that training passes through until it stops.

    Parameters
    ----------
    run : steps.Run
    state : State
    every : {"step", "epoch", None}
        After what every state is wanted.

    Yields
    ------
    State
        After each step, or after each call.
    """
    steps, growth = 1, GROWTH
    calls = run.in_calls and every != "step"
    while state.stopped is None:
        begun = time.perf_counter()
        # The first step is never part of a call: it finds out whether all that was given fits.
        if steps > 1:
            after = after_call(run, state, span_of(run, state, steps, every))
        else:
            after = run.after_step(state)
        if after is DECLINED:
            steps, calls = 1, False
        elif after is WRONG:
            steps, growth = steps // 2, 1
        else:
            seconds = (time.perf_counter() - begun) / max(1, after.step - state.step)
            state = after
            yield state
            steps = max(1, min(growth * steps, int(SECONDS / seconds))) if calls else 1


def span_of(run, state, steps, every):
    """What a call of at most so many steps does."""
    batches = run.batches
    each = max(batches.size, batches.size * run.model.dropped_units)
    steps = max(1, min(steps, MOST_NUMBERS // each))
    if state.batch > 0 or steps < batches.count:
        return Span(1, state.batch, min(steps, batches.count - state.batch))
    looked_at = every == "epoch" or run.validation is not None or run.hyper.tol is not None
    epochs = 1 if looked_at else steps // batches.count
    return Span(min(epochs, run.hyper.epochs - state.epoch), 0, batches.count)


def after_call(run, state, span):
    """The state after a call; `DECLINED` by the implementation, or `WRONG`: to be looked at step by step."""
    impl, hyper, model = run.impl, run.hyper, run.model
    velocity, square = velocity_and_square(hyper.optimizer, state.memory, state.theta.dtype)
    vectors = map(impl.unchecked, (state.theta, velocity, square, state.statistics))
    learned = Learned(*vectors, state.epoch, state.step, state.partial_cost)
    settings = (float(getattr(hyper, name)) for name in ("alpha", "decay", "beta_1", "beta_2", "epsilon"))
    descent = Descent(OPTIMIZERS.index(hyper.optimizer), *settings, run.batches.size, run.m)
    order, masks = (impl.unchecked(given) for given in (order_of(run, state, span), masks_of(run, state, span)))
    result = impl.train_epochs.trusted((learned, run.X, run.Y, order, masks, model.in_numbers(impl), descent))
    if result is None:
        return DECLINED
    *vectors, costs = result
    costs = tuple(map(float, costs))
    theta, velocity, square, statistics = (impl.asnumpy(vector).astype(state.theta.dtype) for vector in vectors)
    if not (np.isfinite(costs).all() and np.isfinite(theta).all() and np.isfinite(statistics).all()):
        return WRONG
    if any(run.is_beyond_bounds(J, state) for J in costs):
        return WRONG
    after = replace(
        state,
        theta=theta,
        memory=memory_of(hyper.optimizer, velocity, square),
        statistics=statistics,
        epoch=state.epoch + len(costs) - 1,
        batch=span.first + span.steps,
        step=state.step + len(costs) * span.steps,
        partial_cost=costs[-1],
        costs=(*state.costs, *costs[:-1]),
    )
    return run.end_of_epoch(after) if after.batch == run.batches.count else after


def order_of(run, state, span):
    """Which examples the call learns from: a row for each epoch."""
    batches = run.batches
    first, last = span.first * batches.size, min(batches.m, (span.first + span.steps) * batches.size)
    order = np.empty((span.epochs, last - first), np.intp)
    for e in range(span.epochs):
        order[e] = batches.order(state.epoch + e)[first:last]
    return order


def masks_of(run, state, span):
    """The masks of all batches of the call, one after the other."""
    batches, dtype, drawn = run.batches, state.theta.dtype, [np.zeros(0, state.theta.dtype)]
    if run.model.dropped_units:
        for e in range(state.epoch, state.epoch + span.epochs):
            for k in range(span.first, span.first + span.steps):
                m = min(batches.size, batches.m - k * batches.size)
                D = run.model.masks(m, dtype, batches.seed_of_masks(e, k))
                drawn += [D[l].ravel() for l in D]
    return np.concatenate(drawn)
