"""Row 8 of COURSE.md: C 7.1.1, B "Loss function". Why the squared loss is not used after a sigmoid: not convex.

To see: on the same five examples J(w) bends down over two long stretches (vermilion) with the squared loss, and nowhere
with cross-entropy. Gradient descent from the same w, with the same alpha, stays on the plateau and arrives.
"""

import numpy as np
from common import impl, main, native, slide

from loopwise.report.style import BLACK, BLUE, VERMILION

X, Y = native(np.array([[-2.0, -1.0, 0.5, 1.0, 3.0]]), np.array([[0.0, 0.0, 0.0, 1.0, 1.0]]))
START, ALPHA = -6.0, 1.0
REACH = (-7, 8)


def cost(w, loss):
    """J of the neuron σ(w x), without a bias."""
    Z = impl.matmul(np.array([[w]]), X)
    return impl.cost(Z, impl.activate(Z, "sigmoid"), Y, loss, "sigmoid")


def descend(loss, steps):
    """w after every step of gradient descent, the start included."""
    path = [np.array([[START]])]
    for _ in range(steps):
        Z = impl.matmul(path[-1], X)
        dZ = impl.output_delta(Z, impl.activate(Z, "sigmoid"), Y, loss, "sigmoid")
        dW, _ = impl.layer_gradient(dZ, X)
        path.append(impl.descend(path[-1], dW, ALPHA))
    return np.array(path).ravel()


def draw(quick=False):
    """J(w) with either loss, and where gradient descent goes."""
    figure = slide("Squared loss after a sigmoid: a plateau where descent gets stuck", height=6.8)
    for panel, loss in zip(figure.subplots(1, 2), ("squared", "cross_entropy")):
        draw_cost(panel, loss, 60 if quick else 600)
        draw_descent(panel, loss, 10 if quick else 100)
        panel.set(xlabel="w", ylabel="J(w)", xlim=REACH, xticks=range(-6, 9, 3))
        panel.set_ylim(bottom=0)
        panel.locator_params(axis="y", nbins=5)
    return figure


def draw_cost(panel, loss, points):
    """The curve; where its second difference is negative it is not convex."""
    w = np.linspace(*REACH, points)
    J = np.array([cost(w_k, loss) for w_k in w])
    bends_down = np.r_[False, J[:-2] - 2 * J[1:-1] + J[2:] < -1e-13, False]
    panel.plot(w, J, color=BLUE)
    if bends_down.any():
        panel.plot(w, np.where(bends_down, J, np.nan), color=VERMILION, lw=9, label="bends down")
    said = "not convex" if bends_down.any() else "convex"
    panel.set_title(f"{loss.replace('_', '-')} loss: {said}")


def draw_descent(panel, loss, steps):
    """Start, end and every step between."""
    path = descend(loss, steps)
    J = [cost(w, loss) for w in path]
    panel.plot(path, J, "o", color=BLACK, ms=6)
    panel.plot(path[0], J[0], "o", mfc="none", mec=BLACK, mew=3, ms=24, label="start")
    panel.plot(path[-1], J[-1], "o", color=BLACK, ms=15, label=f"after {steps} steps")
    panel.legend(loc="upper right")


if __name__ == "__main__":
    main(draw, __file__)
