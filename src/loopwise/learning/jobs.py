"""A job: a model, its data and how to train it; and what comes out."""

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from .. import datasets
from ..errors import OptionError
from ..implementations import get_implementation, implementation_of
from ..output_files import finite
from ..validation import choose, validate_number
from .architecture import fitting
from .labels import validate_labels
from .lbfgs import minimize
from .models import NEURONS, Neuron, accuracy, as_model
from .parameters import INITIALIZATIONS, initialization_for, initialize
from .settings import OF_DATA
from .training import reason, train

STAND_IN = {"python": "python_loops", "numpy": "numpy_vectorized", "numba": "numpy_vectorized"}
VALIDATION = 4  # a stream of random numbers of its own
EXAMPLES_AT_ONCE = 2**13  # of data that is too large for memory, to be looked at
CURVE = 60  # at most so many epochs have their accuracies drawn
TRAINING = ("alpha", "epochs", "batch_size", "optimizer", "decay", "beta_1", "beta_2", "epsilon", "seed", "patience")


@dataclass(frozen=True)
class Job:
    """A model, its data and how to train it."""

    settings: dict
    impl: object
    model: object
    theta: np.ndarray
    dataset: datasets.Dataset
    validation: tuple | None
    digest: str


def prepare(settings):
    """Load the data and build the model that the settings ask for."""
    impl = whole_implementation(settings["implementation"])
    dataset = load_data(settings)
    X, Y, validation = held_out(dataset, settings)
    model, theta = build(settings, len(X), len(Y), is_quantity=not dataset.classes)
    validate_labels(Y, model.loss, model.activation)
    return Job(
        settings, impl, model, theta, replace(dataset, X=X, Y=Y), validation, digest_of(X, Y, dataset.by_examples)
    )


@contextmanager
def job_on(settings):
    """The job that the settings ask for, for a `with` block: nothing needs to be ended here."""
    yield prepare(settings)


def digest_of(X, Y, by_examples=False):
    """What tells data from other data."""
    digest = hashlib.sha256()
    for rows in (X.T if by_examples else X, Y):  # as they lie: a file's map is read once
        for row in rows:
            digest.update(np.ascontiguousarray(row))
    return digest.hexdigest()


def whole_implementation(name):
    """An implementation with every operation; what a user's file lacks is ours."""
    impl = implementation_of(name)
    return impl.completed_by(get_implementation(STAND_IN[impl.family])) if impl.missing else impl


def load_data(settings):
    """A data set by its name, or one's own: a file, or a folder of images."""
    asked = {option: settings[option] for option in OF_DATA if option in settings}
    drawn = settings["test_fraction"], settings["seed"]
    return datasets.find(settings["data"], *drawn, if_too_large=refusal_of_copies(settings), **asked)


def refusal_of_copies(settings):
    """What would bring examples that are too large for memory there all at once; None where nothing would."""
    if implementation_of(settings["implementation"]).family == "python":
        return f"{settings['implementation']} learns from lists, which would be in memory"
    if settings["batch_size"] is None:
        return "give --batch-size, such as 256"
    return "--validation-fraction would copy it" if settings["validation_fraction"] > 0 else None


def held_out(dataset, settings):
    """X and Y to learn from, and examples that only watch."""
    fraction, X, Y = settings["validation_fraction"], dataset.X, dataset.Y
    validate_number("validation_fraction", fraction, "0 ≤ validation_fraction < 1", lambda share: 0 <= share < 1)
    if settings["patience"] is not None and fraction == 0:
        raise OptionError("--patience needs examples to watch: give --validation-fraction, such as 0.1")
    if fraction == 0:
        return X, Y, None
    m = X.shape[1]
    watching = round(fraction * m)
    if not 0 < watching < m:
        raise OptionError(f"validation_fraction is {fraction}: {watching} of {m} examples")
    order = np.random.default_rng([settings["seed"], VALIDATION]).permutation(m)
    learn, watch = np.sort(order[watching:]), np.sort(order[:watching])
    return X[:, learn], Y[:, learn], (X[:, watch], Y[:, watch])


def build(settings, n_x, n_y, is_quantity=False):
    """The model and its first parameters; what the data decides is noted in the settings."""
    if settings["model"] in NEURONS:
        if n_y != 1:
            raise OptionError(f"{settings['model']} tells two classes apart; {settings['data']} has {n_y}")
        # One neuron may start at zero: there is no symmetry to break.
        return Neuron(settings["model"], n_x, settings["l2"]), np.zeros(n_x + 1)
    settings["loss"] = settings["loss"] or ("squared" if is_quantity else "cross_entropy")
    settings["layers"] = settings["layers"] or [32, n_y]
    if settings["initialization"] is None:
        settings["initialization"] = initialization_for(settings["activation"])
    choose("initialization", settings["initialization"], INITIALIZATIONS)
    regularization = {name: settings[name] for name in ("l2", "keep_prob", "batch_norm")}
    shape = settings["layers"], settings["activation"], settings["loss"]
    architecture = fitting(n_x, n_y, *shape, **regularization)
    return as_model(architecture), initialize(architecture, settings["initialization"], settings["seed"])


# === learning ========================================================================================


@dataclass(frozen=True)
class Result:
    """What is shown: the job, how training ended, and what was learned."""

    job: Job
    state: object
    seconds: float
    train: dict
    test: dict
    curve: list  # (epoch, accuracy on train, accuracy on test)

    @property
    def theta_sha256(self):
        """Of theta's bytes: the same for the same bits."""
        return hashlib.sha256(self.state.theta.tobytes()).hexdigest()

    def as_dict(self):
        """The result in JSON's terms: the schema in docs/commands.md."""
        settings = self.job.settings
        return {
            "model": settings["model"],
            "data": settings["data"],
            "implementation": settings["implementation"],
            "hyper_parameters": {k: v for k, v in settings.items() if k not in ("model", "data", "implementation")},
            "cost_history": list(self.state.costs),
            "train_accuracy": self.train["accuracy"],
            "test_accuracy": self.test["accuracy"],
            "stopped": reason(self.job.model, self.state),
            "seconds": self.seconds,
            "theta_sha256": self.theta_sha256,
            "train_rmse": finite(self.train["rmse"]),
            "test_rmse": finite(self.test["rmse"]),
        }


def learn(job, state=None, on_epoch=None, on_step=None, curves=False, on_progress=None):
    """Train as the settings say.

    Parameters
    ----------
    job : Job
    state : State, optional
        A saved run that goes on.
    on_epoch, on_step, on_progress : callable(State), optional
        As in `train`.
    curves : bool
        Whether accuracies are kept while training, to be drawn.

    Returns
    -------
    state : State
    seconds : float
    curve : list of (epoch, accuracy on train, accuracy on test)
    """
    impl, settings, data = job.impl, job.settings, job.dataset
    X, Y = impl.asnative(data.X, "X"), impl.asnative(data.Y, "Y")
    validation = job.validation and tuple(impl.asnative(part) for part in job.validation)
    curve = []

    def epoch_done(state):
        if on_epoch:
            on_epoch(state)
        if curves and (state.epoch % max(1, settings["epochs"] // CURVE) == 0 or state.epoch == 1):
            shares = [evaluate(job, state, *part)["accuracy"] for part in parts(data)]
            curve.append((state.epoch, *shares))

    started = time.perf_counter()
    watched = {"on_epoch": epoch_done if curves or on_epoch else None, "on_step": on_step, "on_progress": on_progress}
    state = trained(job, X, Y, state, validation=validation, **watched)
    return state, time.perf_counter() - started, curve


def trained(job, X, Y=None, state=None, on_epoch=None, on_step=None, on_progress=None, **options):
    """The state that training ends with, by the optimizer that is asked for.

    L-BFGS remembers more than a state holds: a run of it that is resumed begins anew, and comes to the same bits.
    """
    settings, given = job.settings, (job.impl, job.model, job.theta, X, Y)
    if settings["optimizer"] == "lbfgs":

        def tell(state):
            for listener in filter(None, (on_step, on_epoch, on_progress)):
                listener(state)

        return minimize(*given, epochs=settings["epochs"], on_progress=tell)
    hyper = {name: settings[name] for name in TRAINING}
    told = {"on_epoch": on_epoch, "on_step": on_step, "on_progress": on_progress}
    return train(*given, state=state, **told, **hyper, **options)


def outcome(job, state, seconds, curve):
    """Look at what was learned: the `Result` of what `learn` returns."""
    learned, held = (evaluate(job, state, *part) for part in parts(job.dataset))
    return Result(job, state, seconds, learned, held, curve)


def parts(data):
    """What was learned from, and what was held out."""
    return (data.X, data.Y), (data.X_test, data.Y_test)


def evaluate(job, state, X, Y):
    """Cost, accuracy and root mean squared error (RMSE) on some examples.

    None where there are none; accuracy where the labels are no classes, and the RMSE, in the target's own unit, where
    they are.
    """
    m = X.shape[1]
    if m == 0:
        return {"m": 0, "cost": None, "accuracy": None, "rmse": None}
    at_once = EXAMPLES_AT_ONCE if job.dataset.on_disk else m
    blocks = [slice(first, first + at_once) for first in range(0, m, at_once)]
    costs, outputs = zip(*(outputs_of(job, state, X[:, block], Y[:, block]) for block in blocks))
    if job.model.cost_is_mean:  # each with its block's share of the examples
        costs = [cost * (Y[:, block].shape[1] / m) for cost, block in zip(costs, blocks)]
    A = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=1)
    found = {"m": m, "cost": sum(costs), "accuracy": None, "rmse": None}
    if job.dataset.classes:
        return found | {"accuracy": accuracy(job.model, A, Y)}
    unit = job.dataset.target_scaling[1] if job.dataset.target_scaling else 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        return found | {"rmse": unit * float(np.sqrt(np.mean((A - Y) ** 2)))}


def outputs_of(job, state, X, Y):
    """The cost of predicting some examples, and A[L]."""
    impl = job.impl
    X, Y = impl.asnative(X, "X"), impl.asnative(Y, "Y")
    with np.errstate(over="ignore", invalid="ignore"):  # after divergence predictions may be without bounds too
        Z, A = job.model.predict(impl, state.theta, X, state.statistics)
        return job.model.cost(impl, Z, A, Y), impl.asnumpy(A)
