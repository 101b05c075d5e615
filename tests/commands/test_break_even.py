"""`loopwise break-even`."""

import json

import matplotlib.image
from helpers.cli import in_process, run
from helpers.sweeps import SMALL


def test_break_even_shows_writes_and_draws(tmp_path):
    told, figure = tmp_path / "even.json", tmp_path / "even.png"
    finished = run("break-even", "logistic", *SMALL, "--json", str(told), "--plot", str(figure))
    assert finished.returncode == 0, finished.stderr
    assert max(map(len, finished.stdout.splitlines())) <= 80
    content = json.loads(told.read_text())["break_even"]
    costs = {one["implementation"]: one for one in content["costs"]}
    assert list(costs) == ["numba_loops", "numpy_vectorized"]
    assert costs["numba_loops"]["cold"]["compiling"] > 0 == costs["numba_loops"]["cached"]["compiling"]
    (pays,) = [one for one in content["pays_after"] if one["implementation"] == "numba_loops"]
    assert pays["against"] == "numpy_vectorized"
    assert matplotlib.image.imread(figure).std() > 0.05


def test_a_file_takes_part_in_break_even(monkeypatch, capsys, tmp_path):
    path, result = tmp_path / "mine_too.py", tmp_path / "result.json"
    path.write_text("from loopwise.implementations.numpy_vectorized import logistic_step\n")
    arguments = (*SMALL[:4], "--budget", "0.3", "--implementations", f"numpy_vectorized,{path}", "--json", str(result))
    assert in_process(monkeypatch, "break-even", *arguments) == 0
    costs = {cost["implementation"]: cost for cost in json.loads(result.read_text())["break_even"]["costs"]}
    assert costs["mine_too"]["cold"]["first_call"] > 0
