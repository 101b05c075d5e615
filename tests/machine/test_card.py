"""The machine card: every result carries one, and figures show it in a line."""

import json

import numba
import numpy as np
import pytest

import loopwise
from loopwise.machine import card as machine_card
from loopwise.machine.card import card, card_line
from loopwise.process.environment import cores

KEYS = "cpu cores threads threading_layer blas python numpy numba loopwise system date handicaps"


def test_a_card_says_what_a_figure_was_measured_on():
    told = card(2)
    assert list(told) == KEYS.split()
    assert (told["threads"], told["cores"]) == (2, cores())
    assert (told["numpy"], told["numba"], told["loopwise"]) == (np.__version__, numba.__version__, loopwise.__version__)
    json.dumps(told, allow_nan=False)


def test_the_line_has_what_explains_a_time():
    told = card(1) | {"cpu": "a processor", "threading_layer": "omp", "blas": "openblas 0.3 Haswell"}
    line = card_line(told)
    assert "\n" not in line
    for said in ("a processor", f"1 of {cores()} cores", "(omp)", "openblas 0.3 Haswell", told["date"][:10]):
        assert said in line


def test_a_blas_that_no_one_can_limit_is_named_all_the_same(monkeypatch):
    monkeypatch.setattr(machine_card.threadpoolctl, "threadpool_info", list)
    assert machine_card.blas() == np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_tell_the_processors_name_in_their_own_way(monkeypatch, system):
    monkeypatch.setattr(machine_card, "Path", lambda path: type("Absent", (), {"exists": lambda self: False})())
    monkeypatch.setattr(machine_card.sys, "platform", system)
    monkeypatch.setitem(machine_card.TOLD_BY, system, lambda: "Apple M5")
    assert machine_card.cpu_name() == "Apple M5"
    monkeypatch.setitem(machine_card.TOLD_BY, system, lambda: "")
    assert machine_card.cpu_name()
