"""Row 24 of COURSE.md: C 5 and 6, B "Binary classification problem". Cat or not: 12288 features a picture.

To see: pictures that the network has never seen, and the probability of a cat that it gives each; wrong answers are
framed. A 12288-16-1 network as `loopwise train network --data cats` trains it: 209 drawn pictures, 50 held out.
"""

import numpy as np
from common import impl, main, native, percent, slide

from loopwise import Architecture, datasets, initialize, network_forward, train
from loopwise.report.style import BLACK, VERMILION

HELD_OUT, COLUMNS, MOST_WRONG = 50 / 259, 5, 2
HYPER = {"alpha": 0.0075, "epochs": 500}


def draw(quick=False):
    """A row of cats and a row of other things; in each the right answers first."""
    data = datasets.load("cats", test_fraction=HELD_OUT, **({"examples": 80} if quick else {}))
    X, Y, X_test = native(data.X, data.Y, data.X_test)
    network = Architecture((len(data.X), 16, 1), ("relu", "sigmoid"))
    hyper = HYPER | ({"epochs": 8} if quick else {})
    state = train(impl, network, initialize(network, "he"), X, Y, **hyper)
    A = network_forward(impl, network, state.theta, X_test)[0]
    right = (A >= 0.5) == (data.Y_test[0] >= 0.5)
    figure = slide(f"Cat or not? Right on {right.sum()} of {len(right)} pictures it never saw", height=6.7)
    rows = figure.subplots(2, COLUMNS)
    for row, label, name in zip(rows, (1, 0), ("cats", "not cats")):
        row[0].set_ylabel(name, fontsize=26)
        for panel, i in zip(row, choose(data.Y_test[0] == label, right)):
            draw_picture(panel, data.X_test[:, i], A[i], right[i])
    return figure


def choose(of_class, right):
    """COLUMNS pictures of a class: right ones, then up to MOST_WRONG wrong ones, in the order of the data."""
    good, bad = np.flatnonzero(of_class & right), np.flatnonzero(of_class & ~right)
    wrong = max(min(MOST_WRONG, len(bad)), COLUMNS - len(good))
    return [*good[: COLUMNS - wrong], *bad[:wrong]]


def draw_picture(panel, x, probability, is_right):
    """The picture, rolled up again, and what the network says."""
    panel.imshow(datasets.picture(x), interpolation="nearest")
    panel.set(xticks=(), yticks=())
    colour, width = (BLACK, 1) if is_right else (VERMILION, 8)
    panel.spines[:].set(visible=True, color=colour, linewidth=width)
    weight = "normal" if is_right else "bold"
    panel.set_xlabel(f"cat: {percent(probability)}", color=colour, fontsize=22, fontweight=weight, labelpad=9)


if __name__ == "__main__":
    main(draw, __file__)
