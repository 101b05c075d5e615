"""Commands whose measurements are made up, and names that users give to files."""

import os
from functools import partial

import numpy as np
from PIL import Image

from helpers import made_up

TIMES = [0.4, 0.3, 0.2, 0.1, 0.05]
COMPARED = partial(made_up.comparison, TIMES)
# Commands that measure, and what they are given instead.
MEASURED = {
    "compare dot": {"measure.comparison.compare": COMPARED},
    "sweep": {"measure.sweep.sweep": partial(made_up.swept, [TIMES, TIMES[::-1]])},
    "break-even": {"measure.break_even.break_even": partial(made_up.paid, TIMES, TIMES)},
    "ladder": {"measure.ladder.climb": partial(made_up.climbed, TIMES, 0.2, {1: 0.3})},
    "machine": {
        "machine.limits.measure": partial(made_up.limits, 1.0, 1.0, ()),
        "measure.roofline.measured_points": list,
    },
    "train logistic --epochs 2": {},
    "race --seconds 0.1 --no-live --implementations numpy_vectorized": {},
    "show dot --no-time": {},
    "check {file}": {},
    "gradcheck": {},
    "shapes": {},
    "demo --list": {},
}


NAMES = [
    "a$b$c",
    r"$\frac{$",
    "[red]",
    "[/]",
    ":smile:",
    "{x}%s",
    "中文 😀",
    "<b>&amp;",
    "_under",
    "#010203",
    "*[ab]?",
    "l\nm",
]
NAMES += [os.fsdecode(b"half \xff letter")]


def images(folder):
    """Two classes, which have the folder's name too."""
    for shade, label in ((40, "dark"), (210, folder.name)):
        (folder / label).mkdir(parents=True)
        for k in range(4):
            Image.fromarray(np.full((2, 2, 3), shade + k, np.uint8)).save(folder / label / f"{k}.png")
