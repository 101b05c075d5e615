"""Row 26 of COURSE.md: P contents 5 "Dropout". The same network with and without dropout, on few examples.

To see: of 200 digits one label in five is wrong. Without dropout all are learned by heart, the mistakes too, and the
cost on the 1597 others rises again; with dropout it ends lower. Thin: five draws of examples, mistakes and weights;
thick: their mean. The costs are of the whole network: nothing is dropped when predicting.
"""

import numpy as np
from common import draw_runs, impl, main, native, slide

from loopwise import Architecture, datasets, initialize, train
from loopwise.learning.models import Network
from loopwise.report.style import BLUE, VERMILION

EXAMPLES, WRONG, HIDDEN, SEEDS = 200, 0.2, (200, 200), 5
HYPER = {"alpha": 0.003, "epochs": 30, "batch_size": 32, "optimizer": "adam"}


def learn(keep_prob, seed, epochs):
    """The costs on train and on test after each epoch."""
    data = datasets.load("digits", test_fraction=1 - EXAMPLES / 1797, seed=seed)
    parts = [native(data.X, mislabel(data.Y, seed)), native(data.X_test, data.Y_test)]
    model = Network(Architecture((64, *HIDDEN, 10), ("relu", "relu", "softmax"), keep_prob=keep_prob))
    curves = [], []

    def look(state):
        for curve, (X, Y) in zip(curves, parts):
            curve.append(model.cost(impl, *model.predict(impl, state.theta, X), Y))

    theta = initialize(model.architecture, "he", seed)
    train(impl, model, theta, *parts[0], on_epoch=look, **HYPER | {"epochs": epochs, "seed": seed})
    return curves


def mislabel(Y, seed):
    """The labels, some of them changed to another digit."""
    rng, labels = np.random.default_rng(seed), Y.argmax(axis=0)
    wrong = rng.random(labels.size) < WRONG
    labels[wrong] = (labels[wrong] + rng.integers(1, 10, wrong.sum())) % 10
    return np.ascontiguousarray(datasets.one_hot(labels, 10))


def draw(quick=False):
    """A panel without, a panel with."""
    figure = slide("One label in five is wrong: dropout lowers the test cost", height=6.5)
    panels = figure.subplots(1, 2, sharey=True)
    for panel, keep_prob in zip(panels, (1.0, 0.5)):
        runs = [learn(keep_prob, seed, 4 if quick else HYPER["epochs"]) for seed in range(2 if quick else SEEDS)]
        train_costs, test_costs = zip(*runs)
        last = sum(curve[-1] for curve in test_costs) / len(runs)
        draw_runs(panel, test_costs, VERMILION, f"test: {last:.2f} at the end")
        draw_runs(panel, train_costs, BLUE, "train")
        panel.set(
            title="without dropout" if keep_prob == 1 else f"keep_prob = {keep_prob}", xlabel="epoch", ylim=(0, 2)
        )
        panel.legend(loc="upper right")
    panels[0].set_ylabel("cost J")
    panels[0].set_yticks((0, 0.5, 1, 1.5, 2))
    return figure


if __name__ == "__main__":
    main(draw, __file__)
