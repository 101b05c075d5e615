"""`loopwise ladder`."""

import json
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from helpers.cli import in_process, run
from helpers.rungs import EXACT, NAMES, without_last_column
from matplotlib.image import imread

from loopwise.jit.matmul.ladder import RUNGS
from loopwise.jit.matmul.product import product
from loopwise.jit.simd.host import features
from loopwise.measure import interleaved
from loopwise.measure import ladder as measuring


@pytest.mark.compilation
@pytest.mark.parametrize("columns", [80, 160])
def test_the_table_fits_the_terminal(columns):
    finished = run("ladder", "--size", "60", "--budget", "0.3", "--threads", "2", columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert "matmul · (60, 60) · (60, 60) · float64" in finished.stdout
    for number, name in enumerate(NAMES):
        # Where no instruction multiplies and adds, no rung rounds otherwise than the slide.
        shown = "✓ rounding" if name not in EXACT and {"fma", "neon"} & features() else "✓ same bits"
        assert len(re.findall(rf"^ *{number} {name} .*{shown}", finished.stdout, re.M)) == 1, finished.stdout
    assert "…" not in finished.stdout
    assert max(len(line) for line in finished.stdout.splitlines()) <= columns
    assert ("along memory" in finished.stdout) == (columns == 160)


@pytest.mark.compilation
def test_json_on_standard_output_is_nothing_but_json():
    finished = run("ladder", "--shape", "20,30,40", "--dtype", "float32", "--budget", "0.3", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    ladder = json.loads(finished.stdout)["ladder"]
    assert ladder["sizes"] == {"n": 20, "k": 30, "p": 40}
    assert ladder["dtype"] == "float32"
    assert ladder["reference"] == "slide"
    assert ladder["compiled_while_timing"] == 0
    assert not ladder["stopped"]
    assert [row["name"] for row in ladder["rows"]] == [*NAMES, "numpy"]
    below = None
    for row in ladder["rows"]:
        assert row["agreement"]["passed"]
        assert row["gflops"] == pytest.approx(2 * 20 * 30 * 40 / row["step_seconds"]["median"] / 1e9)
        peak = ladder["peak_gflops"][str(row["threads"])]
        assert row["of_peak"] == pytest.approx(row["gflops"] / peak)
        if row["rung"] and row["rung"] > 0:
            assert row["times_below"]["vs"] == below
        if row["name"] != "slide":
            assert row["times_slide"]["vs"] == "slide"
            assert row["times_slide"]["ratio"] > 0
        below = row["name"]


@pytest.mark.compilation
def test_files_are_written(tmp_path, monkeypatch, capsys):
    figure, result = tmp_path / "ladder.png", tmp_path / "ladder.json"
    arguments = ("--size", "48", "--budget", "0.3", "--plot", str(figure), "--json", str(result))
    assert in_process(monkeypatch, "ladder", *arguments) == 0
    assert "8 threads" in capsys.readouterr().out
    assert len(json.loads(result.read_text())["ladder"]["rows"]) == 10
    pixels = imread(figure)[..., :3]
    for colour in ("#0072B2", "#CC79A7", "#009E73"):  # exact rungs, the others, NumPy's line
        rgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        assert (np.abs(pixels - rgb).max(axis=-1) < 0.01).sum() > 300, colour


BAD = {
    "--size 0": "size is 0; expected a positive whole number",
    "--shape 3,4": "shape is 3,4; expected three sizes n,k,p",
    "--shape 3,x,4": "shape is '3,x,4'",
    "--shape 3,0,4": "shape is 0",
    "--size 5 --shape 3,4,5": "--size and --shape exclude each other",
    "--dtype float16": "unknown dtype 'float16'",
    "--threads 0": "threads is 0",
    "--budget 0": "budget is 0.0",
    "--budget nan": "budget is nan",
    "--seed -1": "seed is -1",
    "--plot ladder.gif": "ladder.gif cannot be written",
    "--json no/folder.json": "there is no folder no",
    "--json x.png --plot x.png": "name the same file",
}


@pytest.mark.parametrize("arguments", BAD)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, arguments):
    assert in_process(monkeypatch, "ladder", *arguments.split()) == 2
    said = capsys.readouterr().err
    assert BAD[arguments] in said
    assert said.count("\n") == 1


def with_rung(name, multiply):
    """The ladder with one rung replaced."""

    def named(A, B):
        return multiply(A, B)

    named.__name__ = name
    return tuple(replace(rung, multiply=named) if rung.name == name else rung for rung in RUNGS)


@pytest.mark.compilation
def test_exit_code_1_when_a_rung_disagrees(monkeypatch, capsys, tmp_path):
    result = tmp_path / "ladder.json"
    monkeypatch.setattr(measuring, "RUNGS", with_rung("tiles", partial(without_last_column, product)))
    assert in_process(monkeypatch, "ladder", "--size", "40", "--budget", "0.3", "--json", str(result)) == 1
    output = capsys.readouterr().out
    assert re.search(r"3 tiles +✗ exact +n/a", output)
    assert "tiles disagrees: C[" in output
    rows = {row["name"]: row for row in json.loads(result.read_text())["ladder"]["rows"]}
    assert rows["tiles"]["step_seconds"] is None
    assert rows["packing"]["times_below"]["vs"] == "unroll_and_jam"  # the next one that there is


@pytest.mark.compilation
@pytest.mark.parametrize("moment", ["agreement", "race"])
def test_ctrl_c_keeps_what_was_measured(monkeypatch, capsys, moment):
    calls = []

    def interrupted(A, B):
        calls.append(len(A))
        if len(calls) == (1 if moment == "agreement" else 12):
            raise KeyboardInterrupt
        return product(A, B)

    monkeypatch.setattr(measuring, "RUNGS", with_rung("threads", interrupted))
    monkeypatch.setattr(
        interleaved, "SAMPLE_SECONDS", 0.0
    )  # one call a sample, so that the twelfth is in the midst of it
    assert in_process(monkeypatch, "ladder", "--size", "40", "--budget", "0.3") == 130
    said = capsys.readouterr()
    assert "stopped by Ctrl-C; this is what was measured until then" in said.err
    assert "0 slide" in said.out
    assert ("n/a: stopped before it was measured" in said.out) == (moment == "agreement")


@pytest.mark.compilation
def test_help_shows_an_example_and_the_schema():
    said = " ".join(run("ladder", "--help", columns=160).stdout.split())
    assert "loopwise ladder --shape 256,784,10000" in said
    assert "times_below" in said
