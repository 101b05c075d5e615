"""Somebody else's environment: the interpreter at hand, `python -OO`, limits on threads, a threading layer."""

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
