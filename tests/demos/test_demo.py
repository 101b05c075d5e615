"""`loopwise demo`: every story asks, measures and explains; what each claims is seen to be so."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.cli import in_process
from rich.console import Console, Group

from loopwise.demos import ask, tell
from loopwise.demos import demo as stories
from loopwise.demos.catalogue import broadcasting, prange_race
from loopwise.demos.demo import STORIES, paragraphs
from loopwise.demos.demo import story as load
from loopwise.demos.kit import Timed, as_fast, nearest, require_equal, times_table
from loopwise.demos.kit import table as show_table
from loopwise.demos.telling import answered, asked, measured
from loopwise.errors import DisagreementError

pytestmark = pytest.mark.compilation

# What does not depend on the machine: a story, and what its figures must be.
CLAIMS = {
    "broadcasting": lambda f: 10 * f["bytes"]["Z + b"] < 16e6 <= f["bytes"]["b copied first"] and f["steps"] == [8, 0],
    "lists-and-arrays": lambda f: f["bytes"]["lists"] > 3 * f["bytes"]["NumPy arrays"],
    "temporaries": lambda f: f["peak_bytes"]["one line"] >= 32e6 > 1e5 > f["peak_bytes"]["one pass, compiled"],
    # 0.9ᵗ is below the smallest normal number at t = 6724, and below the smallest of all at 7068.
    "where-numpy-loses": lambda f: 6500 < f["finite_steps"] < 7070,
    "prange-race": lambda f: f["blocked_results"] == 1 and max(f["counted"]) <= prange_race.NUMBERS,
    "fastmath": lambda f: f["apart"] <= f["bound"],
    "order-of-summation": lambda f: (
        f["off"]["one by one, float32"] > 1e4 > 1 > f["off"]["pairwise (np.sum), float32"]
        and f["off"]["exact (math.fsum), float64"] == 0
    ),
    "symmetry": lambda f: f["units"] == {"½": 1, "0": 1, "random": 4} and f["moved"]["0"] == 0,
    "learning-rate": lambda f: f["grows"],
    "why-non-linear": lambda f: f["same_bits"] and f["accuracy"]["20 and 20 units, tanh"] > 0.8,
}


def lines(parts, columns):
    """What stands on a terminal so wide."""
    out = io.StringIO()
    Console(file=out, width=columns).print(Group(*parts))
    return out.getvalue().splitlines()


# What takes long and claims nothing of its own is run by the notebooks alone: tests/course/test_notebooks.py.
LONG = ("one-dot-product", "memory-order", "matmul-ladder", "roofline")


@pytest.mark.parametrize("name", [name for name in STORIES if name not in LONG])
def test_a_story_asks_measures_and_explains(name):
    told = load(name)
    seen = measured(told)
    assert 0 <= seen.answer < len(told.choices) == len(set(told.choices))
    assert CLAIMS.get(name, bool)(seen.figures)
    json.dumps(seen.figures, allow_nan=False)
    assert len(paragraphs(seen.said)) >= 2
    for columns in (80, 160):
        shown = lines([*asked(told), *answered(told, seen, prediction=1)], columns)
        assert max(map(len, shown)) <= columns
        assert not any("…" in line for line in shown if "A - …" not in line)
        text = " ".join(" ".join(shown).split())
        for said in (told.title, told.question, told.choices[seen.answer], *paragraphs(seen.said)):
            assert " ".join(said.split()) in text


def test_every_story_has_a_file_and_every_file_a_place():
    folder = os.path.dirname(broadcasting.__file__)
    files = {name.removesuffix(".py").replace("_", "-") for name in os.listdir(folder) if name.endswith(".py")}
    assert files - {"--init--"} == set(STORIES)


def test_a_number_in_the_text_is_the_one_that_was_measured(monkeypatch):
    temporaries = sys.modules[load("temporaries").measure.__module__]
    measured_so = lambda contenders, seconds: {name: Timed(0.5, 7.77, 7.5, 8.0) for name in contenders}  # noqa: E731
    monkeypatch.setattr(temporaries, "timed", measured_so)
    monkeypatch.setattr(temporaries, "peak_beside_results", lambda step: 96_000_000)
    seen = temporaries.measure()
    assert seen.said.count("7.77 times as fast") == 2
    assert "96.0 MB beside x and y: 3 arrays" in " ".join(seen.said.split())
    assert seen.answer == 3


# === the pieces =======================================================================================


def test_nobody_is_called_faster_where_the_interval_holds_1():
    assert as_fast(Timed(1.0, 1.1, 0.9, 1.3)) == "as fast, as far as one can tell"
    assert as_fast(Timed(1.0, 2.0, 1.9, 2.1)) == "2.00 times as fast"
    assert as_fast(Timed(1.0, 0.25, 0.2, 0.3)) == "4.00 times as long"
    table = times_table({"a": Timed(1.0, 1.0, 1.0, 1.0), "b": Timed(0.5, 2.0, 1.9, 2.1)})
    assert next(iter(table.columns[2].cells)).plain == ""


def test_a_cell_is_shown_as_it_is():
    shown = "\n".join(lines([show_table(("[i]", "[bold]"), [("x[i]", "[/]")])], 80))
    assert all(text in shown for text in ("[i]", "[bold]", "x[i]", "[/]"))


def test_the_nearest_choice_is_that_on_a_logarithmic_scale():
    assert [nearest(value, (1, 10, 100)) for value in (0.2, 3, 4, 31, 32, 1e9)] == [0, 0, 1, 1, 2, 2]


def test_nothing_is_timed_before_it_has_agreed():
    require_equal({"one": 1.0, "other": np.float64(1.0)})
    with pytest.raises(DisagreementError, match="other and one differ"):
        require_equal({"one": 1.0, "other": np.nextafter(1.0, 2.0)})


def test_what_the_racing_counts_mean():
    n = prange_race.NUMBERS
    assert [prange_race.which(counts) for counts in ([n, n], [n - 1, n - 1], [n - 1, n], [n + 1, n])] == [0, 1, 2, 3]
    assert "one thread here" in prange_race.verdict([n], 1)
    assert "In 1 run it was right" in prange_race.verdict([n], 2)
    assert prange_race.verdict([n - 7, n], 2) == "Of 2 runs 1 counted wrong, at worst by 7."


def test_nothing_is_copied_along_the_repeated_axis():
    # A row is repeated downwards with steps of 0 bytes, a column to the right, a number both ways.
    assert broadcasting.repeated((4, 3), (1, 3)) == ((4, 3), (0, 8), 24)
    assert broadcasting.repeated((4, 3), (4, 1)) == ((4, 3), (8, 0), 32)
    assert broadcasting.repeated((4, 3), (1, 1)) == ((4, 3), (0, 0), 8)


def test_a_sum_that_keeps_its_column_broadcasts_and_the_other_does_not():
    assert broadcasting.sums() == ((4, 1), (4,))
    assert np.broadcast_shapes((4, 3), (4, 1)) == (4, 3)


# === the command ======================================================================================


@pytest.mark.parametrize("columns", [80, 160])
def test_all_are_listed(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert in_process(monkeypatch, "demo", "--list") == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= columns
    assert all(name in shown and load(name).title.split()[0] in shown for name in STORIES)


def test_a_recording_does_not_wait_and_writes(monkeypatch, capsys, tmp_path):
    path = tmp_path / "demo.json"
    assert in_process(monkeypatch, "demo", "symmetry", "--no-input", "--json", str(path)) == 0
    assert "What was seen: 1\n" in capsys.readouterr().out
    written = json.loads(path.read_text())["demo"]
    assert (written["name"], written["answer"], written["prediction"]) == ("symmetry", 1, None)
    assert written["figures"]["units"]["random"] == 4
    assert written["explanation"].startswith("From ½")


def test_ctrl_c_in_a_training_ends_the_story(monkeypatch):
    monkeypatch.setattr(stories, "train", lambda *arguments, **hyper: SimpleNamespace(stopped="interrupted"))
    for name in ("symmetry", "learning-rate", "why-non-linear"):
        with pytest.raises(KeyboardInterrupt):
            load(name).measure()


def test_the_threads_are_those_that_were_asked_for(monkeypatch, capsys):
    assert in_process(monkeypatch, "demo", "symmetry", "--no-input", "--threads", "1") == 0
    assert re.search(r", 1 of \d+ cores? ·", capsys.readouterr().out)


def test_a_prediction_is_asked_for_on_a_terminal():
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "loopwise", "demo", "learning-rate"]
    environment = os.environ | {"COLUMNS": "100", "TERM": "dumb"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    os.write(ours, b"9\n3\n")  # the first is none of the choices
    said = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        said += part
    assert process.wait() == 0
    text = said.decode()
    assert text.count("Your prediction") == 2
    assert "You said: it grows with every step ✓" in text


def test_without_a_terminal_nobody_is_asked():
    command = [sys.executable, "-m", "loopwise", "demo", "symmetry"]
    finished = subprocess.run(command, input="", capture_output=True, text=True)
    assert finished.returncode == 0
    assert "Your prediction" not in finished.stdout


def test_in_a_notebook_it_is_two_calls(capsys):
    ask("why-non-linear")
    assert "What was seen" not in capsys.readouterr().out
    tell("why-non-linear", prediction=1)
    assert "You said: less ✗" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("temporary",), "unknown demo 'temporary'; did you mean 'temporaries'?"),
        ((), "which demo? loopwise demo --list names them"),
        (("symmetry", "--predict", "5"), "prediction is 5; expected a number from 1 to 4"),
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, arguments, said):
    assert in_process(monkeypatch, "demo", *arguments) == 2
    assert said in capsys.readouterr().err
