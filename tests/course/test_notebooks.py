"""The course in notebooks: each runs from its first cell to its last, and its exercises wait for an answer."""

import json
import re
import sys
from pathlib import Path

import pytest

from loopwise.demos import verdict
from loopwise.demos.demo import DEMOS
from loopwise.implementations.from_file import load_module

jupytext = pytest.importorskip("jupytext")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
LECTURES = Path(__file__).parents[2] / "lectures"
NOTEBOOKS = sorted(LECTURES.glob("*.md"))
EXERCISE = re.compile(r"^verdict\((\w+)\)$", re.MULTILINE)
pytestmark = pytest.mark.compilation


# Times are measured in a tenth of the time: what they are is not asked here.
SHORT = """
from loopwise.demos import kit
from loopwise.measure import comparison, interleaved, ladder

def shorter(contenders, seconds, *more, measured=interleaved.interleave, **options):
    return measured(contenders, seconds / 10, *more, **options)

kit.interleave = comparison.interleave = ladder.interleave = shorter
"""


def executed(path, folder):
    """The notebook after all its cells were run; an error in a cell is this test's error."""
    notebook = jupytext.read(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SHORT))
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    return client.execute()


def shown(cell):
    """What stands below a cell."""
    parts = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ()))
    return "".join(parts)


@pytest.fixture(autouse=True)
def our_kernel(monkeypatch, tmp_path):
    """The kernel is this Python; what it keeps lies in a folder of the test."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": command, "display_name": "Python 3", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(kernel))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_exercises_are_unsolved(path, tmp_path):
    notebook = executed(path, tmp_path)
    exercises = [cell for cell in notebook.cells if cell.cell_type == "code" and EXERCISE.search(cell.source)]
    assert exercises
    for cell in exercises:
        (name,) = EXERCISE.findall(cell.source)
        assert shown(cell).startswith(f"✗ {name} failed: "), shown(cell)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.startswith("tell("):
            assert "What was seen: " in shown(cell)


def test_every_exercise_has_an_answer(monkeypatch):
    monkeypatch.setattr("loopwise.contract.repeated.SECONDS", 0.01)  # races are met in test_repeated.py
    names = {name for path in NOTEBOOKS for name in EXERCISE.findall(path.read_text(encoding="utf-8"))}
    assert len(names) >= 10
    answers = load_module(LECTURES / "instructors" / "answers.py")
    for name in names:
        answer = getattr(answers, name)
        assert answer.__doc__  # what is often written instead
        assert repr(verdict(answer)).startswith(f"✓ {name} passed: "), verdict(answer)


def test_notebooks_do_not_lead_to_the_answers():
    for path in NOTEBOOKS:
        assert "instructors" not in path.read_text(encoding="utf-8")


def test_the_course_tells_every_story():
    text = "".join(path.read_text() for path in NOTEBOOKS)
    for call in ("ask", "tell"):
        assert set(re.findall(rf'{call}\("([\w-]+)"', text)) == set(DEMOS)


def test_no_output_is_committed():
    assert [path.name for path in LECTURES.iterdir() if path.is_file() and path.suffix != ".md"] == []
