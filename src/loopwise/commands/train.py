"""What `loopwise train` does: data, model, training with a progress bar, and the result as a table, figure, JSON."""

import hashlib
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from .. import datasets
from ..errors import DataFileError, OptionError, choose
from ..implementations import get_implementation
from ..learning import checkpoints
from ..learning.architecture import check_number, fitting
from ..learning.labels import check_labels
from ..learning.models import NEURONS, Neuron, accuracy, as_model
from ..learning.optimizers import OPTIMIZERS
from ..learning.parameters import INITIALIZATIONS, initialize
from ..learning.training import reason, train
from ..measure.machine import default_threads, threads
from ..report.outputs import Outputs
from ..report.progress import said
from ..report.training import training_figure, training_table
from .work import refuse_without_hidden_layers

WHOLE = ("houses", "xor", "parity")  # data of which nothing is held out by default: every example is needed
VALIDATION = 4  # a stream of random numbers of its own
CURVE = 60  # at most so many epochs have their accuracies drawn

# What each model is given when nobody says otherwise, and what some data wants instead.
DEFAULTS = {
    "logistic": {"data": "breast_cancer", "alpha": 0.5, "epochs": 200},
    "network": {"data": "digits", "alpha": 0.5, "epochs": 200},
    "perceptron": {"data": "breast_cancer", "alpha": 1.0, "epochs": 200, "batch_size": 1},
    "adaline": {"data": "breast_cancer", "alpha": 1e-4, "epochs": 200},
}
CATS_TEST = 50 / 259  # 209 to learn from and 50 to be tested on, as in the course
FOR_DATA = {
    ("network", "flower"): {"layers": [4, 1], "activation": "tanh", "alpha": 1.2, "epochs": 2000},
    ("network", "xor"): {"layers": [2, 1], "activation": "tanh", "epochs": 1000},
    ("network", "parity"): {"layers": [24, 1], "epochs": 500},
    ("network", "houses"): {"layers": [3, 1], "activation": "tanh", "alpha": 0.05, "epochs": 1000},
    ("network", "cats"): {"layers": [16, 1], "alpha": 0.0075, "epochs": 500, "test_fraction": CATS_TEST},
    ("logistic", "cats"): {"alpha": 0.001, "epochs": 500, "test_fraction": CATS_TEST},
    ("perceptron", "cats"): {"test_fraction": CATS_TEST},
    ("adaline", "cats"): {"alpha": 1e-6, "test_fraction": CATS_TEST},
    ("adaline", "houses"): {"alpha": 0.1},
}
OF_OPTIMIZERS = {"beta_1": ("momentum", "adam"), "beta_2": ("rmsprop", "adam")}
OPTIMIZER_ALPHA = {"rmsprop": 0.001, "adam": 0.01}
COMMON = {
    **{"optimizer": "descent", "decay": 0.0, "batch_size": None, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8},
    **{"l2": 0.0, "test_fraction": 0.2, "validation_fraction": 0.0, "patience": None, "seed": 0},
}
OF_NETWORKS = {"layers": None, "activation": "relu", "loss": None, "initialization": None, "keep_prob": 1.0}
OF_NETWORKS |= {"batch_norm": False}
TRAINING = ("alpha", "epochs", "batch_size", "optimizer", "decay", "beta_1", "beta_2", "epsilon", "seed", "patience")
MAY_CHANGE = ("epochs", "implementation")  # from one sitting to the next


def run(*, resume, save, threads_asked, plot, json, **given):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when training ended, 2 when an output failed, 130 after Ctrl-C; what was learned until then is
        shown and written.
    """
    outputs = Outputs(json, plot, save=save if save is not None else resume)
    state, told = load_run(resume) if resume is not None else (None, {})
    settings = complete({name: value for name, value in given.items() if value is not None}, told)
    job = prepare(settings)
    if told and told.get("digest") != job.digest:
        raise DataFileError(f"{resume} was trained on other data: {settings['data']} has changed since")
    if job.dataset.passed_over:
        outputs.say(f"{settings['data']}: {job.dataset.said_of_others}")
    keeper = Keeping(save or resume, settings | {"digest": job.digest}, outputs.say)
    with threads(threads_asked or default_threads()):
        result = learn(job, state, keeper, outputs.errors, curves=plot is not None)
    outputs.publish(training_table(result), json=result.as_dict, plot=lambda: training_figure(result))
    return outputs.exit_code(stopped=result.state.stopped == "interrupted", done="learned")


def load_run(path):
    """A saved run: its state and its settings."""
    state, told = checkpoints.load(path)
    if not isinstance(told, dict) or not {*COMMON, "model", "data", "implementation", "digest"} <= set(told):
        raise DataFileError(f"{path} was not saved by loopwise train: it does not say how it was trained")
    return state, told


# === what is asked for ================================================================================


def complete(given, told):
    """Every setting: what is given, else what a saved run says, else the model's default."""
    if told:
        for name, value in given.items():
            if name not in MAY_CHANGE and told.get(name) != value:
                raise OptionError(f"the saved run has {name} {told.get(name)}; with {value} it would be another run")
        return {name: value for name, value in told.items() if name != "digest"} | given
    model = given.get("model", "network" if {"layers", "activation", "keep_prob"} & set(given) else "logistic")
    known = DEFAULTS[choose("model", model, DEFAULTS)] | {"model": model, "implementation": "numpy_vectorized"}
    known = COMMON | (OF_NETWORKS if model == "network" else {}) | known
    data = given.get("data", known["data"])
    known |= ({"test_fraction": 0.0} if data in WHOLE else {}) | FOR_DATA.get((model, data), {})
    if "optimizer" in given:
        known["alpha"] = OPTIMIZER_ALPHA.get(given["optimizer"], known["alpha"])
    sizes = {"examples", "features", "classes"}
    for name in given:
        if name not in known and name not in sizes:
            raise OptionError(f"--{name.replace('_', '-')} does not belong to {model}")
    refuse_without_effect(known | given, given)
    return known | given


def refuse_without_effect(settings, given):
    """Raise for an option that nothing would read: of another optimizer, or of hidden layers that are not there."""
    optimizer = choose("optimizer", settings["optimizer"], OPTIMIZERS)
    for name, whose in OF_OPTIMIZERS.items():
        if name in given and optimizer not in whose:
            raise OptionError(
                f"--{name.replace('_', '-')} does not belong to {optimizer}, but to {' and '.join(whose)}"
            )
    if len(given.get("layers", ())) == 1:
        refuse_without_hidden_layers(given["layers"], given)


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
    impl = get_implementation(settings["implementation"])
    dataset = load_data(settings)
    X, Y, validation = held_out(dataset, settings)
    model, theta = build(settings, X, Y)
    check_labels(Y, model.loss, model.activation)
    digest = hashlib.sha256(X.tobytes() + Y.tobytes()).hexdigest()
    return Job(settings, impl, model, theta, replace(dataset, X=X, Y=Y), validation, digest)


def load_data(settings):
    """A data set by its name, or a folder of one's own images."""
    name, sizes = settings["data"], {s: settings[s] for s in ("examples", "features", "classes") if s in settings}
    drawn = {"test_fraction": settings["test_fraction"], "seed": settings["seed"]}
    if name in datasets.DATASETS or not name or not Path(name).expanduser().is_dir():
        return datasets.load(name, **drawn, **sizes)
    if sizes:
        raise OptionError(f"a folder of images comes with its own {next(iter(sizes))}")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* passed over: ")  # `run` says so in a line
        return datasets.images(name, **drawn)


def held_out(dataset, settings):
    """X and Y to learn from, and examples that only watch."""
    fraction, X, Y = settings["validation_fraction"], dataset.X, dataset.Y
    check_number("validation_fraction", fraction, "0 ≤ validation_fraction < 1", lambda share: 0 <= share < 1)
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


def build(settings, X, Y):
    """The model and its first parameters; what the data decides is noted in the settings."""
    n_x, n_y = len(X), len(Y)
    if settings["model"] in NEURONS:
        if n_y != 1:
            raise OptionError(f"{settings['model']} tells two classes apart; {settings['data']} has {n_y}")
        # One neuron may start at zero: there is no symmetry to break.
        return Neuron(settings["model"], n_x, settings["l2"]), np.zeros(n_x + 1)
    is_number = not set(np.unique(Y)) <= {0.0, 1.0}
    settings["loss"] = settings["loss"] or ("squared" if is_number else "cross_entropy")
    settings["layers"] = settings["layers"] or [32, n_y]
    if settings["initialization"] is None:
        settings["initialization"] = "he" if "relu" in settings["activation"] else "xavier"
    choose("initialization", settings["initialization"], INITIALIZATIONS)
    regularization = {name: settings[name] for name in ("l2", "keep_prob", "batch_norm")}
    shape = settings["layers"], settings["activation"], settings["loss"]
    architecture = fitting(n_x, n_y, *shape, **regularization)
    return as_model(architecture), initialize(architecture, settings["initialization"], settings["seed"])


# === learning =========================================================================================


class Keeping:
    """The file that is kept current, or none."""

    def __init__(self, path, about, say):
        self.keeper = path and checkpoints.Keeper(path, about)
        self.say = say

    def on_step(self, state):
        """At most once a second."""
        self._write(state, lambda: self.keeper(state))

    def at_the_end(self, state):
        """Whatever the clock says."""
        self._write(state, lambda: self.keeper.save(state))

    def _write(self, state, write):
        """A disk that is full must not end the training: say so once, and go on without the file."""
        if self.keeper:
            try:
                write()
            except OSError as error:
                self.say(f"loopwise: {self.keeper.path} is no longer kept: {error.strerror}")
                self.keeper = None


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
        """The result in JSON's terms: the schema in the README."""
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
        }


def learn(job, state, keeper, errors, curves):
    """Train, show the progress, and look at what came out."""
    impl, settings, data = job.impl, job.settings, job.dataset
    X, Y = impl.asnative(data.X, "X"), impl.asnative(data.Y, "Y")
    hyper = {name: settings[name] for name in TRAINING}
    validation = job.validation and tuple(impl.asnative(part) for part in job.validation)
    curve = []
    columns = said(), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("training", total=settings["epochs"])

        def on_epoch(state):
            cost = f"J = {state.costs[-1]:.4g}" if state.costs else "no epoch done"
            progress.update(task, completed=state.epoch, description=f"{settings['model']}: {cost}")
            if curves and (state.epoch % max(1, settings["epochs"] // CURVE) == 0 or state.epoch == 1):
                shares = [evaluate(job, state, *part)["accuracy"] for part in parts(data)]
                curve.append((state.epoch, *shares))

        started = time.perf_counter()
        state = train(
            *(impl, job.model, job.theta, X, Y),
            **{"validation": validation, "on_epoch": on_epoch, "on_step": keeper.on_step, "state": state},
            **hyper,
        )
        seconds = time.perf_counter() - started
    keeper.at_the_end(state)
    learned, held = (evaluate(job, state, *part) for part in parts(data))
    return Result(job, state, seconds, learned, held, curve)


def parts(data):
    """What was learned from, and what was held out."""
    return (data.X, data.Y), (data.X_test, data.Y_test)


def evaluate(job, state, X, Y):
    """Cost and accuracy on some examples: None where there are none, or where the labels are no classes."""
    if X.shape[1] == 0:
        return {"m": 0, "cost": None, "accuracy": None}
    impl = job.impl
    X_native, Y_native = impl.asnative(X, "X"), impl.asnative(Y, "Y")
    with np.errstate(over="ignore", invalid="ignore"):  # after divergence predictions may be without bounds too
        Z, A = job.model.predict(impl, state.theta, X_native, state.statistics)
        cost = job.model.cost(impl, Z, A, Y_native)
    return {"m": X.shape[1], "cost": cost, "accuracy": accuracy(job.model, impl.asnumpy(A), Y)}
