"""Whole epochs of training against the libraries that people train with; agreement first, the same order for each.

Prints the rows of docs/measuring.md: `python benchmarks/goals/training.py --peers sklearn,torch,jax`.
"""

import sys
from functools import partial

from common import add_row, options, printed
from rich.table import Table

from loopwise import datasets, workloads

LOOPS, TUNED, SLIDE = "numba_loops", "numba_tuned", "python_loops"
ALL = ("sklearn", "torch", "jax")


def neuron(model, examples, epochs):
    """One example at a time: the breast cancer data, or drawn data 50 features wide; F order, as estimators have it."""
    if examples is None:
        data = datasets.load("breast_cancer")
    else:
        data = datasets.load("synthetic", examples=examples, features=50)
    settings = {"alpha": 1.0 if model == "perceptron" else 0.01, "batch_size": 1, "epochs": epochs}
    return workloads.training(data.X, data.Y, model, **settings).arranged(layout="F")


def digits(epochs):
    """64-64-10 with Adam: as many of the digits as fill batches of 32."""
    data = datasets.load("digits")
    X, Y = data.X[:, :1408], data.Y[:, :1408]
    return network(X, Y, [64, 10], 32, epochs)


def network(X, Y, layers, batch_size, epochs):
    """A network with Adam, in F order."""
    settings = {"batch_size": batch_size, "epochs": epochs, "optimizer": "adam"}
    return workloads.training(X, Y, "network", layers, **settings).arranged(layout="F")


def drawn(examples, features, classes, layers, batch_size, epochs):
    """The same on drawn data."""
    X, labels, _ = datasets.synthetic(examples, features, classes)
    return network(X, datasets.one_hot(labels, classes), layers, batch_size, epochs)


def small(epochs):
    """30-16-1, one example at a time."""
    data = datasets.load("breast_cancer")
    settings = {"batch_size": 1, "epochs": epochs}
    return workloads.training(data.X, data.Y, "network", [16, 1], **settings).arranged(layout="F")


# (what, build, ours, the others, peers, goal)
ROWS = [
    ("logistic, batch 1, 569 × 30, loops", partial(neuron, "logistic", None, 40), LOOPS, (), ("sklearn",), 1.0),
    ("logistic, batch 1, 569 × 30", partial(neuron, "logistic", None, 40), TUNED, (), ("sklearn",), 1.3),
    ("logistic, batch 1, 100000 × 50, loops", partial(neuron, "logistic", 10**5, 2), LOOPS, (), ("sklearn",), 1.0),
    ("logistic, batch 1, 100000 × 50", partial(neuron, "logistic", 10**5, 2), TUNED, (), ("sklearn",), 1.3),
    ("perceptron, batch 1, 569 × 30", partial(neuron, "perceptron", None, 40), TUNED, (), ("sklearn",), 1.0),
    ("perceptron, batch 1, 100000 × 50", partial(neuron, "perceptron", 10**5, 2), TUNED, (), ("sklearn",), 1.0),
    ("64-64-10, batch 32, Adam, digits", partial(digits, 10), TUNED, (), ALL, 3.0),
    ("50-64-1, batch 32, 20000", partial(drawn, 20_000, 50, 2, [64, 1], 32, 1), TUNED, (), ALL, 3.0),
    ("784-256-128-10, batch 128", partial(drawn, 12_800, 784, 10, [256, 128, 10], 128, 1), TUNED, (), ALL, 1.1),
    ("30-16-1, batch 1, loops", partial(small, 1), LOOPS, (SLIDE,), (), 100.0),
]


def main(given):
    """A row for each that has a contender beside ours; returns the exit code."""
    table = Table("work", "ours", "the others", "times as fast as the best", "goal", title="training")

    def add(what, build, ours, others, peers, goal):
        asked = [peer for peer in peers if peer in given.peers]
        return add_row(table, what, build(), goal, given, asked, names=[ours, *others])

    rows = [row for row in ROWS if row[3] or set(row[4]) & set(given.peers)]
    return printed(table, add, rows, given)


if __name__ == "__main__":
    sys.exit(main(options(__doc__)))
