"""The estimators beside scikit-learn's: accuracy over five seeds, then the time of a fit, in turns.

Prints the rows of docs/measuring.md: `python benchmarks/goals/estimators.py`. Networks: equal layers, epochs, batches,
learning rate and Adam, no penalty. Optima: equal penalty and tolerance, and the coefficients are compared first.
scikit-learn is timed as it is and with its BLAS (SciPy's, for optima) on one thread, and the faster one counts.
"""

import sys
import warnings
from functools import partial

import numpy as np
import sklearn.linear_model
from common import TUNED, options, printed
from rich.table import Table
from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_classification
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from loopwise import LogisticRegression, NetworkClassifier
from loopwise.learning.lbfgs import one_thread
from loopwise.machine.threads import threads
from loopwise.measure.interleaved import interleave
from loopwise.measure.ratios import paired_ratio

SEEDS = range(5)
POINTS = 0.5  # of accuracy that may be lost
NEAR = 1e-6  # the coefficients of one optimum


def drawn(examples, features, classes=2):
    """Classes that overlap."""
    informative = features // 2
    return make_classification(examples, features, n_informative=informative, n_classes=classes, random_state=0)


# (what, data, hidden layers, epochs, batch)
NETWORKS = [
    ("breast cancer", partial(load_breast_cancer, return_X_y=True), (32,), 50, 32),
    ("digits", partial(load_digits, return_X_y=True), (64,), 30, 32),
    ("wine", partial(load_wine, return_X_y=True), (32,), 100, 16),
    ("100000 × 100", partial(drawn, 100_000, 100, 4), (64,), 5, 128),
]
# (what, data, l2)
OPTIMA = [
    ("20000 × 50", partial(drawn, 20_000, 50), 1e-3),
    ("100000 × 784", partial(drawn, 100_000, 784), 1e-3),
    ("digits, 10 classes", partial(load_digits, return_X_y=True), 1e-2),
]


def parts(data, seed):
    """X and y to learn from, standardized, X and y to be tested on."""
    X, y = data
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.25, random_state=seed, stratify=y)
    scaler = StandardScaler().fit(X)
    return (scaler.transform(X), y), (scaler.transform(X_test), y_test)


def networks(layers, epochs, batch, seed):
    """Ours and theirs."""
    ours = {"alpha": 0.001, "epochs": epochs, "batch_size": batch, "implementation": TUNED}
    theirs = {"alpha": 0.0, "max_iter": epochs, "batch_size": batch, "n_iter_no_change": epochs + 1, "tol": 0.0}
    return {
        "loopwise": NetworkClassifier(layers=layers, random_state=seed, **ours),
        "scikit-learn": MLPClassifier(layers, learning_rate_init=0.001, random_state=seed, **theirs),
    }


def network_row(table, given, what, load, layers, epochs, batch):
    """Accuracy, then time; returns whether the goal is reached."""
    data, scores = load(), {"loopwise": [], "scikit-learn": []}
    for seed in SEEDS:
        learned, tested = parts(data, seed)
        for name, network in networks(layers, epochs, batch, seed).items():
            scores[name].append(network.fit(*learned).score(*tested))
            assert network.n_iter_ == epochs
    learned, _ = parts(data, 0)
    fits = contenders(*networks(layers, epochs, batch, 0).values(), learned, partial(threadpool_limits, 1, "blas"))
    shown = {name: f"{100 * np.mean(found):.2f} %" for name, found in scores.items()}
    lost = 100 * (np.mean(scores["scikit-learn"]) - np.mean(scores["loopwise"]))
    return add_times(table, f"network, {what}", fits, shown, given.budget, 2.0, lost <= POINTS)


def optimum_row(table, given, what, load, l2):
    """The same coefficients, then time; returns whether the goal is reached."""
    X, y = load()
    X = StandardScaler().fit_transform(X)
    ours = LogisticRegression(optimizer="lbfgs", l2=l2, tol=1e-8, epochs=5000, implementation=TUNED)
    theirs = sklearn.linear_model.LogisticRegression(C=1 / (l2 * len(y)), tol=1e-8, max_iter=5000)
    apart = np.abs(ours.fit(X, y).coef_ - theirs.fit(X, y).coef_).max()

    if apart > NEAR:
        table.add_row(f"lbfgs, {what}", f"{apart:.1e} apart", "not timed", "", "disagrees")
        return False

    fits = contenders(ours, theirs, (X, y), one_thread)
    shown = {"loopwise": f"{apart:.1e} apart", "scikit-learn": f"{ours.n_iter_}, {theirs.n_iter_[0]} iterations"}
    return add_times(table, f"lbfgs, {what}", fits, shown, given.budget, 1.0)


def contenders(ours, theirs, learned, limit):
    """The fits; theirs once more with its BLAS on one thread by `limit()`: small products may gain from it."""

    def limited():
        with limit():
            theirs.fit(*learned)

    return {
        "loopwise": partial(ours.fit, *learned),
        "scikit-learn": partial(theirs.fit, *learned),
        "its BLAS on 1": limited,
    }


def add_times(table, what, fits, shown, budget, goal, good=True):
    """Time the fits in turns; returns whether ours is as fast as the goal says, and as good."""
    samples, stopped = interleave(fits, budget)
    if stopped:
        raise KeyboardInterrupt
    ours, *others = samples
    ratios = [paired_ratio(samples[other], samples[ours]) for other in others]
    worst = min(ratios, key=lambda ratio: ratio["ratio"])
    interval = f"\n({worst['low']:.2f}–{worst['high']:.2f})" if worst["low"] else ""
    times = "\n".join(f"{name} {1e3 * one.quartiles()['median']:.3g} ms" for name, one in samples.items())
    reached = good and worst["ratio"] >= goal
    results = "\n".join(f"{name} {result}" for name, result in shown.items())
    table.add_row(what, results, times, f"{worst['ratio']:.2f}{interval}", f"{'✓' if reached else '✗'} ≥ {goal}")
    print(f"{what}: {worst['ratio']:.2f}", file=sys.stderr, flush=True)
    return reached


def main(given):
    """A row for each; returns the exit code."""
    table = Table("data", "results", "a fit", "times as fast", "goal", title="estimators", show_lines=True)
    rows = [(what, network_row, *settings) for what, *settings in NETWORKS]
    rows += [(what, optimum_row, *settings) for what, *settings in OPTIMA]

    def add(what, row, *settings):
        return row(table, given, what, *settings)

    with threads(given.threads), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an end was not reached: the epochs are given
        return printed(table, add, rows, given)


if __name__ == "__main__":
    sys.exit(main(options(__doc__)))
