"""The steps of scikit-learn's own estimators, on their own layout: what `LogisticRegression` and the MLPs call.

They have no public name, so an update of scikit-learn may take them away; the row then says so.
"""

import inspect

import numpy as np
from sklearn._loss import HalfBinomialLoss
from sklearn.linear_model._linear_loss import LinearModelLoss
from sklearn.neural_network import MLPClassifier, MLPRegressor

from ...contract import rounding_bounds
from ...implementations import Implementation
from ...learning.network import predict
from ...learning.parameters import views
from . import Contender, NoRowError, architecture_of, pick

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
    hidden, last = set(architecture.activations[:-1]), architecture.activations[-1]
    if (architecture.loss, last) not in OUTPUTS:
        raise NoRowError(f"has no row for the loss {architecture.loss} after {last}")
    if len(hidden) > 1:
        raise NoRowError("has no row for hidden layers with different activations")
    Estimator, loss, output = OUTPUTS[architecture.loss, last]
    mlp = Estimator(activation=HIDDEN[hidden.pop()] if hidden else "identity", alpha=0.0)
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


STEPS = {"logistic_step": logistic, "network_step": network}
