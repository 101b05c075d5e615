"""Cats and other things, drawn from a seed: the lecture's cat problem (C 5) with nothing to download.

A picture is a scene, by day or by night, with a cat or something else in the middle. Two things tell them apart, each
of them most of the time, none always:

- cats like it indoors, and most other things stand outside. Colours give that away, and a line can weigh colours.
- a cat stands out, dark by day and pale by night; other things fade into the scene. The cat's brightness says nothing,
  the scene's says nothing, the two together do: XOR, for which it takes a hidden layer.

Of 50 held-out pictures logistic regression gets about 73 % right, the course's network 12288-20-7-5-1 about 88 %.
"""

import numpy as np

from .palette import BLACK, DARK, IRISES, PALE, PINK, WHITE, Coat, pick, shade
from .pen import Pen
from .scenes import meadow, room
from .things import THINGS

SIZE = 64
FINE = 4  # drawn four times as large, then averaged: smooth edges
AT_HOME = 0.72  # share of the cats that are indoors, and of the other things that are outside
STANDS_OUT = 0.9  # share of the cats that stand out, and of the other things that fade in


def draw(examples, seed=0):
    """Draw other things and cats, in turn.

    Returns
    -------
    pictures : array (examples, 64, 64, 3) of uint8
    labels : array (examples,)
        1 for a cat.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(examples) % 2
    return np.stack([draw_one(label == 1, rng) for label in labels]), labels


def draw_one(is_cat, rng):
    """One picture: the scene, what stands in it, and the camera's noise."""
    day = bool(rng.integers(2))
    indoors = (rng.random() < AT_HOME) == is_cat
    stands_out = (rng.random() < STANDS_OUT) == is_cat
    image = (room if indoors else meadow)(day, SIZE * FINE, rng)
    size, tilt = rng.uniform(0.68, 0.92), rng.normal(0, 0.07)
    pen = Pen.over(image).at(*rng.uniform(-0.2, 0.2, 2), size, tilt, mirrored=rng.random() < 0.5)
    thing = cat if is_cat else THINGS[rng.integers(len(THINGS))]
    thing(pen, PALE if day != stands_out else DARK, rng)
    pixels = np.asarray(image.reduce(FINE)) * rng.uniform(0.92, 1.08) + rng.normal(0, 4, (SIZE, SIZE, 3))
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


# === A cat, part by part ==============================================================================================


def cat(pen, pale, rng):
    """A cat that sits, lies or walks."""
    (sitting, lying, walking)[rng.integers(3)](pen, Coat.chosen(pale, rng), rng)


def sitting(pen, coat, rng):
    """Body, paws and head seen from the front, the tail up at one side."""
    tail(pen, coat, (0.3, 0.85), (0.9, 1.0), (0.75, 0.3), (0.95, rng.uniform(-0.2, 0.2)))
    pen.blob(coat.fur, 0, 0.45, 0.42, 0.55)
    for x in (-0.3, 0.3):
        pen.blob(shade(coat.fur, 0.93), x, 0.78, 0.22, 0.2)
    pen.blob(coat.belly, 0, 0.42, 0.2, 0.34)
    for x in (-0.12, 0.12):
        pen.bow(coat.fur, 0.17, (x, 0.5), (x, 0.92))
        pen.blob(coat.belly, x, 0.94, 0.12, 0.07)
    head(pen.at(0, -0.32, 0.52, rng.normal(0, 0.1)), coat, rng)


def lying(pen, coat, rng):
    """A loaf, the tail around it."""
    pen.blob(coat.fur, 0.15, 0.45, 0.78, 0.38)
    for x in (0.2, 0.42, 0.64):
        pen.bow(coat.marks, 0.07, (x, 0.14), (x + 0.08, 0.25), (x + 0.04, 0.4))
    tail(pen, coat, (0.85, 0.55), (1.05, 0.95), (0.4, 0.9), (-0.1, 0.78))
    for x in (-0.5, -0.28):
        pen.blob(coat.belly, x, 0.77, 0.14, 0.08)
    head(pen.at(-0.42, 0.02, 0.52, rng.normal(0, 0.12)), coat, rng)


def walking(pen, coat, rng):
    """Seen from the side, the tail up."""
    tail(pen, coat, (0.6, 0.15), (0.95, 0.1), (0.7, -0.5), (0.95, rng.uniform(-0.8, -0.5)))
    for x, step in ((-0.35, -0.08), (-0.15, 0.08), (0.35, -0.06), (0.55, 0.1)):
        pen.bow(shade(coat.fur, 0.88), 0.16, (x, 0.35), (x, 0.6), (x + step, 0.9))
        pen.blob(coat.belly, x + step - 0.03, 0.92, 0.1, 0.06)
    pen.blob(coat.fur, 0.1, 0.22, 0.62, 0.3)
    for x in (0.1, 0.28, 0.46):
        pen.bow(coat.marks, 0.06, (x, -0.04), (x + 0.05, 0.05), (x + 0.02, 0.2))
    head(pen.at(-0.48, -0.22, 0.48, rng.normal(0, 0.1)), coat, rng)


def tail(pen, coat, *points):
    """A bent tail; its tip has the markings' colour."""
    pen.bow(coat.fur, 0.16, *points)
    pen.blob(coat.marks, *points[-1], 0.08)


def head(pen, coat, rng):
    """Ears, stripes, eyes, a muzzle with nose and mouth, and whiskers."""
    for side in (-1, 1):
        pen.shape(coat.fur, (side * 0.9, -0.2), (side * 0.86, -1.25), (side * 0.15, -0.68))
        pen.shape(PINK, (side * 0.78, -0.45), (side * 0.76, -1.0), (side * 0.36, -0.66))
    pen.blob(coat.fur, 0, 0, 0.95, 0.78)
    for x in (-0.2, 0, 0.2):
        pen.bow(coat.marks, 0.09, (x, -0.7), (0.8 * x, -0.42))
    pen.blob(coat.belly, 0, 0.36, 0.46, 0.34)
    eyes(pen, rng)
    pen.shape((222, 110, 122), (-0.12, 0.16), (0.12, 0.16), (0, 0.3))
    whisker = WHITE if sum(coat.fur) < 380 else (90, 80, 80)
    for side in (-1, 1):
        pen.bow(BLACK, 0.05, (0, 0.28), (side * 0.05, 0.48), (side * 0.24, 0.44))
        for y in (0.2, 0.36, 0.52):
            pen.bow(whisker, 0.045, (side * 0.4, 0.34), (side * 1.25, y))


def eyes(pen, rng):
    """Wide open, with pupils that are slits or not; now and then shut."""
    iris, pupil, asleep = pick(rng, IRISES), rng.uniform(0.06, 0.14), rng.random() < 0.12
    for x in (-0.4, 0.4):
        if asleep:
            pen.bow(BLACK, 0.07, (x - 0.2, -0.08), (x, 0.08), (x + 0.2, -0.08))
            continue
        pen.blob(BLACK, x, -0.08, 0.25)
        pen.blob(iris, x, -0.08, 0.2)
        pen.blob(BLACK, x, -0.08, pupil, 0.19)
        pen.blob(WHITE, x + 0.07, -0.16, 0.06)
