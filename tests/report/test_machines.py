"""What each machine has found, as a table."""

import json
from io import StringIO

import pytest
from helpers import made_up
from rich.console import Console

from loopwise.measure.machines import Found
from loopwise.report.machines import machines_table


def shown(results, width):
    console = Console(width=width, record=True, file=StringIO())
    console.print(machines_table(results))
    return console.export_text()


def found(worker, **options):
    comparison = json.loads(json.dumps(made_up.comparison([0.4, 0.2]).as_dict()))
    return Found(worker, [comparison], **options)


@pytest.mark.parametrize("width", [80, 160])
def test_a_row_for_each_and_a_card_below(width):
    text = shown([found("tcp://one:1"), found("tcp://two:2")], width)
    assert text.count("numba_loops") == 2
    assert "1: tcp://one:1" in text
    assert "2: tcp://two:2" in text
    assert text.count(made_up.CARD["cpu"]) == 2
    assert max(map(len, text.splitlines())) <= width


def test_who_disagrees_or_has_found_nothing_is_named():
    text = shown([found("one", disagrees=["dot: other bits"]), Found("two", [], "no such data")], 80)
    assert "disagrees: dot: other bits" in text
    assert "no such data" in text


def test_where_nobody_has_found_anything_there_is_no_table():
    assert "implementation" not in shown([Found("one", [], "no such data")], 80)
