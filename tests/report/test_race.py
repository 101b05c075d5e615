"""The race's table."""

from helpers.cli import in_process
from helpers.races import SHORT, flower_race

from loopwise.report.race import block


def test_a_cost_of_three_hundred_digits_leaves_the_table_whole(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert in_process(monkeypatch, "race", *SHORT, "--alpha", "1e300", "--implementations", "python_loops") in (0, 1)
    shown = capsys.readouterr().out
    assert "python_loops  " in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_cost_that_leaves_the_numbers_is_a_cross_and_null():
    race = flower_race(["numpy_vectorized"])
    race.runners[0].costs = [0.5, float("inf"), float("nan")]
    assert [told["J"] for told in race.as_dict()["runners"][0]["costs"]] == [0.5, None, None]
    assert [block(J, 0.0, 0.5) for J in race.runners[0].costs] == ["█", "×", "×"]
