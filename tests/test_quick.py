"""What `make test-fast` runs: one case of everything, in every file."""

from types import SimpleNamespace

import pytest
from helpers import quick


def item(path, test, **given):
    case = f"[{'-'.join(given.values())}]" if given else ""
    return SimpleNamespace(path=path, nodeid=f"{path}::{test}{case}", callspec=SimpleNamespace(params=given))


@pytest.fixture
def left():
    """The cases that are run, where some took long the last time."""

    def run(items, took):
        deselected, before = [], [one.nodeid for one in items]
        config = SimpleNamespace(
            cache=SimpleNamespace(get=lambda key, default: took),
            hook=SimpleNamespace(pytest_deselected=lambda items: deselected.extend(items)),
        )
        quick.select(config, items)
        assert sorted([one.nodeid for one in (*items, *deselected)]) == sorted(before)
        return [one.nodeid.partition("::")[2] for one in items]

    return run


def test_of_layouts_one_is_run_and_of_implementations_and_operations_all(left):
    items = [
        item("a.py", "test_contract", implementation=implementation, name=name, layout=layout)
        for layout in "CF"
        for implementation in ("loops", "tuned")
        for name in ("dot", "matmul")
    ]
    assert left(items, {}) == [
        f"test_contract[{implementation}-{name}-C]"
        for implementation in ("loops", "tuned")
        for name in ("dot", "matmul")
    ]


def test_what_took_long_is_left_out_but_no_file_is(left):
    items = [
        item("a.py", "test_quick"),
        item("a.py", "test_long"),
        item("b.py", "test_longer"),
        item("b.py", "test_least"),
    ]
    took = {"a.py::test_quick": 0.1, "a.py::test_long": 0.6, "b.py::test_longer": 3.0, "b.py::test_least": 2.0}
    assert left(items, took) == ["test_quick", "test_least"]


def test_what_was_never_run_is_run(left):
    assert left([item("a.py", "test_new"), item("a.py", "test_old")], {"a.py::test_old": 9.0}) == ["test_new"]


def test_a_test_that_ended_its_process_is_remembered_too():
    kept = {}
    durations = quick.Durations(SimpleNamespace(get=lambda key, default: default, set=kept.__setitem__))
    durations.pytest_runtest_logreport(SimpleNamespace(nodeid="a.py::test_compiles", duration=3.0, compiling=2.5))
    durations.pytest_runtest_logreport(SimpleNamespace(nodeid="a.py::test_crashes", duration=1.0))
    durations.pytest_sessionfinish()
    assert kept[quick.DURATIONS] == {"a.py::test_compiles": 0.5, "a.py::test_crashes": 1.0}
