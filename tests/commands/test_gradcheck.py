"""`loopwise gradcheck`."""

import json
import math

import pytest
from helpers.cli import in_process, run
from helpers.wrong_gradients import faulty, one_wrong_weight

from loopwise.learning.gradient_check import GradientCheck


def test_gradcheck_command():
    finished = run("gradcheck", "--layers", "5,4,3", "--batch-norm", "--l2", "0.1", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout)
    assert set(told) == {"worst", "passed", "corners", "not_finite"}
    assert (told["corners"], told["not_finite"]) == ([], "")
    assert set(told["worst"]) == {"parameter", "relative_error"}
    assert told["passed"] is True
    assert told["worst"]["parameter"][0] in "Wbg"
    assert "right" in finished.stderr


def test_gradcheck_command_fails_when_the_gradient_is_wrong(monkeypatch, capsys):
    twin = faulty(layer_backward=one_wrong_weight)
    monkeypatch.setattr("loopwise.implementations.get_implementation", lambda name: twin)
    code = in_process(monkeypatch, "gradcheck", "--layers", "3,4,2", "--activation", "tanh", "--json", "-")
    assert code == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["worst"]["parameter"]) == (False, "W[2][1, 2]")


def gradcheck_of(check, monkeypatch, capsys):
    """What the command shows and writes of a result."""
    monkeypatch.setattr("loopwise.learning.gradient_check.gradient_check", lambda *arguments: check)
    code = in_process(monkeypatch, "gradcheck", "--json", "-")
    shown = capsys.readouterr()
    return code, json.loads(shown.out), " ".join(shown.err.split())


def test_gradcheck_command_says_what_is_on_a_corner(monkeypatch, capsys):
    check = GradientCheck("b[1][0, 0]", 0.0, 0.5, 0.5, corners=("b[1][0, 0]", "b[1][2, 0]"))
    code, told, shown = gradcheck_of(check, monkeypatch, capsys)
    assert (code, told["passed"], told["corners"]) == (0, True, ["b[1][0, 0]", "b[1][2, 0]"])
    assert "2 parameters are on a corner of the cost: any value between the slopes of its sides is right" in shown


def test_gradcheck_command_says_what_is_not_finite(monkeypatch, capsys):
    code, told, shown = gradcheck_of(GradientCheck("b[1][0, 0]", math.inf, math.nan, 0.5), monkeypatch, capsys)
    assert (code, told["passed"], told["not_finite"]) == (1, False, "the gradient")
    assert told["worst"] == {"parameter": "b[1][0, 0]", "relative_error": None}
    assert "The gradient of b[1][0, 0] is not finite." in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("gradcheck --layers 5", "layers is 5; expected the input and at least one layer"),
        ("gradcheck --layers 5,x", "expected whole numbers with commas"),
        ("gradcheck --keep-prob 0", "keep_prob is 0.0; expected 0 < keep_prob ≤ 1"),
        ("gradcheck --l2 -1", "l2 is -1.0; expected at least 0"),
        ("gradcheck --activation tahn", "did you mean 'tanh'"),
        ("gradcheck --activation softmax", "hidden layer 1 is softmax"),
        ("gradcheck --implementation numby_loops", "did you mean 'numba_loops'"),
        ("shapes --layers 3,0,1", "layers is 0; expected a positive whole number"),
        ("shapes --json /nowhere/x.json", "cannot be written: there is no folder"),
    ],
)
def test_what_makes_no_sense_is_one_line(arguments, message):
    finished = run(*arguments.split())
    assert finished.returncode == 2
    assert message in finished.stderr
    assert finished.stderr.count("\n") == 1
