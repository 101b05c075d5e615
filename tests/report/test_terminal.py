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
