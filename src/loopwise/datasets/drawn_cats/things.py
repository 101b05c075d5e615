"""Things that are not cats, each dark or pale. What looks most like a cat is the dog: mind the ears."""

import numpy as np

from .palette import BLACK, DARK, GLASS, LAMP, LEAVES, PAINTS, WHITE, WOODS, Coat, pick, shade
from .pen import CIRCLE


def house(pen, pale, rng):
    wall, roof = pick(rng, PAINTS[pale]), pick(rng, PAINTS[pale])
    pen.box(wall, -0.65, -0.15, 0.65, 0.95)
    pen.box(shade(roof, 0.8), 0.3, -0.9, 0.5, -0.3)
    pen.shape(shade(roof, 0.85), (-0.85, -0.1), (0.85, -0.1), (0, -0.95))
    pen.box(shade(roof, 0.7), -0.15, 0.4, 0.15, 0.95)
    for x in (-0.4, 0.4):
        pen.box(LAMP, x - 0.14, 0.1, x + 0.14, 0.38)


def tree(pen, pale, rng):
    leaves = pick(rng, LEAVES[pale])
    pen.bow(pick(rng, WOODS[pale]), 0.22, (0, 0.95), (0.05, 0.5), (0, 0))
    for x, y, r in ((-0.4, -0.1, 0.42), (0.42, -0.05, 0.42), (0, -0.45, 0.5)):
        pen.blob(leaves, x, y, r)
    for x, y in rng.uniform((-0.5, -0.7), (0.5, 0.2), (8, 2)):
        pen.blob(shade(leaves, 1.15), x, y, 0.09)


def car(pen, pale, rng):
    paint = pick(rng, PAINTS[pale])
    pen.shape(paint, (-0.5, 0.1), (-0.3, -0.35), (0.3, -0.35), (0.6, 0.1))
    pen.shape(GLASS, (-0.38, 0.08), (-0.24, -0.25), (-0.03, -0.25), (-0.03, 0.08))
    pen.shape(GLASS, (0.05, 0.08), (0.05, -0.25), (0.26, -0.25), (0.44, 0.08))
    pen.blob(paint, 0, 0.3, 0.98, 0.28)
    for x in (-0.5, 0.52):
        pen.blob((48, 46, 52), x, 0.5, 0.23)
        pen.blob((190, 190, 196), x, 0.5, 0.1)
    pen.blob(LAMP, -0.9, 0.25, 0.08)


def fish(pen, pale, rng):
    scales = pick(rng, PAINTS[pale])
    pen.shape(shade(scales, 0.85), (0.5, 0), (1, -0.45), (0.9, 0), (1, 0.45))
    pen.shape(shade(scales, 0.85), (-0.2, -0.4), (0.3, -0.7), (0.35, -0.2))
    pen.blob(scales, -0.1, 0, 0.75, 0.45)
    for x in (-0.1, 0.15, 0.4):
        pen.bow(shade(scales, 0.8), 0.06, (x, -0.25), (x + 0.14, 0), (x, 0.25))
    pen.blob(WHITE, -0.5, -0.1, 0.14)
    pen.blob(BLACK, -0.53, -0.1, 0.07)
    for y in (-0.35, -0.6):
        pen.blob((235, 245, 255), -0.9, y, 0.06)


def blossom(pen, pale, rng):
    petals, stalk = pick(rng, PAINTS[pale]), shade(pick(rng, LEAVES[DARK]), 1.3)
    pen.bow(stalk, 0.09, (0, 0.98), (0.1, 0.5), (0, -0.2))
    for side in (-1, 1):
        pen.at(0.05, 0.6, tilt=side * 0.6).blob(stalk, side * 0.25, 0, 0.25, 0.1)
    for k in range(7):
        pen.at(0, -0.3, tilt=2 * np.pi * k / 7).blob(petals, 0.4, 0, 0.28, 0.19)
    pen.blob((236, 190, 70), 0, -0.3, 0.23)


def dog(pen, pale, rng):
    coat = Coat.chosen(pale, rng)
    pen.bow(coat.fur, 0.13, (0.35, 0.75), (0.7, 0.7), (0.85, 0.3))
    pen.blob(coat.fur, 0, 0.5, 0.42, 0.5)
    for x in (-0.14, 0.14):
        pen.bow(coat.fur, 0.18, (x, 0.5), (x, 0.9))
        pen.blob(coat.belly, x, 0.93, 0.13, 0.07)
    pen.blob(coat.fur, 0, -0.35, 0.44, 0.46)
    for side in (-1, 1):
        pen.at(side * 0.44, -0.3, tilt=-side * 0.2).blob(shade(coat.marks, 0.9), 0, 0, 0.15, 0.42)
        pen.blob(WHITE, side * 0.17, -0.45, 0.09)
        pen.blob(BLACK, side * 0.17, -0.44, 0.06)
    pen.blob((226, 110, 120), 0.04, 0.08, 0.08, 0.16)
    pen.blob(coat.belly, 0, -0.15, 0.24, 0.2)
    pen.blob(BLACK, 0, -0.25, 0.11, 0.08)


def bird(pen, pale, rng):
    feathers = pick(rng, PAINTS[pale])
    pen.shape(shade(feathers, 0.8), (0.4, 0.1), (1, -0.1), (0.95, 0.2), (0.5, 0.4))
    for x in (-0.05, 0.15):
        pen.bow((220, 150, 60), 0.05, (x, 0.5), (x, 0.9))
    pen.blob(feathers, 0.1, 0.15, 0.6, 0.42)
    pen.blob(feathers, -0.4, -0.3, 0.34)
    pen.shape((240, 170, 60), (-0.7, -0.4), (-0.7, -0.15), (-1, -0.25))
    pen.at(0.2, 0.1, tilt=0.3).blob(shade(feathers, 0.8), 0, 0, 0.36, 0.2)
    pen.blob(BLACK, -0.48, -0.36, 0.06)


def mushroom(pen, pale, rng):
    stem = shade(pick(rng, WOODS[pale]), 1.3)
    pen.bow(stem, 0.36, (0, 0.85), (0.05, 0.4), (0, 0))
    pen.shape(pick(rng, PAINTS[pale]), *((0.85 * z.real, 0.05 - 0.8 * z.imag) for z in CIRCLE[:15]))
    for x, y, r in ((-0.35, -0.2, 0.12), (0.1, -0.45, 0.14), (0.45, -0.15, 0.1)):
        pen.blob(stem, x, y, r)


def boat(pen, pale, rng):
    sail, hull = pick(rng, PAINTS[pale]), shade(pick(rng, PAINTS[pale]), 0.8)
    pen.bow(pick(rng, WOODS[pale]), 0.08, (0, 0.5), (0, -0.9))
    pen.shape(sail, (0.06, -0.9), (0.06, 0.35), (0.7, 0.35))
    pen.shape(shade(sail, 0.9), (-0.06, -0.7), (-0.06, 0.35), (-0.55, 0.35))
    pen.shape(hull, (-0.85, 0.45), (0.9, 0.45), (0.55, 0.9), (-0.55, 0.9))


THINGS = (house, tree, car, fish, blossom, dog, bird, mushroom, boat)
