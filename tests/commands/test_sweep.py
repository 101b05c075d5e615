"""`loopwise sweep`."""

import json
from functools import partial

import matplotlib.image
import pytest
from helpers.cli import in_process, run
from helpers.sweeps import SMALL

from loopwise import workloads
from loopwise.measure import sweep as sweeps


@pytest.mark.parametrize("columns", [80, 160])
def test_sweep_shows_writes_and_draws(tmp_path, columns):
    told, figure = tmp_path / "sweep.json", tmp_path / "sweep.png"
    arguments = ("--sizes", "8,64", *SMALL[2:], "--json", str(told), "--plot", str(figure))
    finished = run("sweep", "logistic", *arguments, columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert max(map(len, finished.stdout.splitlines())) <= columns
    assert "Compiling from nothing, once: numba_loops " in finished.stdout
    content = json.loads(told.read_text())["sweep"]
    assert content["sizes"] == [8, 64]
    assert [comparison["sizes"]["m"] for comparison in content["comparisons"]] == [8, 64]
    assert list(content["compile_seconds"]) == ["numba_loops"]
    assert content["compile_seconds"]["numba_loops"] > 0
    assert len(content["temporary_bytes"]) == 4
    assert matplotlib.image.imread(figure).std() > 0.05


def test_ctrl_c_keeps_the_sizes_that_are_done(monkeypatch):
    compare, sizes = sweeps.compare, []

    def stop_at_the_second(work, *arguments, **named):
        sizes.append(work.sizes["m"])
        if len(sizes) == 2:
            raise KeyboardInterrupt
        return compare(work, *arguments, **named)

    monkeypatch.setattr(sweeps, "compare", stop_at_the_second)
    swept = sweeps.sweep(partial(workloads.grown, work="logistic"), [4, 8, 16], "m", ["numpy_vectorized"], 1.0)
    assert swept.stopped
    assert list(swept.comparisons) == [4]


@pytest.mark.parametrize(
    "wrong",
    [
        ["sweep", "logistic", "--over", "depth"],
        ["sweep", "network", "--over", "length"],
        ["sweep", "nothing"],
        ["sweep", "--sizes", "4,a"],
        ["sweep", "--budget", "0"],
        ["sweep", "--implementations", "numpy"],
        ["break-even", "nothing"],
        ["break-even", "--budget", "-1"],
        ["break-even", "--dtype", "float16"],
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, wrong):
    assert in_process(monkeypatch, *wrong) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_lacks_the_operation_is_named_and_the_others_go_on(monkeypatch, capsys, tmp_path):
    path, page = tmp_path / "only_one.py", tmp_path / "sweep.html"
    path.write_text("def dot(w, x):\n    return (w * x).sum()\n")
    arguments = ("--sizes", "4,8", "--no-compile", "--budget", "0.3", "--html", str(page))
    assert in_process(monkeypatch, "sweep", *arguments, "--implementations", f"numpy_vectorized,{path}") == 0
    assert "only_one stops: only_one has no logistic_step" in capsys.readouterr().out
    assert "only_one has no logistic_step" in page.read_text()
    assert in_process(monkeypatch, "break-even", *SMALL[:4], "--implementations", f"numpy_vectorized,{path}") == 0
    assert "only_one has no logistic_step" in capsys.readouterr().out
