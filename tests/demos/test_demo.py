"""`loopwise demo`: every demo has a file, and its numbers are those that were measured."""

import os
import sys

import pytest

from loopwise.demos.catalogue import broadcasting
from loopwise.demos.demo import DEMOS, load
from loopwise.demos.kit import Timed

pytestmark = pytest.mark.compilation


def test_every_story_has_a_file_and_every_file_a_place():
    folder = os.path.dirname(broadcasting.__file__)
    files = {name.removesuffix(".py").replace("_", "-") for name in os.listdir(folder) if name.endswith(".py")}
    assert files - {"--init--"} == set(DEMOS)


def test_a_number_in_the_text_is_the_one_that_was_measured(monkeypatch):
    temporaries = sys.modules[load("temporaries").measure.__module__]
    measured_so = lambda contenders, seconds: {name: Timed(0.5, 7.77, 7.5, 8.0) for name in contenders}  # noqa: E731
    monkeypatch.setattr(temporaries, "timed", measured_so)
    monkeypatch.setattr(temporaries, "peak_beside_results", lambda step: 96_000_000)
    seen = temporaries.measure()
    assert seen.said.count("7.77 times as fast") == 2
    assert "96.0 MB beside x and y: 3 arrays" in " ".join(seen.said.split())
    assert seen.answer == 3
