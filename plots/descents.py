"""Row 16 of COURSE.md: P "Batch, stochastic and mini-batch gradient descent", F "Gradient descent".

To see: w and b of a logistic regression on one feature of 100 patients of the breast cancer data, with the same alpha
and the same number of epochs. All examples at once: a smooth path, one step an epoch, not yet there. One example at a
time: there within an epoch or two, and never at rest. Mini-batches of 10: between them.
"""

import numpy as np
from common import draw_contours, impl, main, native, slide, watch

from loopwise import Neuron, datasets, train
from loopwise.report.style import BLACK, BLUE, GREEN, VERMILION

KINDS = (("stochastic", 1, VERMILION, 1.5), ("mini-batch of 10", 10, BLUE, 2.5), ("batch", None, GREEN, 4))
ALPHA, EPOCHS = 0.3, 10
MODEL = Neuron("logistic", 1)
START = np.array([1.0, -1.5])  # w, b


def draw(quick=False):
    """The paths on the contours, and the cost of all examples after every update."""
    data = datasets.load("breast_cancer", test_fraction=469 / 569)
    X, Y = native(np.ascontiguousarray(data.X[:1]), data.Y)

    def cost(w, b):
        return impl.logistic_step(np.array([[w]]), b, X, Y)[0]

    figure = slide(f"{EPOCHS} epochs: the more steps, the faster and the noisier")
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    points = 20 if quick else 60
    draw_contours(left, cost, np.linspace(-6, 2, points), np.linspace(-2, 2.2, points), np.geomspace(0.2, 1.8, 14))
    epochs = 2 if quick else EPOCHS
    for label, batch_size, colour, width in KINDS:
        state, path = watch(np.copy, MODEL, START, X, Y, alpha=ALPHA, epochs=epochs, batch_size=batch_size)
        left.plot(*path.T, "o-", color=colour, lw=width, ms=2.5 * width, mew=0)
        J = [cost(*theta) for theta in path]
        x, said = np.linspace(0, epochs, len(J)), f"{label}: {state.step} steps"
        right.plot(x, J, color=colour, lw=width + 1, label=said)
    w, b = train(impl, MODEL, START, X, Y, alpha=1.0, epochs=100 if quick else 2000).theta
    left.plot(w, b, "*", color="white", mec=BLACK, mew=1.5, ms=26)
    left.plot(*START, "o", color="white", mec=BLACK, mew=3, ms=16)
    left.set(title=f"the path to the minimum ☆, α = {ALPHA}", xlabel="w", ylabel="b")
    right.set(title="J on all examples", xlabel="epoch", ylabel="J")
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


if __name__ == "__main__":
    main(draw, __file__)
