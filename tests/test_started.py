"""A command in a process that was forked meets what it would meet in one that was started."""

import json
import os

import pytest
from helpers import started
from helpers.cli import run

SEEN = """
import atexit, json, os, sys, threading
atexit.register(print, "at the end")
modules = [name for name in sys.modules if name.startswith(("loopwise", "helpers", "pytest", "matplotlib"))]
print(json.dumps([os.getcwd(), dict(os.environ), sys.argv[1:], sys.path[0], sys.stdin.read(), modules]))
print(sys.stdout.isatty(), threading.active_count(), file=sys.stderr)
sys.exit(7)
"""


@pytest.fixture(params=[True, False], ids=["forked", "started"])
def forked(request, monkeypatch):
    """Both ways."""
    if not request.param:
        monkeypatch.setattr(started, "can_run", lambda environment: False)


@pytest.mark.usefixtures("forked")
def test_a_process_meets_what_it_was_given(tmp_path, monkeypatch):
    started.server()  # it has been somewhere else
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NAME", "half \udcff letter")
    finished = run("a", "b c", columns=42, program=SEEN, COLOR="red", HOME=None)
    first, last = finished.stdout.splitlines()
    folder, environment, arguments, path, read, modules = json.loads(first)
    given = {name: value for name, value in os.environ.items() if name not in ("HOME", "LC_CTYPE")}
    expected = given | {"COLUMNS": "42", "NO_COLOR": "1", "COLOR": "red"}
    assert {name: value for name, value in environment.items() if name != "LC_CTYPE"} == expected
    assert (folder, arguments, path, read, modules) == (str(tmp_path), ["a", "b c"], "", "", [])
    assert (finished.stderr, last, finished.returncode) == ("False 1\n", "at the end", 7)


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    ("program", "code", "said"),
    [("raise SystemExit('enough')", 1, "enough"), ("1 / 0", 1, "ZeroDivisionError"), ("import os; os.abort()", -6, "")],
)
def test_it_ends_as_any_other(program, code, said):
    finished = run(program=program)
    assert finished.returncode == code
    assert said in finished.stderr


def test_what_is_read_at_the_start_needs_one(monkeypatch):
    assert started.can_run(dict(os.environ))
    for name in ("NUMBA_NUM_THREADS", "PYTHONPATH", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "MKL_NUM_THREADS"):
        assert not started.can_run(os.environ | {name: "17"})
