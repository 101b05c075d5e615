"""Row 15 of COURSE.md: P "Adaptive Linear Neurons", feature scaling. Standardized features: far fewer iterations.

To see: logistic regression on the breast cancer data, as measured and standardized. Right: a scan of learning rates,
four a decade, each run until J ≤ 0.2; left: the costs with the alpha that was first. Raw features need an alpha small
enough for the largest of them (areas of 1000), with which the others hardly move; even with the best one the cost jumps
up and down, so the lowest one so far is drawn.
"""

import numpy as np
from common import GREY, impl, main, native, slide
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

from loopwise import Neuron, train
from loopwise.report.style import BLUE, VERMILION

TARGET, LIMIT, AT_ONCE = 0.2, 8000, 500
RATES = {"raw": 10.0 ** np.arange(-5.5, -3.7, 0.25), "standardized": 10.0 ** np.arange(-2.5, 2.1, 0.25)}
COLOURS = {"raw": VERMILION, "standardized": BLUE}


def iterate(X, Y, alpha, limit, target=TARGET):
    """The lowest cost so far at each iteration, until `target` is reached, the run diverges, or `limit`."""
    model, start = Neuron("logistic", len(X)), np.zeros(len(X) + 1)
    state = train(impl, model, start, X, Y, alpha=alpha, epochs=min(limit, AT_ONCE))
    while state.stopped == "epochs" and min(state.costs) > target and state.epoch < limit:
        state = train(impl, model, start, X, Y, alpha=alpha, epochs=state.epoch + AT_ONCE, state=state)
    return np.minimum.accumulate(state.costs)


def draw(quick=False):
    """The costs with the best alpha, and the iterations that each alpha needs."""
    bunch = load_breast_cancer()
    features = {"raw": bunch.data.T, "standardized": StandardScaler().fit_transform(bunch.data).T}
    (Y,), limit = native(bunch.target.reshape(1, -1)), 300 if quick else LIMIT
    figure = slide("Standardized features: far fewer iterations")
    left, right = figure.subplots(1, 2)
    for name, X in features.items():
        (X,) = native(np.ascontiguousarray(X))
        rates = RATES[name][::2] if quick else RATES[name]
        best, count = draw_scan(right, name, rates, [iterate(X, Y, alpha, limit) for alpha in rates], limit)
        draw_costs(left, name, iterate(X, Y, best, limit, target=0), count)
    left.axhline(TARGET, color=GREY, lw=2)
    left.set(title="with the best α", xlabel="iteration", ylabel="lowest J so far", xscale="log", yscale="log")
    left.set_yticks((0.03, 0.1, 0.2, 0.7), ("0.03", "0.1", "0.2", "0.7"))
    left.set_yticks((), minor=True)
    right.set(title="every α tried", xlabel="α", ylabel=f"iterations until J ≤ {TARGET}", xscale="log", yscale="log")
    right.text(1e2, 1.3 * limit, f"×: not within {limit}", ha="right")
    right.set_ylim(0.6, 4 * limit)
    return figure


def draw_scan(panel, name, rates, runs, limit):
    """The iterations that each alpha needs; returns the best alpha and its number."""
    needed = np.array([np.argmax(J <= TARGET) + 1 if J[-1] <= TARGET else np.inf for J in runs])
    there, best = np.isfinite(needed), int(np.argmin(needed))
    panel.plot(rates[there], needed[there], "o-", color=COLOURS[name], ms=12)
    panel.plot(rates[~there], np.full((~there).sum(), limit), "x", color=COLOURS[name], ms=14, mew=4)
    count = int(min(needed[best], limit))
    panel.text(rates[best], 0.45 * count, name, ha="center", color=COLOURS[name])
    return rates[best], count


def draw_costs(panel, name, J, count):
    """The lowest cost so far, and where it is low enough."""
    panel.plot(range(1, len(J) + 1), J, color=COLOURS[name])
    panel.plot(count, J[count - 1], "o", color=COLOURS[name], ms=15)
    place = {"xytext": (18, 0), "ha": "left"} if count < 100 else {"xytext": (0, 16), "ha": "center"}
    panel.annotate(f"{name}: {count}", (count, J[count - 1]), textcoords="offset points", color=COLOURS[name], **place)


if __name__ == "__main__":
    main(draw, __file__)
