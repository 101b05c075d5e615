"""Row 25 of COURSE.md: P contents 4 "Regularization", C 19. How large should the penalty l2 be?

To see, left: 50 hidden units learn 100 noisy examples by heart. As l2 grows, the cost on them rises and the cost on
300 others falls, until the penalty holds down what should be learned. Those others choose l2: they are a dev set, and
what it is worth would have to be seen on a third. Right: what the penalty does is to make the weights small. Thin: five
draws of examples and starts; thick: their mean. The costs are without the penalty.
"""

import numpy as np
from common import draw_runs, impl, main, native, slide

from loopwise import Architecture, datasets, initialize, train
from loopwise.learning.models import Network
from loopwise.learning.parameters import views
from loopwise.report.style import BLUE, GREEN, VERMILION

L2, SEEDS, HIDDEN = np.geomspace(1e-4, 0.2, 12), 5, 50
HYPER = {"alpha": 0.5, "epochs": 300}


def learn(l2, seed, epochs):
    """The cost on train and on test, and ΣΣ W², at the end."""
    data = datasets.load("synthetic", examples=400, test_fraction=0.75, seed=seed)
    penalized, plain = (Network(Architecture((20, HIDDEN, 1), ("tanh", "sigmoid"), l2=size)) for size in (l2, 0.0))
    theta = initialize(plain.architecture, "xavier", seed)
    theta = train(impl, penalized, theta, *native(data.X, data.Y), **HYPER | {"epochs": epochs}).theta
    parts = (native(data.X, data.Y), native(data.X_test, data.Y_test))
    W, _ = views(theta, plain.architecture)[:2]
    weights = sum(float(np.sum(layer**2)) for layer in W.values())
    return *(plain.cost(impl, *plain.predict(impl, theta, X), Y) for X, Y in parts), weights


def draw(quick=False):
    """Costs on the left, weights on the right."""
    penalties, seeds = (L2[::4], 2) if quick else (L2, SEEDS)
    ends = np.array([[learn(l2, seed, 20 if quick else HYPER["epochs"]) for l2 in penalties] for seed in range(seeds)])
    best = penalties[ends[:, :, 1].mean(axis=0).argmin()]
    figure = slide("The penalty l2: less learned by heart, up to a point", height=6.5)
    left, right = figure.subplots(1, 2)
    draw_runs(left, ends[:, :, 1], VERMILION, "300 others (dev)", penalties)
    draw_runs(left, ends[:, :, 0], BLUE, "100 learned from", penalties)
    draw_runs(right, ends[:, :, 2], GREEN, "ΣΣ W²", penalties)
    left.axvline(best, color="#777777", lw=2, ls=":")
    left.set(title=f"cost J: lowest for others at l2 = {best:.2g}", ylim=(0, None))
    right.set(title="size of the weights, ΣΣ W²", ylim=(0, None))
    for panel in (left, right):
        panel.set(xscale="log", xlabel="l2, logarithmic")
    left.legend(loc="lower left", bbox_to_anchor=(0.0, 0.1))
    return figure


if __name__ == "__main__":
    main(draw, __file__)
