"""A cache that cannot be used costs a compilation and a line, never a result."""

import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from loopwise import get_implementation
from loopwise.jit import decorators
from loopwise.jit.cache import Index

resource = pytest.importorskip("resource")  # limits of processes: not on Windows
pytestmark = pytest.mark.compilation

LARGEST = 1000  # bytes of a file, where a disk is nearly full: an index fits, machine code does not
COMPARE = ("compare", "dot", "--implementations", "python_loops,numba_loops", "--budget", "0.5")
RACE = ("race", "--seconds", "0.2", "--examples", "20", "--no-live", "--implementations", "numba_loops")
TRAIN = ("train", "logistic", "--epochs", "2", "--implementation", "numba_loops")


def run(*arguments, cache, full=False):
    """Run a command with its own folder of compiled code."""

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))

    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "loopwise", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, preexec_fn=fill if full else None, timeout=300
    )


@pytest.mark.parametrize("arguments", [COMPARE, RACE, TRAIN])
def test_a_full_disk_costs_a_line(tmp_path, arguments):
    finished = run(*arguments, cache=tmp_path, full=True)
    assert finished.returncode == 0, finished.stderr
    assert "numba_loops" in finished.stdout
    (line,) = finished.stderr.splitlines()
    assert line.startswith(f"loopwise: compiled code is not kept in {tmp_path}: OSError: ")
    again = run(*arguments, cache=tmp_path)  # with room again, nothing of the failure is left
    assert (again.returncode, again.stderr) == (0, "")


def test_files_that_were_cut_off_are_written_anew(tmp_path):
    assert run(*TRAIN, cache=tmp_path).stderr == ""
    files = [path for path in tmp_path.rglob("*") if path.suffix in (".nbi", ".nbc")]
    assert {path.suffix for path in files} == {".nbi", ".nbc"}
    whole = {path: path.read_bytes() for path in files}
    for path, content in whole.items():
        path.write_bytes(content[: len(content) // 2])
    finished = run(*TRAIN, cache=tmp_path)
    assert finished.returncode == 0, finished.stderr
    (line,) = finished.stderr.splitlines()
    assert str(tmp_path) in line
    assert all(path.stat().st_size >= len(content) for path, content in whole.items())
    assert run(*TRAIN, cache=tmp_path).stderr == ""


OLDER = """
import warnings
from typing import NamedTuple

from loopwise.jit.decorators import njit

warnings.simplefilter("error")


class {record}(NamedTuple):
    x: float


@njit
def first(pair):
    return pair.x


print(first({record}(1.0)), len(first.stats.cache_misses))
"""


def test_an_index_with_a_record_that_is_no_more_is_written_anew(tmp_path):
    path, environment = tmp_path / "kernels.py", os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}  # it holds for a file of the same second and size: seen once
    misses = []
    for record in ("Old", "New", "New"):
        path.write_text(OLDER.format(record=record))
        os.utime(path, (1e9, 1e9))
        command = [sys.executable, "-c", "import kernels"]
        finished = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stderr
        misses.append(finished.stdout.split()[1])
    assert len(list((tmp_path / "cache").rglob("*.nbi"))) == 1
    assert misses == ["1", "1", "0"]


def test_a_folder_that_is_a_file_costs_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    finished = run(*TRAIN, cache=tmp_path / "file")
    assert finished.returncode == 0, finished.stderr
    assert len(finished.stderr.splitlines()) <= 1  # the folder of the package may take the code


def test_an_index_never_leads_to_code_that_was_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    path = tmp_path / "users.py"
    path.write_text("def twice(x):\n    return 2.0 * x\n")
    names = {}
    exec(compile(path.read_text(), path, "exec"), names)
    kernel = decorators.njit(names["twice"])
    index = kernel._cache._cache_file

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(index, "_save_data", killed)
    with pytest.raises(KeyboardInterrupt):
        kernel(1.0)
    assert not os.path.exists(index._index_path)


def index(folder, stamp="of this version"):
    """The index of one function, as each process has its own."""
    return Index(str(folder), "module.function-1.py311", stamp)


def test_two_processes_that_write_at_once_mix_up_nothing(tmp_path):
    one, other = index(tmp_path), index(tmp_path)
    save_data = one._save_data

    def and_meanwhile(name, data):
        save_data(name, data)
        other.save("theirs", "their code")

    one._save_data = and_meanwhile
    one.save("ours", "our code")
    assert [index(tmp_path).load(key) for key in ("ours", "theirs")] == ["our code", "their code"]


def test_code_of_an_older_version_is_removed(tmp_path):
    for stamp in ("old", "new"):
        for key in ("one", stamp):
            index(tmp_path, stamp).save(key, f"{stamp} code")
    assert index(tmp_path, "old").load("one") is None
    assert [index(tmp_path, "new").load(key) for key in ("one", "new", "old")] == ["new code", "new code", None]
    assert len(list(tmp_path.glob("*.nbc"))) == 2


def test_another_packages_kernel_is_not_blamed_for_the_disk(tmp_path, monkeypatch):
    get_implementation("numba_loops")  # what it imports mends Numba's cache for all packages
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    path = tmp_path / "theirs.py"
    path.write_text("def dot(w, x):\n    return (w * x).sum()\n")
    names = {}
    exec(compile(path.read_text(), path, "exec"), names)
    kernel = numba.njit(cache=True)(names["dot"])
    monkeypatch.setattr(kernel._cache._cache_file, "_save_index", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    assert kernel(np.ones(3), np.ones(3)) == 3.0
