"""A demo is asked and told: in a notebook, with as many threads as were asked for."""

import re
from dataclasses import replace
from types import SimpleNamespace

from helpers.cli import in_process

from loopwise.demos import ask, tell, telling
from loopwise.demos.demo import load


def test_the_threads_are_those_that_were_asked_for(monkeypatch, capsys):
    assert in_process(monkeypatch, "demo", "symmetry", "--no-input", "--threads", "1") == 0
    assert re.search(r", 1 of \d+ cores? ·", capsys.readouterr().out)


def test_what_else_ran_meanwhile_is_told(monkeypatch):
    monkeypatch.setattr(telling, "Load", lambda: SimpleNamespace(so_far=lambda: {"other_programs": 1.5, "host": 0.0}))
    demo = load("symmetry")
    outcome = telling.measured(demo, 1)
    assert outcome.load == {"other_programs": 1.5, "host": 0.0}
    told = [str(part) for part in telling.answered(demo, outcome)]
    assert "Warning: other programs kept 1.5 cores busy meanwhile." in told
    told = [str(part) for part in telling.answered(demo, replace(outcome, load={}))]
    assert not any("meanwhile" in line for line in told)


def test_in_a_notebook_it_is_two_calls(capsys):
    ask("why-non-linear")
    assert "What was seen" not in capsys.readouterr().out
    tell("why-non-linear", prediction=1)
    assert "You said: less ✗" in capsys.readouterr().out
