"""`loopwise info`, `--version`, and what a terminal is shown."""

import json
import re

import numba
import numpy as np
import pytest
from helpers import cli

import loopwise
from loopwise.jit import cache
from loopwise.machine import installation

KEYS = ["loopwise", "folder", "python", "executable", "system", "cpu", "cores", "threads", "blas"]
KEYS += ["packages", "extras", "cache"]


def test_the_version_alone():
    assert cli.run("--version").stdout == f"loopwise {loopwise.__version__}\n"


def test_versions_and_places():
    told = json.loads(cli.run("info", "--json", "-").stdout)["info"]
    assert list(told) == KEYS
    assert (told["packages"]["numpy"], told["packages"]["numba"]) == (np.__version__, numba.__version__)
    assert None not in told["packages"].values()
    assert set(told["extras"]) == set(installation.USED_EXTRAS)


@pytest.mark.parametrize("columns", [40, 80, 160])
def test_the_table_fits_the_terminal(columns):
    shown = cli.run("info", columns=columns).stdout
    assert max(map(len, shown.splitlines())) <= columns
    assert f"numba {numba.__version__}" in re.sub(r"\s+", " ", shown)


def test_packages_of_extras_may_be_missing(monkeypatch):
    lines = ["numpy>=2.0", 'pandas>=2.2; extra == "data"', "no-such>=1; extra == 'data'", 'ruff>=0.9; extra == "dev"']
    monkeypatch.setattr(installation, "requires", lambda name: lines)
    required, extras = installation.packages()
    assert required == {"numpy": np.__version__}
    assert set(extras["data"]) == {"pandas", "no-such"}
    assert extras["data"]["no-such"] is None
    assert "dev" not in extras


@pytest.mark.compilation
def test_the_cache_is_counted_and_cleared(tmp_path):
    environment = {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    assert cli.run("gradcheck", "--implementation", "numba_loops", **environment).returncode == 0
    files = [path for path in tmp_path.rglob("*.nb?")]
    told = json.loads(cli.run("info", "--json", "-", **environment).stdout)["info"]["cache"]
    assert (told["files"], told["bytes"]) == (len(files), sum(path.stat().st_size for path in files))
    assert len(files) > 4
    assert set(told["folders"]) == {str(path.parent) for path in files}
    cleared = cli.run("info", "--clear-cache", **environment)
    assert "kB of compiled code removed" in cleared.stderr or "MB of compiled code removed" in cleared.stderr
    assert not list(tmp_path.rglob("*.nb?"))
    assert cli.run("gradcheck", "--implementation", "numba_loops", **environment).returncode == 0


def test_what_another_process_has_removed_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "a.nbi").write_bytes(b"12345")
    monkeypatch.setattr(cache, "kept_files", lambda: [tmp_path / "a.nbi", tmp_path / "gone.nbc"])
    assert cache.clear() == 5
    assert list(tmp_path.iterdir()) == []
