"""Docstrings that are shown to people, under `python -OO` too."""

import subprocess
import sys

import pytest
from helpers import cli
from helpers.environments import run


@pytest.mark.compilation
@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "compare --help",
        "demo --list",
        "show logistic_step --no-time",
        "show matmul --no-time --json -",
        "shapes",
        "gradcheck",
        "train logistic --epochs 2",
        "compare dot --features 20 --budget 0.5",
    ],
)
def test_nothing_depends_on_docstrings_being_kept(arguments):
    plain, optimized = cli.run(*arguments.split(), columns=100), run(*arguments.split(), options=("-OO",))
    assert (optimized.returncode, optimized.stderr) == (plain.returncode, plain.stderr)
    if arguments.split()[0] not in ("train", "compare"):  # those tell how long they took
        assert optimized.stdout == plain.stdout


def test_a_docstring_is_read_from_the_source_where_it_is_thrown_away():
    program = "import loopwise.interface as i; print(repr([o.documentation for o in i.OPERATIONS.values()]))"
    plain, optimized = (
        subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True)
        for options in ([], ["-OO"])
    )
    assert "`z = wᵀx`: the lecture" in plain.stdout
    assert optimized.stdout == plain.stdout
