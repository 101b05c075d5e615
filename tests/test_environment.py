"""Somebody else's environment: the interpreter at hand, `python -OO`, limits on threads, a threading layer."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]


# === the interpreter at hand ==========================================================================


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 14)])
def test_the_suites_environments_have_the_interpreter_at_hand(monkeypatch, version):
    config = pytest.importorskip("asv.config")
    given = SimpleNamespace(version_info=version, executable=sys.executable)
    monkeypatch.setattr(config, "sys", given)
    assert config.Config.load(str(ROOT / "asv.conf.json")).pythons == [f"{version[0]}.{version[1]}"]


def test_the_interpreter_at_hand_is_found_without_a_path(monkeypatch, tmp_path):
    config, environment = pytest.importorskip("asv.config"), pytest.importorskip("asv.environment")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(ROOT)
    (found,) = environment.get_environments(config.Config.load(str(ROOT / "asv.conf.json")), None)
    assert (found.tool_name, found._executable) == ("virtualenv", sys.executable)


# === python -OO throws docstrings and asserts away ====================================================


def run(*arguments, options=(), **environment):
    """A command in a process of its own; variables that are None are not there."""
    given = {name: value for name, value in (os.environ | environment).items() if value is not None}
    command = [sys.executable, *options, "-m", "loopwise", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=given | {"COLUMNS": "100", "NO_COLOR": "1"})


@pytest.mark.compilation
@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "compare --help",
        "demo --list",
        "show logistic_step --no-time",
        "show matmul --no-time --json -",
        "shapes",
        "gradcheck",
        "train logistic --epochs 2",
        "compare dot --features 20 --budget 0.5",
    ],
)
def test_nothing_depends_on_docstrings_being_kept(arguments):
    plain, optimized = (run(*arguments.split(), options=options) for options in ((), ("-OO",)))
    assert (optimized.returncode, optimized.stderr) == (plain.returncode, plain.stderr)
    if arguments.split()[0] not in ("train", "compare"):  # those tell how long they took
        assert optimized.stdout == plain.stdout


def test_a_docstring_is_read_from_the_source_where_it_is_thrown_away():
    program = "import loopwise.interface as i; print(repr([o.documentation for o in i.OPERATIONS.values()]))"
    plain, optimized = (
        subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True)
        for options in ([], ["-OO"])
    )
    assert "`z = wᵀx`: the lecture" in plain.stdout
    assert optimized.stdout == plain.stdout
