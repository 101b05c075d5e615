"""Row 23 of COURSE.md: B "Parameters and Hyperparameters", C 19. The learning rate of a network.

To see, left: the same 2-4-1 network on the flower from the same start. Too small a rate creeps, a good one arrives,
too large a one leaps about. Right: the cost after the last step for every rate of a scan, several starts: it falls, is
flat for about a decade, and then comes the wall.
"""

import numpy as np
from common import draw_runs, impl, main, native, slide

from loopwise import Architecture, datasets, initialize, train
from loopwise.report.style import BLUE, GREEN, PURPLE, VERMILION

MODEL = Architecture((2, 4, 1), ("tanh", "sigmoid"))
EPOCHS, SHOWN, STARTS = 500, 100, 5
RATES = {0.01: BLUE, 0.1: PURPLE, 2.0: GREEN, 60.0: VERMILION}
SCAN = np.geomspace(0.003, 100.0, 28)


def costs(X, Y, alpha, seed, epochs):
    """J of every epoch; whatever it does, it is not stopped before."""
    return train(impl, MODEL, initialize(MODEL, "he", seed), X, Y, alpha=alpha, epochs=epochs).costs


def draw(quick=False):
    """Four runs, and where every rate of the scan ends."""
    epochs, starts = (60, 2) if quick else (EPOCHS, STARTS)
    data = datasets.load("flower")
    X, Y = native(data.X, data.Y)
    figure = slide("The learning rate α: too small creeps, too large never settles", height=6.8)
    left, right = figure.subplots(1, 2, sharey=True)
    for order, (alpha, colour) in enumerate(RATES.items()):
        shown = {"color": colour, "label": f"α = {alpha:g}", "lw": 2 if alpha == max(RATES) else 4}
        left.plot(range(SHOWN), costs(X, Y, alpha, 0, SHOWN), zorder=3 - 0.1 * order, **shown)
    left.set(xlabel="step", ylabel="cost J", title="one start, four rates", ylim=(0, 2.2), xlim=(0, SHOWN))
    left.legend(loc="upper right", ncols=2, frameon=True, framealpha=1, edgecolor="white")
    scan = SCAN[::4] if quick else SCAN
    ends = [[costs(X, Y, alpha, seed, epochs)[-1] for alpha in scan] for seed in range(starts)]
    draw_runs(right, ends, "black", "mean of the starts", scan)
    for alpha, colour in RATES.items():
        right.axvline(alpha, color=colour, lw=3, ls=":")
    right.set(xscale="log", xlabel="α, logarithmic", title=f"J after {epochs} steps, {starts} starts")
    return figure


if __name__ == "__main__":
    main(draw, __file__)
