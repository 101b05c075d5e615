"""The terminal: text is text."""

import pytest
from helpers.cli import in_process

from loopwise.report.terminal import Terminal

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


class Seen:
    """A pager that keeps what it is given."""

    def __init__(self):
        self.text = None

    def show(self, text):
        self.text = text


def paged(monkeypatch, lines, height=10, **environment):
    """What the pager is given on a terminal of that height; None where it is not called."""
    for name, value in ({"TERM": "xterm", "PAGER": None} | environment).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    seen, terminal = Seen(), Terminal()
    monkeypatch.setattr(terminal, "_force_terminal", True)
    monkeypatch.setattr(terminal, "_height", height)
    monkeypatch.setattr(terminal, "_width", 80)
    monkeypatch.setattr("sys.stdin", type("Keyboard", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("rich.pager.SystemPager", lambda: seen)
    monkeypatch.setattr("rich.console.SystemPager", lambda: seen)
    terminal.paged(*(f"line {k}" for k in range(lines)))
    return seen.text


def test_what_is_longer_than_the_terminal_is_paged(monkeypatch):
    assert paged(monkeypatch, 9) is None
    assert paged(monkeypatch, 10).split("\n")[:2] == ["line 0", "line 1"]


@pytest.mark.parametrize("environment", [{"PAGER": ""}, {"PAGER": "cat"}, {"TERM": "dumb"}])
def test_no_pager_where_none_is_wanted(monkeypatch, environment):
    assert paged(monkeypatch, 100, **environment) is None


def test_no_pager_where_a_program_reads(monkeypatch, capsys):
    monkeypatch.setattr("rich.console.SystemPager", lambda: pytest.fail("a pager"))
    Terminal().paged(*(f"line {k}" for k in range(1000)))
    assert capsys.readouterr().out.count("\n") == 1000
