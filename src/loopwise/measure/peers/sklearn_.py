"""The steps of scikit-learn's own estimators, on their own layout: what `LogisticRegression` and the MLPs call.

They have no public name, so an update of scikit-learn may take them away; the row then says so.
"""

import inspect
import warnings
from functools import partial

import numpy as np
from sklearn._loss import HalfBinomialLoss
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron, SGDClassifier, SGDRegressor
from sklearn.linear_model._linear_loss import LinearModelLoss
from sklearn.neural_network import MLPClassifier, MLPRegressor

from ...contract import rounding_bounds
from ...implementations import Implementation
from ...learning.models import Neuron
from ...learning.network import predict
from ...learning.parameters import views
from . import Contender, NoRowError, architecture_of, batches_of, order_of, pick, refuse_decay

# The lecture's names, and theirs.
HIDDEN = {"identity": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
OUTPUTS = {
    ("cross_entropy", "sigmoid"): (MLPClassifier, "log_loss", "logistic"),
    ("cross_entropy", "softmax"): (MLPClassifier, "log_loss", "softmax"),
    ("squared", "identity"): (MLPRegressor, "squared_error", "identity"),
}
CLIPPED = "clips probabilities to [ε, 1 − ε] before it takes their logarithm"


def contender(name, work, threads):
    """`peers.contender` for the row "sklearn". The caller sets BLAS's threads; nothing else uses any."""
    step, named, allowance, shift = pick(name, STEPS, work)(work)
    remark = f"{CLIPPED}: J is {shift['J']:.3g} off" if shift.get("J") else ""
    return Contender(name, lambda: step, named, allowance=allowance, shift=shift, remark=remark)


# === logistic regression ==============================================================================


def logistic(work):
    """`logistic_step`: X is (m, n_x) in F order, faster than C here; the intercept follows the weights.

    The loss itself runs on one thread, as `LogisticRegression` has it; the two products with X are BLAS's.
    """
    given = work.inputs
    X, y = np.asfortranarray(given["X"].T), np.array(given["Y"][0])
    coefficients = np.append(given["w"][:, 0], given["b"]).astype(work.dtype)
    loss = LinearModelLoss(HalfBinomialLoss(), fit_intercept=True)

    def named(results):
        J, gradient = results
        return {"J": float(J), "dw": gradient[:-1, None], "db": float(gradient[-1])}

    return lambda: loss.loss_gradient(coefficients, X, y), named, {}, {}


# === networks =========================================================================================


def network(work):
    """`network_step`: X is (m, n[0]) in C order, `coefs_[l]` is W[l+1] the other way round, (n[l], n[l+1])."""
    architecture = architecture_of(work, [*HIDDEN, "softmax"])
    Estimator, hidden = estimator_of(architecture)
    _, loss, output = OUTPUTS[architecture.loss, architecture.activations[-1]]
    mlp = Estimator(activation=hidden, alpha=0.0)
    mlp.loss, mlp.out_activation_, mlp.n_layers_ = loss, output, architecture.L + 1
    W, b, _ = views(work.inputs["theta"], architecture)
    mlp.coefs_ = [np.ascontiguousarray(W[l].T) for l in W]
    mlp.intercepts_ = [b[l][:, 0].copy() for l in b]
    X, Y = (np.ascontiguousarray(work.inputs[name].T) for name in ("X", "Y"))

    def named(results):
        J, dW, db = results
        J *= Y.shape[1] if loss == "squared_error" else 1  # theirs is a mean over the outputs, ours their sum
        parts = [part for pair in zip((dW_l.T for dW_l in dW), db) for part in pair]
        return {"J": float(J), "gradient": np.concatenate([part.ravel() for part in parts])}

    allowance, shift = {}, {}
    if architecture.loss == "cross_entropy":
        shift["J"], allowance["J"] = of_probabilities(work, architecture)
    return backprop(mlp, X, Y), named, allowance, shift


def estimator_of(architecture):
    """The class for a network, and what it calls the activation of the hidden layers."""
    hidden, last = set(architecture.activations[:-1]), architecture.activations[-1]
    if (architecture.loss, last) not in OUTPUTS:
        raise NoRowError(f"has no row for the loss {architecture.loss} after {last}")
    if len(hidden) > 1:
        raise NoRowError("has no row for hidden layers with different activations")
    return OUTPUTS[architecture.loss, last][0], HIDDEN[hidden.pop()] if hidden else "identity"


def backprop(mlp, X, Y):
    """The MLP's own step, with the lists that it fills, as `fit` prepares them."""
    layers = mlp.n_layers_
    given = {"X": X, "y": Y, "sample_weight": None, "activations": [X] + [None] * (layers - 1)}
    given |= {name: [None] * (layers - 1) for name in ("deltas", "coef_grads", "intercept_grads")}
    wanted = list(inspect.signature(mlp._backprop).parameters) if hasattr(mlp, "_backprop") else ["_backprop"]
    if missing := [name for name in wanted if name not in given]:
        raise NoRowError(f"has no row for networks in this version: {missing[0]} is not known here")
    arguments = [given[name] for name in wanted]
    return lambda: mlp._backprop(*arguments)


def of_probabilities(work, architecture):
    """What becomes of the cost when it is computed from probabilities in [ε, 1 − ε], where ours starts from z.

    A probability is in the ball that `rounding_bounds` computes for it, its loss between those of its ends. Then 1 − p
    rounds, by u, and the logarithm and the sum as everywhere. Where scikit-learn's clip cuts into the ball the loss is
    another one: how much lower is known, and no rounding.

    Returns
    -------
    shift, allowance : float
        By how much their J differs from ours, and how far rounding may move it.
    """
    arithmetic = rounding_bounds.Balls(work.dtype)
    exact = Implementation("contract/rounding_bounds.py", rounding_bounds, None, "rounding", arithmetic)
    X, Y = (exact.unchecked(work.inputs[name]) for name in ("X", "Y"))
    Z, P = predict(exact, architecture, work.inputs["theta"], X)
    y, u, eps, m = Y.mid, arithmetic.u, np.finfo(work.dtype).eps, Y.mid.shape[1]
    binary = architecture.activations[-1] == "sigmoid"
    slides = (rounding_bounds.logistic_loss if binary else rounding_bounds.softmax_loss)(Z, Y).mid
    ends = [np.clip(P.mid + sign * P.rad, eps, 1 - eps) for sign in (-1, 0, 1)]
    low, middle, high = (-y * np.log(p) - (1 - y) * np.log1p(-p) * binary for p in ends)
    whole = (P.mid - P.rad >= eps) & (P.mid + P.rad <= 1 - eps)
    theirs = np.where(whole, slides, middle)
    spread = np.maximum(np.abs(low - theirs), np.abs(high - theirs))
    of_complement = (1 - y) * u / (1 - ends[2]) * binary
    rounding = rounding_bounds.gamma(rounding_bounds.FUNCTION + y.size, u) * (theirs + spread)
    return (theirs - slides).sum() / m, (spread + of_complement + rounding).sum() / m


# === training =========================================================================================


def training(work):
    """Whole epochs, from the parameters given, as one call of `fit`.

    It shuffles with random numbers of its own, as it does for everybody, and that is timed. For agreement it goes once
    through the examples of all epochs one after the other, in the order in which ours takes them. To time that would
    help it: they would lie in memory as they are read, where ours looks for each.
    """
    refuse_decay(work)
    fit = (descent_of_a_neuron if isinstance(work.model, Neuron) else descent_of_a_network)(work)
    order = order_of(work).ravel()
    X, Y = (np.ascontiguousarray(work.inputs[name].T) for name in ("X", "Y"))
    timed = {"shuffle": True, "max_iter": work.hyper.epochs, "random_state": 0}

    def named(_):
        return {"theta": fit(X[order], Y[order], shuffle=False, max_iter=1)}

    return lambda: fit(X, Y, **timed), named, {}, {}


NEURONS = {
    "logistic": partial(SGDClassifier, loss="log_loss", learning_rate="constant"),
    "perceptron": Perceptron,
    "adaline": partial(SGDRegressor, loss="squared_error", learning_rate="constant"),
}


def descent_of_a_neuron(work):
    """One example at a time, without a penalty, at a constant rate: `SGDClassifier`, and what is made of its loop."""
    hyper = work.hyper
    if batches_of(work).size != 1 or hyper.optimizer != "descent":
        raise NoRowError("trains a neuron by descent, one example at a time: batch size 1")
    shape = (-1,) if work.model.kind == "adaline" else (1, -1)

    def fit(X, Y, **how):
        neuron = NEURONS[work.model.kind](penalty=None, eta0=hyper.alpha, tol=None, **how)
        start = work.inputs["theta"].copy()  # it goes on in the memory that it is given
        neuron.fit(X, Y[:, 0], coef_init=start[:-1].reshape(shape), intercept_init=start[-1:])
        return np.append(neuron.coef_, neuron.intercept_).astype(work.dtype)

    return fit


def descent_of_a_network(work):
    """`MLPClassifier` or `MLPRegressor`; it goes on over the end of an epoch, so all batches must be of one size."""
    hyper, architecture, batches = work.hyper, work.model.architecture, batches_of(work)
    if batches.m % batches.size:
        raise NoRowError(f"has no smaller last batch: {batches.size} does not divide m = {batches.m}")
    if hyper.optimizer not in SOLVERS:
        raise NoRowError(f"has no optimizer {hyper.optimizer}")
    Estimator, hidden = estimator_of(architecture)
    W, b, _ = views(work.inputs["theta"], architecture)
    asked = {"activation": hidden, "batch_size": batches.size, "alpha": 0.0, "nesterovs_momentum": False}
    never = {"tol": 0.0, "n_iter_no_change": 10**9}
    mlp = Estimator([*architecture.n[1:-1]], warm_start=True, **asked, **never, **SOLVERS[hyper.optimizer](hyper))

    def fit(X, Y, **how):
        labels = Y if architecture.loss == "squared" else Y[:, 0] if Y.shape[1] == 1 else Y.argmax(axis=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are all that is asked for
            if not hasattr(mlp, "coefs_"):  # once fitted, `fit` begins where its parameters are
                mlp.set_params(max_iter=1).fit(X, labels)
            mlp.coefs_, mlp.intercepts_ = [W[l].T.copy() for l in W], [b[l][:, 0].copy() for l in b]
            mlp.set_params(**how).fit(X, labels)
        parts = [part for l in range(architecture.L) for part in (mlp.coefs_[l].T, mlp.intercepts_[l])]
        return np.concatenate([part.ravel() for part in parts])

    return fit


# What a solver is told, so that it does what ours does. Its momentum sums what ours averages.
SOLVERS = {
    "descent": lambda hyper: {"solver": "sgd", "learning_rate_init": hyper.alpha, "momentum": 0.0},
    "momentum": lambda hyper: {
        "solver": "sgd",
        "learning_rate_init": hyper.alpha * (1 - hyper.beta_1),
        "momentum": hyper.beta_1,
    },
    "adam": lambda hyper: {
        "solver": "adam",
        "learning_rate_init": hyper.alpha,
        "beta_1": hyper.beta_1,
        "beta_2": hyper.beta_2,
        "epsilon": hyper.epsilon,
    },
}
STEPS = {"logistic_step": logistic, "network_step": network, "training": training}
