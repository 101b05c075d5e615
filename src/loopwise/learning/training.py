"""Training: batch, mini-batch and stochastic gradient descent, written once for every model and implementation.

Everything random is drawn from (seed, epoch, batch), so a run that goes on from a saved state ends with the same bits
as one that was never stopped, in the middle of an epoch too. A state is never changed, only replaced: whenever Ctrl-C
or a kill arrives, the last one is whole.

Source: B "Gradient descent"; C 8; P "Gradient Descent", "Stochastic", "Mini-batch", contents 7.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..errors import NotFiniteError, OptionError
from ..implementations import Implementation
from ..implementations.native_data import real_array
from ..validation import choose, validate_count, validate_number
from .architecture import Architecture
from .block_runs import BlockRun, held, in_blocks
from .calls import states
from .divergence import GROWN, first_not_finite, starting_cost
from .labels import validate_labels
from .models import Network, Neuron, as_model
from .optimizers import OPTIMIZERS, initial_memory, memory_size
from .parameters import REALS, native_theta
from .state import State
from .steps import Run
from .weights import weights_of


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
    tol : float, optional
        Stop when the cost has not fallen by more than that for `n_iter_no_change` epochs.
    n_iter_no_change : int
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
    tol: float | None = None
    n_iter_no_change: int = 10

    def __post_init__(self):
        validate_number("alpha", self.alpha, "a positive, finite learning rate", lambda alpha: alpha > 0)
        validate_number("decay", self.decay, "at least 0", lambda decay: decay >= 0)
        validate_number("epsilon", self.epsilon, "a positive number", lambda epsilon: epsilon > 0)
        for name in ("beta_1", "beta_2"):
            validate_number(name, getattr(self, name), f"0 ≤ {name} < 1", lambda beta: 0 <= beta < 1)
        choose("optimizer", self.optimizer, OPTIMIZERS)
        validate_count("epochs", self.epochs)
        validate_count("seed", self.seed, least=0)
        validate_count("n_iter_no_change", self.n_iter_no_change)
        if self.tol is not None:
            validate_number("tol", self.tol, "at least 0", lambda tol: tol >= 0)
        for name in ("batch_size", "patience"):
            if getattr(self, name) is not None:
                validate_count(name, getattr(self, name))


def train(  # noqa: PLR0913  (named, all but five)
    impl: Implementation,
    model: Architecture | Neuron | Network,
    theta: ArrayLike,
    X: Any,
    Y: Any = None,
    *,
    validation: tuple[Any, Any] | None = None,
    weights: ArrayLike | None = None,
    on_epoch: Callable[[State], object] | None = None,
    on_step: Callable[[State], object] | None = None,
    on_progress: Callable[[State], object] | None = None,
    state: State | None = None,
    scheduler: Any = None,
    workers: int | None = None,
    sums: str | None = None,
    group: int | None = None,
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
        For batches X is copied once if its examples do not lie in one piece each (F order), up to 1 GiB.
    validation : (X, Y), optional
        Native examples to watch: their cost after each epoch.
    weights : array (m,), optional
        What each example counts for: 2 is the example twice. Epochs are not trained in one call then.
    on_epoch, on_step : callable(State), optional
        Called after each epoch, after each update.
    on_progress : callable(State), optional
        Called whenever there is a new state. Unlike the other two it leaves the implementation free to do many steps
        in one call (`interface.train_epochs`), and so comes after a tenth of a second or less, or after a longer step.
    scheduler, workers, sums, group
        Who shares the examples, and how their sums are added: see `scale.workers.workers_of` and
        `scale.sums.sums_over`. X and Y are then arrays, maps of files or Dask arrays, or X is `scale.Blocks` or
        `scale.Sums` and Y is with it; Dask arrays need none of the four. No weights, dropout or batch normalization.
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
    listeners = Listeners(on_step, on_epoch, on_progress)
    if in_blocks(X, scheduler, workers, sums, group):
        with held(X, Y, scheduler, workers, sums, group) as over:
            run = BlockRun(impl, model, over, None, validation, hyper, None if weights is None else np.asarray(weights))
            run.validate_labels()
            return trained(run, theta, state, listeners)
    impl.require_native(X=X, Y=Y)
    validate_labels(impl.asnumpy(Y), model.loss, model.activation)
    if weights is not None:
        weights = weights_of(model, weights, impl.shape(X)[1])
    return trained(Run(impl, model, X, Y, validation, hyper, weights), theta, state, listeners)


class Listeners(NamedTuple):
    """Who hears of states: see `train`."""

    on_step: Callable[[State], object] | None
    on_epoch: Callable[[State], object] | None
    on_progress: Callable[[State], object] | None

    @property
    def every(self):
        """After what every state is wanted."""
        return "step" if self.on_step is not None else "epoch" if self.on_epoch is not None else None

    def tell(self, state):
        """Tell those who want to hear of this one."""
        epoch_done = state.batch == 0 and state.stopped != "diverged"
        for tell in (self.on_step, epoch_done and self.on_epoch, self.on_progress):
            if tell:
                tell(state)


def trained(run, theta, state, listeners):
    """Where a run ends that begins with theta, or goes on from a state."""
    impl, model, hyper, validation = run.impl, run.model, run.hyper, run.validation
    if validation is not None:
        impl.require_native(**{"validation X": validation[0], "validation Y": validation[1]})
        validate_labels(impl.asnumpy(validation[1]), model.loss, model.activation)
    state = begin(model, hyper, theta) if state is None else go_on(model, hyper, state)
    if model.normalizes and run.batches.size == 1:
        raise OptionError("batch normalization needs two examples a batch: of one alone the variance is 0, Z_hat too")
    if state.batch >= run.batches.count:
        raise OptionError(f"the state is {state.batch} batches into its epoch: it is another run's")
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # a cost without bounds is a result, reported below
            if state.stopped is None and state.start_cost is None:
                state = replace(state, start_cost=starting_cost(run, state))
            for after in states(run, state, listeners.every):
                state = after
                listeners.tell(state)
    except KeyboardInterrupt:
        state = replace(state, stopped=state.stopped or "interrupted")
    return finished(state)


OF_LBFGS = {
    "converged": "converged: no part of the gradient is above 1e-6",
    "stalled": "stalled: the cost falls no further along the slope",
    "epochs": "epochs: the cost still fell",
}


def reason(model, state):
    """Why training ended, in words: the first one is `stopped`."""
    if state.optimizer == "lbfgs" and state.stopped in OF_LBFGS:
        return OF_LBFGS[state.stopped]
    if state.stopped == "epochs" and getattr(model, "kind", None) == "perceptron":
        return f"epochs: not converged, {state.costs[-1]:g} errors in the last one"
    if state.stopped == "epochs" and (first := grown_from(state)) is not None:
        return f"epochs: the cost grew, from {first:.3g} to {state.costs[-1]:.3g}"
    return {
        "converged": f"converged: last error in epoch {state.last_error_epoch}",
        "tol": f"tol: the cost fell no further after epoch {state.epoch}",
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
    return State(theta, statistics, initial_memory(hyper.optimizer, theta), optimizer=hyper.optimizer)


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
    if state.optimizer not in (None, hyper.optimizer):
        raise OptionError(f"the state is one of {state.optimizer}, not of {hyper.optimizer}: it is another run's")
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
