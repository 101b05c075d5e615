"""Training step by step: a batch, its cost and gradient, an update; and what is looked at after each."""

import math
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from ..errors import DisagreementError
from ..implementations import get_implementation
from ..interface import STATISTICS_MOMENTUM
from .batches import Batches
from .divergence import DIVERGED, at_least_of_nothing, first_not_finite, overflows
from .optimizers import update
from .state import Best

REFERENCE = "numba_loops"  # the slide's bits, in float32 too


@dataclass(frozen=True)
class Run:
    """One training run: what does not change from step to step."""

    impl: object
    model: object
    X: object
    Y: object
    validation: tuple | None
    hyper: object
    weights: np.ndarray | None = None
    m: int = field(init=False)
    batches: Batches = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "m", self.impl.shape(self.X)[1])
        object.__setattr__(self, "batches", Batches(self.m, self.hyper.batch_size, self.hyper.seed))
        if not self.batches.whole:  # or each example would be gathered from as many places as it has features
            object.__setattr__(self, "X", self.impl.contiguous_examples(self.X))

    def after_step(self, state):
        """The state after one more update; after an epoch's last one it has the epoch's cost."""
        state = self.step(state, self.batches.examples(state.epoch, state.batch))
        whole_epoch = state.stopped is None and state.batch == self.batches.count
        return self.end_of_epoch(state) if whole_epoch else state

    @property
    def in_calls(self):
        """Whether many steps may be done in one call of the implementation."""
        return self.impl.train_epochs is not None and self.weights is None

    def taken(self, examples):
        """Native X and Y of some examples; None for all of them, as they are."""
        if examples is None:
            return self.X, self.Y
        return self.impl.take(self.X, examples), self.impl.take(self.Y, examples)

    def half_squares(self, Y, examples):
        """What predicting 0 costs where the loss is squared: ½ Σ y², a mean over the examples where the cost is one."""
        Y = self.impl.asnumpy(Y)
        nothing = 0.5 * float(np.sum(np.square(Y)))
        return nothing / Y.shape[1] if self.model.cost_is_mean else nothing

    def step(self, state, examples):
        """One update, from one batch."""
        X, Y = self.taken(examples)
        J, theta, memory, statistics = self.updated(self.impl, X, Y, state)
        if not (math.isfinite(J) and np.isfinite(theta).all() and np.isfinite(statistics).all()):
            lost = first_not_finite({"J": J, "theta": theta, "statistics": statistics})
            self.require_overflow(*lost, state.step + 1, partial(self.updated, state=state), X, Y)
            return replace(state, stopped="diverged")
        if state.start_cost is None:
            state = replace(state, start_cost=at_least_of_nothing(self, float(J), Y, examples))
        # A mean is weighted with its batch's size, since the last batch may be smaller.
        m = self.m if examples is None else len(examples)
        weight = m / self.m if self.model.cost_is_mean else 1.0
        partial_cost = state.partial_cost + weight * J
        if self.is_beyond_bounds(partial_cost, state):
            return replace(state, stopped="diverged")
        if len(state.statistics):
            statistics = STATISTICS_MOMENTUM * state.statistics + (1 - STATISTICS_MOMENTUM) * statistics
        return replace(
            state,
            theta=theta,
            memory=memory,
            statistics=statistics.astype(theta.dtype),
            batch=state.batch + 1,
            step=state.step + 1,
            partial_cost=partial_cost,
        )

    def updated(self, impl, X, Y, state):
        """J before one update, and theta, the optimizer's memory and the batch's statistics after it."""
        hyper, batches = self.hyper, self.batches
        seed = batches.seed_of_masks(state.epoch, state.batch)
        examples = batches.examples(state.epoch, state.batch)
        J, gradient, statistics = self.gradient(impl, state.theta, X, Y, seed, examples)
        alpha = hyper.alpha / (1 + hyper.decay * state.epoch)
        return J, *update(impl, hyper, state.theta, gradient, state.memory, state.step + 1, alpha), statistics

    def gradient(self, impl, theta, X, Y, seed, examples):
        """Cost, gradient and statistics over those examples, each with its weight where there are weights."""
        if self.weights is None:
            return self.model.step(impl, theta, X, Y, seed)
        weights = self.weights if examples is None else self.weights[examples]
        return self.model.step(impl, theta, X, Y, seed, weights.astype(theta.dtype))

    def require_overflow(self, name, value, step, compute, X, Y):
        """Raise `DisagreementError` where the reference does not overflow: then no learning rate is to blame.

        `compute(reference, X, Y)` is what was not finite, as the reference computes it.
        """
        if self.impl.name == REFERENCE:
            return
        reference = get_implementation(REFERENCE)
        X, Y = self.for_reference(reference, X), self.for_reference(reference, Y)
        results = compute(reference, X, Y)
        if not overflows(results):
            raise DisagreementError(
                f"{self.impl.name} disagrees: its {name} is {value:g} from step {step} on; {REFERENCE} has finite "
                "numbers there"
            )

    def for_reference(self, reference, native):
        """Native data in the reference's form."""
        return reference.asnative(self.impl.asnumpy(native))

    def end_of_epoch(self, state):
        """Note the epoch's cost, look at the validation examples, and see whether to stop."""
        epoch, J = state.epoch + 1, state.partial_cost
        state = replace(state, epoch=epoch, batch=0, partial_cost=0.0, costs=(*state.costs, J))
        if self.validation is not None:
            state = self.validate(state)
        if not self.model.cost_is_mean and J == 0 and self.cost(self.impl, self.X, self.Y, state) == 0:
            return replace(state, stopped="converged")
        if self.hyper.patience is not None and epoch - state.best.epoch >= self.hyper.patience:
            return replace(state, stopped="patience")
        if self.hyper.tol is not None and not self.still_falls(state.costs):
            return replace(state, stopped="tol")
        return replace(state, stopped="epochs") if epoch >= self.hyper.epochs else state

    def still_falls(self, costs):
        """Whether one of the last `n_iter_no_change` epochs was cheaper, by more than `tol`, than all before them."""
        last = self.hyper.n_iter_no_change
        return len(costs) <= last or min(costs[-last:]) < min(costs[:-last]) - self.hyper.tol

    def is_beyond_bounds(self, J, state):
        """Whether a squared error has grown out of hand. Other costs, and optimizers that scale, jump and come back."""
        may_jump = self.model.loss != "squared" or self.hyper.optimizer in ("rmsprop", "adam")
        return not may_jump and J > DIVERGED * state.start_cost > 0

    def cost(self, impl, X, Y, state):
        """The cost of predicting with the parameters as they are now."""
        Z, A = self.model.predict(impl, state.theta, X, state.statistics)
        return self.model.cost(impl, Z, A, Y)

    def validate(self, state):
        """The validation cost after this epoch, and the best state so far."""
        J = self.cost(self.impl, *self.validation, state)
        if not math.isfinite(J):
            self.require_overflow("validation cost", J, state.step, partial(self.cost, state=state), *self.validation)
        best = state.best
        if best is None or J < best.J or math.isnan(best.J):
            best = Best(J, state.epoch, state.theta, state.statistics)
        return replace(state, validation_costs=(*state.validation_costs, J), best=best)
