"""What the lectures show, as programs: broadcasting."""

import subprocess
import sys

import numpy as np

from loopwise.lectures.broadcasting import repeated, sums


def test_nothing_is_copied_along_the_repeated_axis():
    # A row is repeated downwards with steps of 0 bytes, a column to the right, a number both ways.
    assert repeated((4, 3), (1, 3)) == ((4, 3), (0, 8), 24)
    assert repeated((4, 3), (4, 1)) == ((4, 3), (8, 0), 32)
    assert repeated((4, 3), (1, 1)) == ((4, 3), (0, 0), 8)


def test_a_sum_that_keeps_its_column_broadcasts_and_the_other_does_not():
    assert sums() == ((4, 1), (4,))
    assert np.broadcast_shapes((4, 3), (4, 1)) == (4, 3)


def test_the_program_prints_shapes_and_bytes():
    finished = subprocess.run(
        [sys.executable, "-m", "loopwise.lectures.broadcasting"], capture_output=True, text=True, check=True
    )
    for line in ("(4, 3) + (1, 3)", "(0, 8)", "is (4, 1): a column", "is (4,): a vector"):
        assert line in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) <= 80
