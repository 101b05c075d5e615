"""Where a thing stands: a room or a meadow, by day or by night."""

import numpy as np
from PIL import Image

from .palette import FLOORS, GRASS, LAMP, PAINTS, SKIES, WALLS, WHITE, pick, shade
from .pen import Pen


def room(day, size, rng):
    """Wallpaper, a window or a picture, a rug or a ball of wool."""
    wall, horizon = pick(rng, WALLS[day]), rng.uniform(0.62, 0.8)
    image = backdrop(wall, pick(rng, FLOORS[day]), horizon, size)
    pen = Pen.over(image).at(0, 0, mirrored=rng.random() < 0.5)
    if rng.random() < 0.5:
        for x in np.arange(-1, 1, rng.uniform(0.2, 0.5)):
            pen.box(shade(wall, 0.94), x, -1, x + 0.06, 2 * horizon - 1)
    frame, inside = ((246, 240, 228), SKIES) if rng.random() < 0.5 else ((150, 104, 60), PAINTS)
    hung = pen.at(rng.uniform(-0.9, -0.4), rng.uniform(-0.8, -0.5), 0.3)
    hung.box(frame, -1, -1, 1, 1)
    hung.box(pick(rng, inside[day]), -0.8, -0.8, 0.8, 0.8)
    if rng.random() < 0.5:
        pen.blob(pick(rng, PAINTS[day]), rng.uniform(-0.3, 0.3), 0.85, 0.8, 0.12)
    if rng.random() < 0.4:
        wool(pen.at(rng.uniform(0.5, 0.85), 0.8, 0.13), pick(rng, PAINTS[day]))
    return image


def wool(pen, colour):
    """A ball of wool and its loose end."""
    pen.bow(colour, 0.2, (0, 0.9), (-1, 1.3), (-1.2, 0.6), (-2, 1))
    pen.blob(colour, 0, 0, 1)
    for x in (-0.5, 0, 0.5):
        pen.bow(shade(colour, 0.8), 0.14, (x - 0.3, -0.6), (x + 0.5, 0), (x - 0.2, 0.7))


def meadow(day, size, rng):
    """Sun and clouds, or moon and stars; a hill and grass."""
    grass = pick(rng, GRASS[day])
    image = backdrop(pick(rng, SKIES[day]), grass, rng.uniform(0.58, 0.78), size)
    pen = Pen.over(image).at(0, 0, mirrored=rng.random() < 0.5)
    pen.blob(LAMP if day else (236, 232, 206), rng.uniform(-0.85, -0.5), rng.uniform(-0.85, -0.6), 0.13)
    for _ in range(rng.integers(2, 6)):
        x, y = rng.uniform(-0.9, 0.9), rng.uniform(-0.95, -0.4)
        pen.blob(WHITE if day else LAMP, x, y, *((0.2, 0.07) if day else (0.025,)))
        pen.blob(WHITE if day else LAMP, x + 0.1, y - 0.05, *((0.12, 0.08) if day else (0.012,)))
    pen.blob(shade(grass, 0.92), rng.uniform(-0.6, 0.6), 0.65, 0.8, rng.uniform(0.2, 0.4))
    for x, y in rng.uniform((-1, 0.6), (1, 1), (12, 2)):
        pen.bow(shade(grass, 0.82), 0.03, (x, y), (x + rng.uniform(-0.05, 0.05), y - 0.13))
    return image


def backdrop(above, below, horizon, size):
    """A square picture of two colours, each a gradient, that meet at the horizon (0 the top, 1 the bottom)."""
    y = np.linspace(0, 1, size)[:, None]
    column = np.where(y < horizon, np.array(above) * (1.06 - 0.16 * y), np.array(below) * (0.86 + 0.2 * y))
    return Image.fromarray(np.clip(column, 0, 255).astype(np.uint8)[:, None, :]).resize((size, size))
