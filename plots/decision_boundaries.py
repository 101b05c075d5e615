"""Row 25 of COURSE.md (P contents 4, C 19), and the known result on the flower: a line, and a hidden layer (C 12).

To see, left: no line separates the petals, a 2-4-1 tanh network does. Right: one training label in five is wrong, and
an over-large network learns the mistakes too, island by island. With the penalty l2 its boundary is smooth, and its
accuracy on the held-out examples, whose labels are right, is higher. Drawn are the examples learned from.
"""

import numpy as np
from common import impl, main, native, percent, slide

from loopwise import Architecture, Neuron, datasets, initialize, train
from loopwise.learning.models import accuracy, as_model
from loopwise.report.style import BLUE, VERMILION

WRONG, REACH, L2 = 0.2, 4.7, 0.01
SMALL = {"alpha": 1.2, "epochs": 2000}
LARGE = {"alpha": 0.03, "epochs": 600, "optimizer": "adam"}


def network(*hidden, l2=0.0):
    """2, hidden layers of tanh, 1."""
    return Architecture((2, *hidden, 1), ("tanh",) * len(hidden) + ("sigmoid",), l2=l2)


def draw(quick=False, seed=0):
    """Two panels with right labels, two with wrong ones."""
    data = datasets.load("flower", test_fraction=0.5, seed=seed)
    mistaken = np.random.default_rng(seed).random(data.Y.shape) < WRONG
    wrong = np.where(mistaken, 1 - data.Y, data.Y)
    rows = (
        ("logistic regression", Neuron("logistic", 2), SMALL, data.Y),
        ("network 2-4-1", network(4), SMALL, data.Y),
        ("2-50-50-1, no l2", network(50, 50), LARGE, wrong),
        (f"2-50-50-1, l2 = {L2}", network(50, 50, l2=L2), LARGE, wrong),
    )
    figure = slide("", height=4.4)
    halves = figure.subfigures(1, 2)
    halves[0].suptitle("A hidden layer bends the boundary", fontsize=22)
    halves[1].suptitle(f"{percent(WRONG)} wrong labels: l2 ignores them", fontsize=22)
    panels = [panel for half in halves for panel in half.subplots(1, 2)]
    for panel, (name, model, hyper, Y) in zip(panels, rows):
        epochs = 20 if quick else hyper["epochs"]
        model, state = learn(model, data.X, Y, seed, **hyper | {"epochs": epochs})
        A = probability(model, state, data.X_test)
        panel.set_title(f"{name}\ntest: {percent(accuracy(model, A, data.Y_test))}")
        draw_boundary(panel, model, state, 40 if quick else 250)
        for label, colour, marker in ((0, VERMILION, "o"), (1, BLUE, "^")):
            x, y = data.X[:, Y[0] == label]
            panel.plot(x, y, marker, color=colour, ms=7, mec="white", mew=0.7)
    return figure


def learn(model, X, Y, seed, **hyper):
    """Train from He's initialization; logistic regression starts at zero."""
    theta = np.zeros(3) if isinstance(model, Neuron) else initialize(model, "he", seed)
    return as_model(model), train(impl, model, theta, *native(X, Y), **hyper)


def probability(model, state, X):
    """A: the probability of class 1, (1, m)."""
    _, A = model.predict(impl, state.theta, *native(X))
    return A


def draw_boundary(panel, model, state, points):
    """Which class each point of the plane is given, and the line between them."""
    x = np.linspace(-REACH, REACH, points)
    plane = np.stack([part.ravel() for part in np.meshgrid(x, x)])
    A = probability(model, state, plane).reshape(points, points)
    panel.contourf(x, x, A, levels=(0, 0.5, 1), colors=(VERMILION, BLUE), alpha=0.2)
    panel.contour(x, x, A, levels=(0.5,), colors="black", linewidths=3)
    panel.set(xticks=(), yticks=(), aspect="equal")


if __name__ == "__main__":
    main(draw, __file__)
