"""`loopwise shapes`."""

import json

import pytest
from helpers.cli import run


@pytest.mark.parametrize("columns", [80, 160])
def test_shapes_command(columns):
    finished = run("shapes", "--layers", "3,4,1", columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert "21 parameters: 16 weights + 5 biases" in finished.stdout
    rows = [line.split("  ") for line in finished.stdout.splitlines() if line.strip().startswith(("1 ", "2 "))]
    assert [[cell.strip() for cell in row if cell.strip()] for row in rows] == [
        ["1", "(4, 3)", "(4, 1)", "(4, m)", "(4, m)", "16"],
        ["2", "(1, 4)", "(1, 1)", "(1, m)", "(1, m)", "5"],
    ]


def test_shapes_command_counts_gammas():
    finished = run("shapes", "--layers", "3,4,1", "--batch-norm", "--examples", "7", "--json", "-")
    told = json.loads(finished.stdout)
    assert (told["parameters"], told["weights"], told["biases"], told["gammas"]) == (25, 16, 5, 4)
    assert told["layers"][0]["gamma"] == [4, 1]
    assert told["layers"][0]["Z"] == [4, 7]
