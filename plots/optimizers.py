"""Row 28 of COURSE.md: P contents 7 "Optimizers", C 19. Descent, momentum, RMSprop and Adam in one narrow valley.

To see: descent leaps from wall to wall and creeps along the floor, because the steep direction limits alpha; momentum
averages the leaps away; RMSprop and Adam divide each direction by its own size, so that they do not feel how narrow the
valley is. Steps are the operations of the interface on J = ½ (x² + 30 y²).
"""

import numpy as np
from common import draw_contours, impl, main, slide

from loopwise.report.style import BLACK, BLUE, GREEN, PURPLE, VERMILION

CURVATURE = np.array([1.0, 30.0])
START, STEPS = np.array([-9.0, 2.0]), 40

# optimizer: (alpha, colour, its step; `memory` is what it remembers, zeros before the first).
OPTIMIZERS = {
    "descent": (0.062, VERMILION, lambda theta, g, t, alpha: (impl.descend(theta, g, alpha),)),
    "momentum": (0.15, BLUE, lambda theta, g, t, alpha, v: impl.momentum(theta, g, v, alpha, 0.8)),
    "rmsprop": (0.4, GREEN, lambda theta, g, t, alpha, s: impl.rmsprop(theta, g, s, alpha, 0.9, 1e-8)),
    "adam": (0.3, PURPLE, lambda theta, g, t, alpha, v, s: impl.adam(theta, g, v, s, t, alpha, 0.9, 0.999, 1e-8)),
}


def cost(x, y):
    """The valley: thirty times as steep across as along."""
    return 0.5 * (CURVATURE[0] * x**2 + CURVATURE[1] * y**2)


def path(step, alpha, memories):
    """theta after every step, the start included."""
    thetas, memory = [START], [np.zeros(2)] * memories
    for t in range(1, STEPS + 1):
        theta, *memory = step(thetas[-1], CURVATURE * thetas[-1], t, alpha, *memory)
        thetas.append(theta)
    return np.array(thetas)


def draw(quick=False):
    """One panel an optimizer, each with its path and where it ends."""
    points = 30 if quick else 120
    figure = slide(f"One narrow valley, {STEPS} steps: each optimizer's way", height=7)
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    memories = {"descent": 0, "momentum": 1, "rmsprop": 1, "adam": 2}
    for panel, (name, (alpha, colour, step)) in zip(panels.flat, OPTIMIZERS.items()):
        draw_contours(
            panel, cost, np.linspace(-10, 3, points), np.linspace(-2.6, 2.6, points), np.geomspace(0.3, 100, 9)
        )
        thetas = path(step, alpha, memories[name])
        panel.plot(*thetas.T, "o-", color=colour, lw=3, ms=7)
        panel.plot(*START, "o", color="white", mec=BLACK, mew=3, ms=15)
        panel.plot(0, 0, "*", color="white", mec=BLACK, mew=1.5, ms=22)
        J = cost(*thetas[-1])
        panel.set_title(f"{name}, α = {alpha}: " + (f"J = {J:.2g}" if J >= 1e-3 else "J < 0.001"))
        panel.set(xlim=(-10, 3), ylim=(-2.6, 2.6))
    return figure


if __name__ == "__main__":
    main(draw, __file__)
