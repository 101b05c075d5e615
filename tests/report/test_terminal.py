"""The terminal: text is text."""

import pytest
from helpers.cli import in_process

from loopwise.report.terminal import Terminal, page

pytestmark = pytest.mark.usefixtures("limits_can_be_shown")


@pytest.mark.parametrize("size", ["0", "wide", "²", "1", "10", "13", "99999999999"])
@pytest.mark.parametrize("command", ["shapes", "show dot --no-time", "demo --list", "--help"])
def test_tables_fit_into_any_terminal(command, size, monkeypatch, capsys):
    for name in ("COLUMNS", "LINES", "TERMINAL_WIDTH"):
        monkeypatch.setenv(name, size)
    assert in_process(monkeypatch, *command.split()) == 0
    out, err = capsys.readouterr()
    assert out.strip()
    assert err == ""


def test_terminal_prints_what_it_is_given(capsys):
    Terminal().print("[red]:smile:[/]", "$a$")
    assert capsys.readouterr().out == "[red]:smile:[/] $a$\n"


# === the pager ========================================================================================================


def paged(monkeypatch, lines, height=10, stderr=False, **environment):
    """What the pager is given on a terminal of that height; None where it is not called."""
    for name, value in ({"TERM": "xterm", "PAGER": "less"} | environment).items():
        monkeypatch.setenv(name, value)
    seen, terminal = [], Terminal(stderr=stderr)
    monkeypatch.setattr(terminal, "_force_terminal", True)
    monkeypatch.setattr(terminal, "_height", height)
    monkeypatch.setattr(terminal, "_width", 80)
    monkeypatch.setattr("sys.stdin", type("Keyboard", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("loopwise.report.terminal.page", lambda text, pager, file: seen.append(text))
    terminal.paged(*(f"line {k}" for k in range(lines)))
    return seen[0] if seen else None


def test_what_is_longer_than_the_terminal_is_paged(monkeypatch):
    assert paged(monkeypatch, 9) is None
    assert paged(monkeypatch, 10).split("\n")[:2] == ["line 0", "line 1"]


@pytest.mark.parametrize("environment", [{"PAGER": ""}, {"PAGER": "cat"}, {"TERM": "dumb"}])
def test_no_pager_where_none_is_wanted(monkeypatch, environment):
    assert paged(monkeypatch, 100, **environment) is None


def test_no_pager_where_a_program_reads(monkeypatch, capsys):
    monkeypatch.setattr("loopwise.report.terminal.page", lambda *given: pytest.fail("a pager"))
    Terminal().paged(*(f"line {k}" for k in range(1000)))
    assert capsys.readouterr().out.count("\n") == 1000


def test_no_pager_where_standard_output_has_the_json(monkeypatch):
    assert paged(monkeypatch, 100, stderr=True) is None


@pytest.mark.parametrize("pager", ["cat", "no-such-program --x"])
def test_the_pager_writes_where_the_stream_does(tmp_path, pager):
    with (tmp_path / "terminal").open("w") as file:
        print("before", file=file)
        page("line 0\nline 1\n", pager, file)
    assert (tmp_path / "terminal").read_text() == "before\nline 0\nline 1\n"
