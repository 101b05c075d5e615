"""Costs that no noise changes: the same twice, and where one grows by some per cent it is seen."""

import shutil
import sys
from pathlib import Path

import pytest
from helpers.browser import needed

pytest.importorskip("asv_runner")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks import counts  # noqa: E402
from benchmarks.counting import costs  # noqa: E402

pytestmark = pytest.mark.compilation
needs_avx2 = pytest.mark.skipif(costs.NO_COUNTS is not None, reason=str(costs.NO_COUNTS))
CELLS = [("numpy_vectorized", "network 2-4-1 × 400"), ("numba_loops", "cost"), ("python_loops", "cost")]
CALL = "return lambda: self.call(implementation, inputs)"
MORE = "return lambda: (bytearray({size}), {turns} and sum(range({turns})), self.call(implementation, inputs))[-1]"


@pytest.fixture(scope="module")
def once():
    """Counted once."""
    return costs.counted(CELLS)


@pytest.fixture
def changed(tmp_path):
    """The package, in which every call of a workload does something before."""

    def change(size=0, turns=0):
        shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
        file = tmp_path / "src" / "loopwise" / "workloads.py"
        text = file.read_text()
        assert CALL in text
        file.write_text(text.replace(CALL, MORE.format(size=size, turns=turns)))
        return tmp_path / "src"

    return change


@needs_avx2
def test_costs_are_the_same_twice(once):
    again = costs.counted(CELLS)
    assert list(once) == list(again) == CELLS
    for cell in CELLS:
        is_compiled = cell[0] == "numba_loops"
        assert (once[cell]["signatures"] > 0) is (once[cell]["machine_code"] > 0) is is_compiled
        for name, value in once[cell].items():
            assert again[cell][name] == pytest.approx(value, rel=0.01), name
    assert once["numba_loops", "cost"]["machine_code"] > 100


def test_on_another_processor_nothing_is_counted(monkeypatch):
    monkeypatch.setattr(counts, "NO_COUNTS", "another processor")
    monkeypatch.setattr(counts, "counted", lambda cells: pytest.fail("it was counted"))
    assert counts.Step().setup_cache() == {}


def test_what_is_left_out_has_a_reason():
    assert set(counts.without("why").values()) == {"why"}
    assert len(counts.without("why")) == len(counts.IMPLEMENTATIONS) * len(counts.WORKS)
    assert counts.Step.track_machine_code.left_out["numpy_vectorized", "cost"] == "nothing is compiled"
    if costs.NO_INSTRUCTIONS is None:
        assert counts.Step.track_instructions.left_out == {}


@needs_avx2
def test_more_instructions_are_counted(once, changed):
    needed("valgrind")
    cell, before = ("python_loops", "cost"), once["python_loops", "cost"]["instructions"]
    turns = round(before / 1000)  # of `sum(range(…))`, each of which takes ten instructions at least
    after = costs.counted([cell], changed(turns=turns))[cell]["instructions"]
    assert before + 10 * turns < after < before + 1000 * turns


@needs_avx2
def test_more_memory_is_counted(once, changed):
    cell = "numpy_vectorized", "network 2-4-1 × 400"
    size = once[cell]["allocated"] // 50
    assert costs.counted([cell], changed(size=size))[cell]["allocated"] >= once[cell]["allocated"] + size
