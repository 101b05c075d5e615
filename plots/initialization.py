"""Row 20 of COURSE.md: P "Initializing weights", C 15, F "Random Initialization", Questions 6–8.

To see, on the flower with a 2-4-1 tanh network and the same alpha: from zeros nothing but the last bias can be learned,
and the hidden units stay identical for ever; weights × 1000 put every tanh in its flat area, so that W[1] hardly moves
and the cost, far too large, comes down slowly (its units are thousands apart, which the middle leaves out); small
weights, He's and Xavier's learn.
"""

import numpy as np
from common import impl, main, native, percent, slide, watch

from loopwise import Architecture, datasets, initialize
from loopwise.learning.parameters import views
from loopwise.report.style import BLACK, BLUE, GREEN, PURPLE, VERMILION

KINDS = {"zeros": BLACK, "small": BLUE, "large": VERMILION, "he": GREEN, "xavier": PURPLE}
NETWORK = Architecture((2, 4, 1), ("tanh", "sigmoid"))
ALPHA, EPOCHS, SEED = 1.2, 1500, 3
ABOVE = {"xytext": (0, 10), "textcoords": "offset points", "ha": "right"}
END = {"zeros": ABOVE, "large": ABOVE, "small": ABOVE | {"xytext": (0, -10), "va": "top"}}
FLAT = 0.01  # a tanh is flat where its slope is below this


def draw(quick=False):
    """Cost, distance between the hidden units, and share of flat units."""
    data = datasets.load("flower")
    X, Y = native(data.X, data.Y)
    figure = slide("Zero weights keep units identical, × 1000 makes them flat", height=6.8)
    costs, distances, flat = figure.subplots(1, 3, width_ratios=(1.2, 1.1, 1))
    for place, (kind, colour) in enumerate(KINDS.items()):
        theta = initialize(NETWORK, kind, SEED)
        state, apart = watch(distance, NETWORK, theta, X, Y, alpha=ALPHA, epochs=40 if quick else EPOCHS)
        style = "--" if kind in ("he", "xavier") else "-"
        costs.plot(range(1, state.epoch + 1), state.costs, style, color=colour, label=kind)
        if kind in ("zeros", "small", "large"):  # he and xavier end where small does
            J = state.costs[-1]
            costs.annotate(f"{J:.2g}" if J < 1 else f"{J:.0f}", (state.epoch, J), **END[kind])
        if kind != "large":
            distances.plot(apart, style, color=colour, label=kind)
        share = flat_share(theta, X)
        flat.barh(place, share, color=colour)
        flat.text(share + 0.03, place, percent(share), va="center")
    costs.set(title="cost J", xlabel="epoch", yscale="log", ylim=(0.05, 2e3))
    distances.set(title="largest distance\nof two hidden units", xlabel="epoch")
    figure.legend(*costs.get_legend_handles_labels(), loc="outside lower center", ncols=5, columnspacing=1.2)
    flat.set(title="flat tanh units\nat the start", xlim=(0, 1.35), xticks=(0, 0.5, 1))
    flat.xaxis.set_major_formatter(lambda share, _: percent(share))
    flat.set_yticks(range(len(KINDS)), KINDS)
    flat.invert_yaxis()
    return figure


def distance(theta):
    """How far apart the weights of the two most different hidden units are."""
    W, _, _ = views(theta, NETWORK)
    return max(np.linalg.norm(one - other) for one in W[1] for other in W[1])


def flat_share(theta, X):
    """The share of the hidden units' activations, over all examples, where the slope is next to nothing."""
    W, b, _ = views(theta, NETWORK)
    Z, _ = impl.layer_forward(W[1], b[1], X, "tanh")
    return (impl.activation_slope(Z, "tanh") < FLAT).mean()


if __name__ == "__main__":
    main(draw, __file__)
