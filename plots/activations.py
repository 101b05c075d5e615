"""Row 6 of COURSE.md: P, B and F "Activation functions", C 13. The eight activations and their slopes.

To see: sigmoid and tanh flatten on both sides, relu on one, and step and sign have slope 0 everywhere, so that no
gradient passes. For softmax three units, of which one logit moves.
"""

import numpy as np
from common import GREY, impl, main, slide

from loopwise.interface import ACTIVATIONS
from loopwise.report.style import BLACK, BLUE, GREEN, ORANGE, VERMILION

REACH = 4.0  # z from −4 to 4
OTHERS = (0.0, 1.0)  # the logits of softmax that stand still


def draw(quick=False):
    """One panel an activation: g(z), and g'(z) dashed."""
    figure = slide("Where the slope is 0, nothing is learned", height=7.5)
    panels = figure.subplots(2, 4)
    for panel, activation in zip(panels.flat, ACTIVATIONS, strict=True):
        panel.set_title(activation)
        panel.axhline(0, color=GREY, lw=1)
        panel.axvline(0, color=GREY, lw=1)
        panel.set(xlim=(-REACH, REACH), ylim=(-1.3, 2.3), xticks=(-3, 0, 3), yticks=(-1, 0, 1, 2))
        (draw_softmax if activation == "softmax" else draw_activation)(panel, activation, 40 if quick else 400)
    for panel in panels[-1]:
        panel.set_xlabel("z")
    figure.legend(*panels[0, 3].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=22)
    return figure


def draw_activation(panel, activation, points):
    """Left and right of 0 apart, because some jump there; a dot says what holds at 0."""
    left, right = np.linspace(-REACH, -1e-9, points), np.linspace(0, REACH, points)
    operations = (impl.activate, "g(z)", BLUE, "-"), (impl.activation_slope, "slope g'(z)", VERMILION, "--")
    for operation, label, colour, style in operations:
        before, after = (operation(z.reshape(1, -1), activation)[0] for z in (left, right))
        panel.plot(left, before, style, color=colour, label=label)
        panel.plot(right, after, style, color=colour)
        if abs(after[0] - before[-1]) > 1e-3:
            panel.plot(0, after[0], "o", color=colour, ms=9)


def draw_softmax(panel, activation, points):
    """The probabilities of three units while the first one's logit moves, and the slope of the first."""
    z = np.linspace(-REACH, REACH, 2 * points)
    Z = np.vstack([z, *(np.full_like(z, other) for other in OTHERS)])
    A, slope = impl.activate(Z, activation), impl.activation_slope(Z, activation)
    for k, colour in enumerate((BLUE, GREEN, ORANGE)):
        panel.plot(z, A[k], color=colour)
    panel.plot(z, slope[0], "--", color=VERMILION)
    panel.set(ylim=(-0.04, 1.2), yticks=(0, 0.5, 1))
    panel.text(3.8, 1.03, "a₁: z₁ = z", color=BLUE, ha="right")
    panel.text(-3.8, 0.77, f"a₃: z₃ = {OTHERS[1]:.0f}", color=BLACK)
    panel.text(-3.8, 0.30, f"a₂: z₂ = {OTHERS[0]:.0f}", color=BLACK)


if __name__ == "__main__":
    main(draw, __file__)
