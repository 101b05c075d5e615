"""Row 27 of COURSE.md: P contents 6 "Batch Normalization". A deep sigmoid network with and without it.

To see: ten layers, small initial weights (0.01). Every sigmoid layer flattens what it is given, so the last one cannot
tell the digits apart and the cost stays at log 10, that of guessing, whatever the seed. Normalized before each
activation, the same network with the same hyper-parameters learns. Thin: five seeds; thick: their mean.
"""

import math

from common import GREY, draw_runs, impl, main, native, slide

from loopwise import Architecture, datasets, initialize, train
from loopwise.report.style import BLUE, VERMILION

LAYERS, WIDTH, SEEDS = 10, 30, 5
HYPER = {"alpha": 0.01, "epochs": 20, "batch_size": 64, "optimizer": "adam"}


def learn(batch_norm, data, seed, epochs):
    """The cost of each epoch."""
    sizes = (len(data.X), *[WIDTH] * (LAYERS - 1), len(data.Y))
    network = Architecture(sizes, ("sigmoid",) * (LAYERS - 1) + ("softmax",), batch_norm=batch_norm)
    theta = initialize(network, "small", seed)
    hyper = HYPER | {"epochs": epochs, "seed": seed}
    return train(impl, network, theta, *native(data.X, data.Y), **hyper).costs


def draw(quick=False):
    """Both costs in one panel."""
    data = datasets.load("digits", test_fraction=0.8 if quick else 0.2)
    figure = slide(f"From small weights, {LAYERS} sigmoid layers need batch normalization", height=6.5)
    panel = figure.subplots()
    for batch_norm, label, colour in ((False, "without", VERMILION), (True, "with batch normalization", BLUE)):
        runs = [learn(batch_norm, data, seed, 3 if quick else HYPER["epochs"]) for seed in range(2 if quick else SEEDS)]
        last = [costs[-1] for costs in runs]
        draw_runs(panel, runs, colour, f"{label}: {min(last):.2f} to {max(last):.2f} at the end")
    panel.axhline(math.log(len(data.Y)), color=GREY, ls=":", lw=3, label="guessing: log 10")
    panel.set(xlabel="epoch", ylabel="cost J, digits", ylim=(0, 2.6), xticks=range(0, HYPER["epochs"] + 1, 5))
    panel.set_xlim(0.5, 3 if quick else HYPER["epochs"])
    panel.legend(loc="center right", fontsize=20)
    return figure


if __name__ == "__main__":
    main(draw, __file__)
