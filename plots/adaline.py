"""Row 14 of COURSE.md: P "Adaptive Linear Neurons and the Delta Rule". The learning rate of Adaline.

To see, above: J(w) with the steps of gradient descent on it, which overshoot ever further, creep, or arrive; below: the
cost of each epoch. The run that diverges says so itself. Data: the lecture's house prices by their size (B "Structured
data"), one standardized feature; b starts at the mean price, where it stays, so that w alone moves.
"""

import numpy as np
from common import GREY, impl, main, native, slide, watch

from loopwise import Neuron, datasets
from loopwise.learning.training import reason
from loopwise.report.style import BLUE, GREEN, VERMILION

# Stable below 2/λ = 0.5: λ = Σ x² = m = 4, because x is standardized.
RATES = ((0.55, "too large", VERMILION), (0.004, "too small", BLUE), (0.15, "it suits", GREEN))
MODEL, EPOCHS, SHOWN = Neuron("adaline", 1), 60, 12


def draw(quick=False):
    """A column a learning rate: the path, and the cost of each epoch. It is always quick."""
    data = datasets.load("houses")
    X, Y = native(data.X[:1], data.Y)
    figure = slide("The learning rate decides", height=8.2)
    panels = figure.subplots(2, 3, sharey="row", height_ratios=(1.15, 1))
    for column, (alpha, said, colour) in zip(panels.T, RATES):
        start = np.array([-1.0, data.Y.mean()])
        state, path = watch(np.copy, MODEL, start, X, Y, alpha=alpha, epochs=EPOCHS)
        column[0].set_title(f"α = {alpha}: {said}")
        draw_path(column[0], path, X, Y, colour)
        draw_costs(column[1], state, colour)
    panels[0, 0].set_ylabel("J(w)")
    panels[1, 0].set_ylabel("J, logarithmic")
    return figure


def draw_path(panel, path, X, Y, colour):
    """The parabola, and the first steps on it."""
    for w, style in (
        (np.linspace(-6, 13, 120), {"color": GREY, "lw": 3}),
        (path[: SHOWN + 1, 0], {"color": colour, "lw": 2.5, "marker": "o", "ms": 10}),
    ):
        J = [impl.adaline_step(np.array([[w_k]]), path[0, 1], X, Y)[0] for w_k in w]
        panel.plot(w, J, **style)
    panel.set(xlabel="w", xlim=(-6, 13), ylim=(-5, 150))


def draw_costs(panel, state, colour):
    """J after each epoch, and how the run ended."""
    panel.semilogy(range(1, len(state.costs) + 1), state.costs, color=colour)
    end = reason(MODEL, state).replace("epochs", f"ends at J = {state.costs[-1]:.2g}")
    panel.text(0.97, 0.3, end, ha="right", transform=panel.transAxes)
    panel.set(xlabel="epoch", xlim=(0, EPOCHS))


if __name__ == "__main__":
    main(draw, __file__)
