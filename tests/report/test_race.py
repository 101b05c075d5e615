"""The race's table."""

from helpers.cli import in_process
from helpers.races import SHORT, flower_race

from loopwise.report.race import block, outcome, race_shown


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


def told(taken):
    """The sentences of a race in which others took so much of each slice of the second runner."""
    race = flower_race(["numba_loops", "numpy_vectorized"])
    for runner, steps, shares in zip(race.runners, (80, 40), ([0.0] * 20, taken)):
        runner.costs, runner.compile_seconds = [0.5] * steps, 0.0
        runner.seconds = 2.0
        for r, share in enumerate(shares):
            runner.enter(r, steps // 20, 0.1, 0.1 * share)
    return race_shown(race).renderables[1], [*outcome(race)]


def test_what_others_held_up_is_not_compared():
    steps = lambda table: [*table.columns[1].cells]  # noqa: E731
    table, said = told([0.0] * 20)
    assert said[0] == "numba_loops: 80 steps of 25.0 ms, 2.00 × as many as numpy_vectorized."
    assert said[1] == "numpy_vectorized: 40 steps of 50.0 ms."
    assert steps(table) == ["80", "40"]
    held_up = "numpy_vectorized: other programs took {} of its time; alone it would come further."
    table, said = told([0.5] * 2 + [0.0] * 18)
    assert said[:2] == ["numba_loops: 80 steps of 25.0 ms.", "numpy_vectorized: ≥ 40 steps of ≤ 50.0 ms."]
    assert held_up.format("5%") in said
    assert steps(table) == ["80", "≥ 40"]
    _, said = told([0.5] * 20)
    assert said[:2] == ["numba_loops: 80 steps of 25.0 ms.", "numpy_vectorized: ≥ 40 steps."]
    assert held_up.format("50%") in said


def test_nearly_as_many_steps_are_no_winner():
    race = flower_race(["numba_loops", "numpy_vectorized"])
    for runner, each in zip(race.runners, (10, 9)):
        runner.costs, runner.compile_seconds = [0.5] * 20 * each, 0.0
        for r in range(20):
            runner.enter(r, each + 2 * (r % 2) * (each == 9), 0.1, 0.0)
    assert "numba_loops: 200 steps of 10.0 ms, ≈ 1.11 × as many as numpy_vectorized." in outcome(race)
