"""Training: batch, mini-batch and stochastic gradient descent, written once for every model and implementation.

Everything random is drawn from (seed, epoch, batch), so a run that goes on from a saved state ends with the same bits
as one that was never stopped, in the middle of an epoch too. A state is never changed, only replaced: whenever Ctrl-C
or a kill arrives, the last one is whole.

Source: B "Gradient descent"; C 8; P "Gradient Descent", "Stochastic", "Mini-batch", contents 7.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..errors import DisagreementError, NotFiniteError, OptionError
from ..implementations import Implementation, get_implementation
from ..implementations.native_data import real_array
from ..validation import choose, validate_count, validate_number
from .architecture import Architecture
from .divergence import DIVERGED, GROWN, at_least_of_nothing, first_not_finite, overflows, starting_cost
from .labels import validate_labels
from .models import Network, Neuron, as_model
from .optimizers import OPTIMIZERS, initial_memory, memory_size, update
from .parameters import REALS, native_theta

SHUFFLE, DROP = 1, 2  # independent streams of random numbers
STATISTICS_MOMENTUM = 0.9  # of the running statistics, at every step
REFERENCE = "numba_loops"  # the slide's bits, in float32 too


@dataclass(frozen=True)
class HyperParameters:
    """How to train. All can be set; none is learned.

    Parameters
    ----------
    alpha : float
        Learning rate, positive.
    epochs : int
        Passes over all examples, at most.
    batch_size : int, optional
        Examples a step: 1 is stochastic gradient descent, None all of them (batch gradient descent).
    optimizer : {"descent", "momentum", "rmsprop", "adam"}
    decay : float
        Epoch e = 0, 1, … learns with `alpha / (1 + decay e)`.
    beta_1, beta_2, epsilon : float
        Of momentum and Adam, of RMSprop and Adam, of both.
    seed : int
        Of the shuffle before each epoch, and of dropout's masks.
    patience : int, optional
        Stop when the validation cost has not improved for so many epochs, and go back to the best parameters.
    """

    alpha: float
    epochs: int
    batch_size: int | None = None
    optimizer: str = "descent"
    decay: float = 0.0
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    seed: int = 0
    patience: int | None = None

    def __post_init__(self):
        validate_number("alpha", self.alpha, "a positive, finite learning rate", lambda alpha: alpha > 0)
        validate_number("decay", self.decay, "at least 0", lambda decay: decay >= 0)
        validate_number("epsilon", self.epsilon, "a positive number", lambda epsilon: epsilon > 0)
        for name in ("beta_1", "beta_2"):
            validate_number(name, getattr(self, name), f"0 ≤ {name} < 1", lambda beta: 0 <= beta < 1)
        choose("optimizer", self.optimizer, OPTIMIZERS)
        validate_count("epochs", self.epochs)
        validate_count("seed", self.seed, least=0)
        for name in ("batch_size", "patience"):
            if getattr(self, name) is not None:
                validate_count(name, getattr(self, name))


class Best(NamedTuple):
    """The epoch with the smallest validation cost so far."""

    J: float  # validation cost
    epoch: int
    theta: np.ndarray
    statistics: np.ndarray


@dataclass(frozen=True)
class State:
    """Where training stands: all that is needed to go on. Also its result.

    Attributes
    ----------
    theta : array (P,)
    statistics : array
        Running mean and variance of every normalized unit; empty without batch normalization.
    memory : tuple of arrays
        What the optimizer remembers.
    epoch, batch, step : int
        Whole epochs done, batches done of the next one, updates done in all.
    partial_cost : float
        What that epoch's batches add to its cost.
    start_cost : float or None
        The cost before the first update, of a sample of the examples: divergence is measured against it.
    costs : tuple of float
        One an epoch: the mean over all examples (a sum for perceptron and Adaline), each before its own update.
    validation_costs : tuple of float
    best : Best or None
        The epoch with the smallest validation cost.
    stopped : str or None
        Why training ended: "epochs" (all done), "converged" (no error left), "patience", "diverged", "interrupted".
    """

    theta: np.ndarray
    statistics: np.ndarray
    memory: tuple = ()
    epoch: int = 0
    batch: int = 0
    step: int = 0
    partial_cost: float = 0.0
    start_cost: float | None = None
    costs: tuple = ()
    validation_costs: tuple = ()
    best: Best | None = None
    stopped: str | None = None

    @property
    def last_error_epoch(self):
        """The last epoch, counted from 1, with a cost above 0: when a perceptron made its last error. 0 for none."""
        return max((epoch for epoch, J in enumerate(self.costs, start=1) if J > 0), default=0)


def train(
    impl: Implementation,
    model: Architecture | Neuron | Network,
    theta: ArrayLike,
    X: Any,
    Y: Any,
    *,
    validation: tuple[Any, Any] | None = None,
    on_epoch: Callable[[State], object] | None = None,
    on_step: Callable[[State], object] | None = None,
    state: State | None = None,
    **hyper_parameters: Any,
) -> State:
    """Train a model.

    Parameters
    ----------
    impl : Implementation
    model : Architecture, Neuron or Network
    theta : array (P,)
        Where to start; unchanged.
    X, Y : native (n[0], m) and (n[L], m)
    validation : (X, Y), optional
        Native examples to watch: their cost after each epoch.
    on_epoch, on_step : callable(State), optional
        Called after each epoch, after each update.
    state : State, optional
        Go on from here instead of `theta`: with the same hyper-parameters (more epochs, if you like) the end has the
        same bits as a run that never stopped.
    **hyper_parameters
        See `HyperParameters`; alpha and epochs at least.

    Returns
    -------
    State
        Ctrl-C (`KeyboardInterrupt`) ends training with what was learned so far, `stopped == "interrupted"`. A cost
        that grows without bound ends it with the parameters of the step before, `stopped == "diverged"`.

    Raises
    ------
    ShapeError, DTypeError, LabelError, OptionError
    DisagreementError
        A step's results are not finite, where the reference's are.
    """
    hyper, model = HyperParameters(**hyper_parameters), as_model(model)
    if hyper.patience is not None and validation is None:
        raise OptionError("patience needs validation examples: their cost says when to stop")
    impl.require_native(X=X, Y=Y)
    validate_labels(impl.asnumpy(Y), model.loss, model.activation)
    if validation is not None:
        impl.require_native(**{"validation X": validation[0], "validation Y": validation[1]})
        validate_labels(impl.asnumpy(validation[1]), model.loss, model.activation)
    state = begin(model, hyper, theta) if state is None else go_on(model, hyper, state)
    run = Run(impl, model, X, Y, validation, hyper)
    if state.batch >= len(run.batches(state.epoch)):
        raise OptionError(f"the state is {state.batch} batches into its epoch: it is another run's")
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # a cost without bounds is a result, reported below
            if state.stopped is None and state.start_cost is None:
                state = replace(state, start_cost=starting_cost(run, state))
            while state.stopped is None:
                for after_step in run.epoch(state):
                    state = after_step
                    if on_step is not None:
                        on_step(state)
                if on_epoch is not None and state.stopped != "diverged":
                    on_epoch(state)
    except KeyboardInterrupt:
        state = replace(state, stopped=state.stopped or "interrupted")
    return finished(state)


def reason(model, state):
    """Why training ended, in words: the first one is `stopped`."""
    if state.stopped == "epochs" and getattr(model, "kind", None) == "perceptron":
        return f"epochs: not converged, {state.costs[-1]:g} errors in the last one"
    if state.stopped == "epochs" and (first := grown_from(state)) is not None:
        return f"epochs: the cost grew, from {first:.3g} to {state.costs[-1]:.3g}"
    return {
        "converged": f"converged: last error in epoch {state.last_error_epoch}",
        "patience": f"patience: the best epoch was {state.best and state.best.epoch} of {state.epoch}",
        "diverged": f"diverged at iteration {state.step + 1}",
        "interrupted": f"interrupted after epoch {state.epoch}",
    }.get(state.stopped, state.stopped)


def grown_from(state):
    """The cost at the start, or of the first epoch, if the last one is higher; None if it is not."""
    last = state.costs[-1] if state.costs else 0.0
    if state.start_cost is not None and last > GROWN * state.start_cost:
        return state.start_cost
    return state.costs[0] if state.costs and last > state.costs[0] else None


def begin(model, hyper, theta):
    """The state before the first step."""
    theta = finite_theta(theta, model)
    statistics = np.zeros(0, theta.dtype)
    return State(theta, statistics, initial_memory(hyper.optimizer, theta))


def finite_theta(theta, model):
    """A copy of theta to begin with, which shares no memory and may be written to."""
    theta = native_theta(theta, model.parameter_count, "for layer sizes", model.n).copy()
    if lost := first_not_finite({"theta": theta}):
        raise NotFiniteError(f"theta has {lost[1]}; every number must be finite")
    return theta


def go_on(model, hyper, state):
    """A saved state, ready for its next step: after Ctrl-C, or where more epochs are asked for than were done."""
    fits = len(state.theta) == model.parameter_count and len(state.memory) == memory_size(hyper.optimizer)
    if not fits:
        held = f"{len(state.theta)} parameters and remembers {len(state.memory)} vectors"
        raise OptionError(f"the state has {held}: it is another run's")
    vectors = {"theta": state.theta, "statistics": state.statistics}
    native = {name: np.ascontiguousarray(real_array(vector, name, REALS)) for name, vector in vectors.items()}
    state = replace(state, memory=tuple(real_array(vector, "memory", REALS) for vector in state.memory), **native)
    if state.stopped in (None, "interrupted", "epochs"):
        return replace(state, stopped=None if state.epoch < hyper.epochs else "epochs")
    return state


def finished(state):
    """What training returns: after early stopping, the best parameters it has seen."""
    if state.stopped == "patience":
        return replace(state, theta=state.best.theta, statistics=state.best.statistics)
    return state


@dataclass(frozen=True)
class Run:
    """One training run: what does not change from step to step."""

    impl: object
    model: object
    X: object
    Y: object
    validation: tuple | None
    hyper: HyperParameters
    m: int = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "m", self.impl.shape(self.X)[1])

    def batches(self, epoch):
        """Which examples each step of an epoch takes, shuffled anew; None for all of them, as they are."""
        size = self.hyper.batch_size
        if size is None or size >= self.m:
            return [None]
        order = np.random.default_rng([self.hyper.seed, SHUFFLE, epoch]).permutation(self.m)
        return [order[start : start + size] for start in range(0, self.m, size)]

    def epoch(self, state):
        """Yield the state after each update of this epoch; the last one has the epoch's cost."""
        batches = self.batches(state.epoch)
        for k in range(state.batch, len(batches)):
            state = self.step(state, batches[k])
            if state.stopped is None and k == len(batches) - 1:
                state = self.end_of_epoch(state)
            yield state
            if state.stopped:
                return

    def step(self, state, examples):
        """One update, from one batch."""
        impl, m = self.impl, self.m
        X, Y = (self.X, self.Y) if examples is None else (impl.take(self.X, examples), impl.take(self.Y, examples))
        J, theta, memory, statistics = self.updated(impl, X, Y, state)
        if not (math.isfinite(J) and np.isfinite(theta).all() and np.isfinite(statistics).all()):
            lost = first_not_finite({"J": J, "theta": theta, "statistics": statistics})
            self.require_overflow(*lost, state.step + 1, partial(self.updated, state=state), X, Y)
            return replace(state, stopped="diverged")
        if state.start_cost is None:
            state = replace(state, start_cost=at_least_of_nothing(self.model, float(J), impl.asnumpy(Y)))
        # A mean is weighted with its batch's size, since the last batch may be smaller.
        weight = impl.shape(X)[1] / m if self.model.cost_is_mean else 1.0
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
        hyper = self.hyper
        J, gradient, statistics = self.model.step(impl, state.theta, X, Y, [hyper.seed, DROP, state.epoch, state.batch])
        alpha = hyper.alpha / (1 + hyper.decay * state.epoch)
        return J, *update(impl, hyper, state.theta, gradient, state.memory, state.step + 1, alpha), statistics

    def require_overflow(self, name, value, step, compute, X, Y):
        """Raise `DisagreementError` where the reference does not overflow: then no learning rate is to blame.

        `compute(reference, X, Y)` is what was not finite, as the reference computes it.
        """
        if self.impl.name == REFERENCE:
            return
        reference = get_implementation(REFERENCE)
        results = compute(reference, *(reference.asnative(self.impl.asnumpy(part)) for part in (X, Y)))
        if not overflows(results):
            raise DisagreementError(
                f"{self.impl.name} disagrees: its {name} is {value:g} from step {step} on; {REFERENCE} has finite "
                "numbers there"
            )

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
        return replace(state, stopped="epochs") if epoch >= self.hyper.epochs else state

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
