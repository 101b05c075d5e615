"""Colours: everything comes in dark and pale ones."""

from typing import NamedTuple

import numpy as np

DARK, PALE = False, True
FURS = {  # fur, markings, belly
    DARK: [
        ((52, 50, 58), (34, 32, 40), (88, 84, 92)),
        ((46, 44, 52), (46, 44, 52), (226, 222, 222)),
        ((96, 66, 46), (60, 38, 28), (142, 110, 84)),
        ((84, 86, 98), (54, 56, 68), (122, 124, 134)),
        ((124, 70, 32), (84, 42, 20), (170, 124, 84)),
    ],
    PALE: [
        ((240, 232, 220), (222, 186, 144), (255, 252, 246)),
        ((236, 168, 96), (200, 116, 54), (252, 226, 192)),
        ((204, 206, 214), (150, 154, 168), (240, 240, 244)),
        ((236, 232, 230), (236, 168, 96), (252, 250, 248)),
        ((232, 206, 164), (190, 146, 100), (250, 238, 216)),
    ],
}
WALLS = {DARK: [(74, 48, 52), (60, 52, 72), (70, 58, 44)], PALE: [(240, 214, 190), (236, 222, 184), (238, 206, 206)]}
FLOORS = {DARK: [(70, 44, 34), (58, 46, 52)], PALE: [(206, 164, 118), (220, 186, 146)]}
SKIES = {DARK: [(26, 34, 70), (40, 40, 84), (24, 48, 74)], PALE: [(150, 204, 240), (176, 220, 240), (196, 216, 244)]}
GRASS = {DARK: [(30, 62, 50), (34, 54, 40)], PALE: [(150, 204, 110), (180, 210, 120)]}
LEAVES = {DARK: [(40, 80, 56), (56, 78, 40)], PALE: [(160, 206, 120), (232, 196, 120), (244, 196, 206)]}
WOODS = {DARK: [(84, 60, 48)], PALE: [(176, 136, 100)]}
PAINTS = {
    DARK: [(112, 40, 48), (44, 60, 110), (40, 84, 66), (92, 60, 96), (100, 72, 40)],
    PALE: [(240, 150, 140), (150, 186, 236), (250, 220, 130), (226, 170, 220), (164, 218, 196)],
}
IRISES = [(170, 210, 80), (240, 200, 70), (120, 190, 220)]
BLACK, WHITE, PINK, GLASS, LAMP = (28, 24, 30), (252, 252, 250), (232, 150, 154), (196, 226, 240), (255, 240, 170)


class Coat(NamedTuple):
    """The three colours of a cat or a dog."""

    fur: tuple
    marks: tuple
    belly: tuple

    @classmethod
    def chosen(cls, pale, rng):
        """One of the dark or the pale coats."""
        colours = FURS[pale][rng.integers(len(FURS[pale]))]
        return cls(*(pick(rng, [colour]) for colour in colours))


def shade(colour, factor):
    """The colour, darker (factor < 1) or brighter."""
    return tuple(min(255, int(value * factor)) for value in colour)


def pick(rng, colours):
    """One of the colours, a little changed."""
    colour = np.array(colours[rng.integers(len(colours))]) + rng.normal(0, 6) + rng.normal(0, 4, 3)
    return tuple(int(value) for value in np.clip(colour, 0, 255))
