"""Where figures are drawn: whatever the environment says, and no other program's window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli import run
from helpers.made_outputs import MEASURED, images
from PIL import Image

pytestmark = pytest.mark.usefixtures("limits_can_be_shown")

STRANGE = {
    "no such backend": {"MPLBACKEND": "module://no_such_backend"},
    "no backend": {"MPLBACKEND": "nonsense"},
    "LaTeX": {"MATPLOTLIBRC": "latex"},
    "not UTF-8": {"MATPLOTLIBRC": "binary"},
    "no settings": {"MATPLOTLIBRC": "bad"},
    "settings are a folder": {"MATPLOTLIBRC": "/"},
    "no folder for caches": {"MPLCONFIGDIR": "/dev/null/nothing"},
    "0 columns": {"COLUMNS": "0"},
    "columns in words": {"COLUMNS": "wide", "LINES": "-3", "TERMINAL_WIDTH": "wide"},
    "columns that only look like a number": {"COLUMNS": "²"},
    "more columns than memory": {"COLUMNS": "99999999999"},
    "dumb": {"TERM": "dumb"},
    "no colour": {"NO_COLOR": "1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "warnings are errors in matplotlib": {"PYTHONWARNINGS": "error:::matplotlib"},
}
SETTINGS = {
    "latex": b"text.usetex: True\nfont.family: No Such Font\nsavefig.bbox: tight\nsavefig.dpi: 7\n",
    "binary": b"\xff\xfe\x00",
    "bad": b"nonsense: 3\nfont.size: large and red\nbackend: nowhere\n: :\n",
}


@pytest.fixture(params=STRANGE)
def strange(request, tmp_path):
    """An environment in which other programs may work."""
    for name, content in SETTINGS.items():
        (tmp_path / name).write_bytes(content)
    settings = dict(STRANGE[request.param])
    if settings.get("MATPLOTLIBRC") in SETTINGS:
        settings["MATPLOTLIBRC"] = str(tmp_path / settings["MATPLOTLIBRC"])
    return settings


def test_a_figure_is_drawn_in_any_environment(strange, tmp_path):
    folder = tmp_path / "中$a$"
    images(folder)
    arguments = ("train", "logistic", "--epochs", "2", "--data", str(folder), "--plot", str(tmp_path / "run.png"))
    finished = run(*arguments, **{"NO_COLOR": None, "COLUMNS": None} | strange)
    assert finished.stderr == ""
    assert finished.returncode == 0
    assert "accuracy" in finished.stdout
    assert Image.open(tmp_path / "run.png").size == (1596, 720)


@pytest.mark.parametrize("command", [*MEASURED, "demo order-of-summation --no-input", "compare dot --json -"])
def test_matplotlib_waits_until_a_figure_is_asked_for(command, tmp_path):
    (tmp_path / "mine.py").write_text("def dot(w, x):\n    return (w * x).sum()\n")
    small = {"compare": ("--budget", "0.5"), "sweep": ("--sizes", "4", "--budget", "0.5", "--no-compile")}
    small |= {"ladder": ("--size", "8", "--budget", "0.3")}
    some = ["--implementations", "numpy_vectorized,python_loops"]
    small |= {"break-even": ("--budget", "0.5", "--examples", "5", *some)}
    arguments = [*command.format(file=tmp_path / "mine.py").split(), *small.get(command.split()[0], ())]
    program = (
        "import sys, atexit\n"
        "from loopwise.commands.app import main\n"
        "atexit.register(lambda: print('matplotlib' in sys.modules, 'jinja2' in sys.modules, file=sys.stderr))\n"
        "main()"
    )
    finished = run(*arguments, program=program, MPLBACKEND="module://no_such_backend")
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr.splitlines()[-1] == "False False"


def test_a_window_that_a_user_has_open_stays_theirs():
    program = (
        "import os; os.environ['MPLBACKEND'] = 'svg'\n"
        "import matplotlib; matplotlib.rcParams['font.size'] = 7.0\n"
        "from helpers import made_up\n"
        "from loopwise.report.training import training_figure\n"
        "training_figure(made_up.trained([3.0, 2.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 2.0, 3.0]))\n"
        "print(matplotlib.rcParams['backend'], matplotlib.rcParams['font.size'], os.environ['MPLBACKEND'])"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert finished.stdout.split() == ["svg", "7.0", "svg"], finished.stderr
