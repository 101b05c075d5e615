"""A demo is asked and told: in a notebook, with as many threads as were asked for."""

import re

from helpers.cli import in_process

from loopwise.demos import ask, tell


def test_the_threads_are_those_that_were_asked_for(monkeypatch, capsys):
    assert in_process(monkeypatch, "demo", "symmetry", "--no-input", "--threads", "1") == 0
    assert re.search(r", 1 of \d+ cores? ·", capsys.readouterr().out)


def test_in_a_notebook_it_is_two_calls(capsys):
    ask("why-non-linear")
    assert "What was seen" not in capsys.readouterr().out
    tell("why-non-linear", prediction=1)
    assert "You said: less ✗" in capsys.readouterr().out
