"""Free memory, and sizes beyond it: one line, before anything is made."""

import subprocess
import sys

import numpy as np
import pytest
from helpers.cli import in_process

from loopwise.commands.app import said_of
from loopwise.errors import OptionError
from loopwise.process import memory


def test_a_container_leaves_what_its_limit_does(tmp_path):
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    (tmp_path / "memory.stat").write_text("anon 250\nactive_file 50\ninactive_file 100\n")
    assert memory.left_in_group(tmp_path) == 750
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.left_in_group(tmp_path) is None
    assert memory.left_in_group(tmp_path / "nothing") is None


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of that kind")
def test_a_limit_of_the_process_counts():
    script = (
        "import resource; from loopwise.process.memory import free_memory; before = free_memory(); "
        "resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30)); print(before, free_memory())"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    free = [int(number) for number in finished.stdout.split()]
    assert free[1] <= min(free[0], 2**30)


def test_more_than_is_free_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 2 * 10**9)
    memory.require_memory("X (1000, 250000)", 250 * 10**6)
    with pytest.raises(OptionError, match=r"not enough memory: X \(1000, 250001\) needs 2 GB; 2 GB are free"):
        memory.require_memory("X (1000, 250001)", 250_001_000)


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 MB"), (4_120, "0.0041 MB"), (1.54e9, "1.5 GB"), (1.6e14, "160 TB"), (3e18, "3000 PB")]
)
def test_sizes_have_two_digits(size, said):
    assert memory.bytes_said(size) == said


@pytest.mark.parametrize(
    "line",
    [
        "compare logistic --examples 10000000000 --features 1000",
        "train logistic --data synthetic --examples 10000000000 --features 100000",
        "train logistic --data cats --examples 1000000000",
        "compare logistic --data flower --examples 10000000000000000",
        "compare matmul --examples 1000000000 --features 1000000",
        "train network --data digits --layers 100000000,100000000,10",
        "compare network --data digits --layers 10000000000,10",
        "gradcheck --layers 10000000,10000000,3",
        "gradcheck --examples 10000000000000",
    ],
)
def test_a_size_beyond_memory_is_one_line(monkeypatch, capsys, line):
    monkeypatch.setattr(memory, "free_memory", lambda: 10**9)
    assert in_process(monkeypatch, *line.split()) == 2
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "1 GB are free" in shown or "at most" in shown


def test_what_numpy_cannot_allocate_is_told_in_our_words(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 10**9)
    with pytest.raises(MemoryError) as caught:
        np.empty((2**20, 2**38))
    assert said_of(caught.value) == f": {(2**20, 2**38)} numbers of float64 need 2300 PB; 1 GB are free"
    assert said_of(MemoryError()) == ""
    assert said_of(MemoryError("why")) == ": why"


def test_a_group_of_version_1_leaves_what_its_limit_does(tmp_path):
    (tmp_path / "memory.limit_in_bytes").write_text("1000\n")
    (tmp_path / "memory.usage_in_bytes").write_text("900\n")
    (tmp_path / "memory.stat").write_text("cache 600\ntotal_active_file 200\ntotal_inactive_file 400\n")
    assert memory.left_in_group(tmp_path) == 700


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("0::/user.slice/run.scope", ["user.slice/run.scope", "user.slice", ""]),
        ("9:memory:/lw", ["memory/lw", "memory"]),
        ("4:cpu,memory:/", ["memory"]),
        ("3:cpu,cpuacct:/lw", []),
    ],
)
def test_the_groups_of_a_process_and_those_around_them(line, folders, tmp_path):
    (tmp_path / "cgroup").write_text(f"{line}\n")
    found = memory.groups_of_process(tmp_path / "cgroup", tmp_path)
    assert list(found) == [tmp_path / folder for folder in folders]
    assert list(memory.groups_of_process(tmp_path / "nothing", tmp_path)) == []
