"""`loopwise machine`."""

import json

import pytest
from helpers.cli import in_process, run
from helpers.limits_by_hand import BY_HAND
from matplotlib.image import imread

from loopwise import workloads
from loopwise.machine import limits


@pytest.fixture
def quick(monkeypatch):
    """The command in this process, without the seconds that measuring takes; returns its exit code."""
    monkeypatch.setattr(limits, "measure", lambda threads, progress: BY_HAND)
    return lambda *arguments: in_process(monkeypatch, "machine", *arguments)


@pytest.mark.compilation
def test_json_on_standard_output_is_the_card_and_the_limits():
    finished = run("machine", "--threads", "1", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout)
    assert told["machine"]["threads"] == 1
    assert set(told["limits"]) == {
        *("threads", "caches", "read_gbytes_per_s", "read_buffer_bytes", "triad_gbytes_per_s", "peak_gflops"),
        "other_peaks_gflops",
    }
    assert told["limits"]["peak_gflops"]["float32"]["1"] > 0
    assert told["limits"]["other_peaks_gflops"]["apart"]["float32"]["1"] > 0
    assert told["limits"]["caches"][0].keys() == {"name", "size_bytes", "count", "assumed"}


def test_no_compiler_is_exit_code_2():
    finished = run("machine", NUMBA_DISABLE_JIT="1")
    assert finished.returncode == 2
    assert finished.stderr == "loopwise: limits are measured by compiled code, and NUMBA_DISABLE_JIT=1 is set\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--threads", "0"), "threads is 0; expected 1 to"),
        (("--json", "no/folder/x.json"), "there is no folder no/folder"),
        (("--plot", "roof.txt"), "expected a name that ends in"),
        (("--plot", "x.svg", "--json", "x.svg"), "name the same file"),
    ],
)
def test_bad_input_is_one_line(quick, capsys, arguments, said):
    assert quick(*arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_ctrl_c_is_a_word_and_130(quick, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(limits, "measure", interrupted)
    assert quick() == 130
    assert "stopped" in capsys.readouterr().err


def test_files_are_written(quick, monkeypatch, tmp_path, capsys):
    work = workloads.operation("matmul", units=64, features=64, examples=64)
    monkeypatch.setattr("loopwise.measure.roofline.measured_points", lambda *_, **__: [(work, "numba_parallel", 50.0)])
    figure, file = tmp_path / "roof.png", tmp_path / "limits.json"
    assert quick("--plot", str(figure), "--json", str(file)) == 0
    assert json.loads(file.read_text())["limits"]["read_gbytes_per_s"]["DRAM"] == {"1": 10.0, "4": 20.0}
    assert imread(figure).shape[1] == 1596
    out = capsys.readouterr().out
    assert "bits, float64" in out
    assert "read L2: 512 KiB, 2 MiB" in out
