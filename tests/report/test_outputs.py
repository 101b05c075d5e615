"""What commands leave behind: the table first, each file by itself; names that are text; other programs' settings."""

import io
import json
import re
import subprocess
import sys
from html import unescape

import pytest
from helpers import made_up
from helpers.cli import in_process
from helpers.made_outputs import MEASURED, NAMES, TIMES, images
from PIL import Image
from rich.console import Console

from loopwise.report.outputs import put_figure
from loopwise.report.progress import bar
from loopwise.report.terminal import plain
from loopwise.report.training import training_figure

pytestmark = pytest.mark.usefixtures("limits_can_be_shown")

DRAWN = ["compare dot", "sweep", "break-even", "ladder", "machine", "train logistic --epochs 2"]
PAGED = DRAWN[:3]
SAID = {
    "compare dot": "numba_tuned", "sweep": "crossovers|overtakes", "break-even": "first call", "ladder": "rung",
    "machine": "multiply-add", "train logistic --epochs 2": "accuracy", "show dot --no-time": "def dot",
    "race --seconds 0.1 --no-live --implementations numpy_vectorized": "numpy_vectorized: ",
    "check {file}": "1 of 1 passed", "gradcheck": "right", "shapes": "parameters", "demo --list": "roofline",
}  # fmt: skip
DIGITS = re.compile(r"\d+")


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """A command with made-up measurements: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    for name in ("json", "png", "html"):
        (tmp_path / f"full.{name}").symlink_to("/dev/full")
    (tmp_path / "mine.py").write_text("def dot(w, x):\n    return (w * x).sum()\n")

    def run(command, *options):
        for name, measured in MEASURED[command].items():
            # A limits object needs its tables, which these tests are not about.
            monkeypatch.setattr(f"loopwise.{name}", lambda *_, measured=measured, **__: measured())
        code = in_process(monkeypatch, *command.format(file="mine.py").split(), *options)
        return code, *capsys.readouterr()

    return run


# === the table first, each file by itself =============================================================


@pytest.mark.parametrize("command", MEASURED)
def test_a_full_disk_takes_no_table(call, command):
    code, out, err = call(command, "--json", "full.json")
    assert re.search(SAID[command], out)
    assert err == "loopwise: full.json is not written: No space left on device\n"
    assert code == 2


@pytest.mark.parametrize("command", DRAWN)
def test_each_output_fails_alone(call, command, tmp_path):
    pages = ("--html", "full.html") if command in PAGED else ()
    code, out, err = call(command, "--json", "told.json", "--plot", "full.png", *pages)
    assert re.search(SAID[command], out)
    assert json.loads((tmp_path / "told.json").read_text())
    assert (
        re.findall(r"loopwise: (\S+) is not written: No space", err) == ["full.png", "full.html"][: 1 + len(pages) // 2]
    )
    assert code == 2


@pytest.mark.parametrize("command", PAGED)
def test_what_comes_after_a_failure_is_written(call, command, tmp_path):
    code, out, _ = call(command, "--json", "full.json", "--plot", "race.png", "--html", "race.html")
    assert re.search(SAID[command], out)
    assert Image.open(tmp_path / "race.png").width == 1596
    assert "<svg" in (tmp_path / "race.html").read_text()
    assert code == 2


@pytest.mark.parametrize("command", DRAWN)
def test_a_figure_that_cannot_be_drawn_is_one_line(call, command, monkeypatch, tmp_path):
    def draw(*_, **__):
        raise RuntimeError("no ink\nat all")

    module = command.split()[0].replace("-", "_")
    name = {"compare": "comparison", "machine": "roofline", "train": "training"}.get(module, module)
    place = {"compare": "report.comparison", "machine": "report.roofline", "train": "report.training"}
    monkeypatch.setattr(f"loopwise.{place.get(module, f'report.{module}')}.{name}_figure", draw)
    code, out, err = call(command, "--json", "-", "--plot", "race.png")
    assert json.loads(out)
    assert re.search(SAID[command], err)
    assert err.endswith("loopwise: race.png is not written: RuntimeError: no ink\n")
    assert "Traceback" not in err
    assert code == 2
    assert not (tmp_path / "race.png").exists()


def test_a_broken_contract_comes_before_a_full_disk(call, monkeypatch):
    monkeypatch.setattr("loopwise.measure.rows.Comparison.agreed", False)
    assert call("compare dot", "--json", "full.json")[0] == 1


def test_ctrl_c_comes_before_a_full_disk(call, monkeypatch):
    monkeypatch.setattr("loopwise.measure.rows.Comparison.stopped", True)
    stopped = made_up.comparison(TIMES)
    stopped.stopped = True
    monkeypatch.setitem(MEASURED, "compare dot", {"measure.comparison.compare": lambda: stopped})
    code, _, err = call("compare dot", "--json", "full.json")
    assert code == 130
    assert "full.json is not written" in err
    assert "stopped by Ctrl-C" in err


def written_to_a_full_disk(*arguments):
    """A command whose standard output is one."""
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "loopwise", *arguments]
        return subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)


def test_a_table_that_cannot_be_written_takes_no_file(tmp_path):
    finished = written_to_a_full_disk("shapes", "--json", str(tmp_path / "told.json"))
    assert json.loads((tmp_path / "told.json").read_text())["parameters"] == 21
    assert set(finished.stderr.splitlines()) == {"loopwise: the table is not written: No space left on device"}
    assert finished.returncode == 2


def test_json_that_cannot_be_written_is_one_line():
    finished = written_to_a_full_disk("shapes", "--json", "-")
    assert finished.stderr.splitlines()[-1] == "loopwise: standard output is not written: No space left on device"
    assert "21 parameters" in finished.stderr
    assert finished.returncode == 2


def test_two_names_of_one_file_are_refused(call):
    code, out, err = call("train logistic --epochs 2", "--json", "a.png", "--plot", "./a.png")
    assert (code, out) == (2, "")
    assert err == "loopwise: --json and --plot name the same file, ./a.png\n"


# === names are text ===================================================================================


def without_spaces(text):
    """A text whose lines end anywhere; output has a question mark for a letter that it cannot write."""
    return re.sub(r"\s", "", text.replace("?", "�"))


def seen(name):
    """The name as it is shown, without the ends of lines."""
    return without_spaces(plain(name))


def test_a_folder_of_any_name_is_learned_from(name, monkeypatch, capsys, tmp_path):
    images(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    code = in_process(monkeypatch, "train", "logistic", "--epochs", "2", "--data", name, "--plot", "run.png")
    out, err = capsys.readouterr()
    assert seen(name) in without_spaces(out)
    assert err == ""
    assert code == 0
    assert Image.open("run.png").width == 1596


def test_a_figure_takes_any_name(name, tmp_path, capfd, recwarn):
    figure = training_figure(made_up.trained([3.0, 2.0], data=name))
    for suffix in ("svg", "pdf", "png"):
        put_figure(str(tmp_path / f"run.{suffix}"), figure)
    assert plain(name) in figure.get_suptitle()
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


@pytest.mark.parametrize("first", [0, 5, len(NAMES) - 5])  # five rows each time
@pytest.mark.parametrize("command", PAGED)
def test_implementations_of_any_name_are_in_figure_page_and_table(first, command, call, monkeypatch, tmp_path):
    names = tuple(NAMES[first : first + 5])
    rows = {
        "compare dot": {"measure.comparison.compare": lambda: made_up.comparison(TIMES, names)},
        "sweep": {"measure.sweep.sweep": lambda: made_up.swept([TIMES, TIMES[::-1]], names)},
        "break-even": {"measure.break_even.break_even": lambda: made_up.paid(TIMES, TIMES, names)},
    }
    monkeypatch.setitem(MEASURED, command, rows[command])
    monkeypatch.setenv("COLUMNS", "300")
    code, out, err = call(command, "--plot", "race.svg", "--html", "race.html")
    assert (code, err) == (0, "")
    for text in (out, *(unescape((tmp_path / file).read_text()) for file in ("race.svg", "race.html"))):
        assert [name for name in names if seen(name) not in without_spaces(text)] == []


def test_a_bar_and_a_table_say_names_as_they_are(name):
    said = Console(file=io.StringIO(), force_terminal=True, width=200)
    with bar(said, name) as show:
        show(f"{name}: [/nothing]", 0.5)
    assert "[/nothing]" in said.file.getvalue()
    assert name.strip() in said.file.getvalue() or not name.isprintable()


@pytest.mark.parametrize("file", ["[red]", "[bold]x", ":smile:", "_mine"])
def test_check_and_show_take_a_file_of_any_name(file, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / f"{file}.py").write_text("def dot(w, x):\n    return float((w * x).sum())\n")
    assert in_process(monkeypatch, "check", f"{file}.py") == 0
    assert f"{file}.py" in capsys.readouterr().out
    chosen = ("--implementations", f"python_loops,{file}.py")
    assert in_process(monkeypatch, "show", "dot", "--no-time", *chosen) == 0
    assert capsys.readouterr().out.count(file) >= 2  # above the source and below


def test_a_figure_s_colours_are_not_in_names(tmp_path):
    from loopwise.report.comparison import comparison_figure
    from loopwise.report.html import Points

    points = Points()
    figure = comparison_figure([made_up.comparison(TIMES, ("#010203", "#040506", *made_up.NAMES[2:]))], points)
    drawn = points.svg(figure, "times")
    assert ">#010203<" in drawn
    assert 'data-series="#040506"' in drawn
    assert "fill: var(--ink)" in drawn
