"""For the tests of what is shown."""

import json

import pytest
from helpers.cli import in_process
from helpers.made_outputs import NAMES
from helpers.pages import COMMANDS


@pytest.fixture
def limits_can_be_shown(monkeypatch):
    """Made-up limits know no buffers."""
    monkeypatch.setattr("loopwise.report.machine.limits_table", lambda measured, _: "multiply-add")


@pytest.fixture(params=NAMES, ids=ascii)
def name(request):
    """Somebody's name for a folder or a file."""
    return request.param


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function that makes a command's page once: (page, JSON, arguments)."""
    folder, kept = tmp_path_factory.mktemp("pages"), {}

    def make(name):
        if name not in kept:
            page, data = folder / f"{name}.html", folder / f"{name}.json"
            arguments = (*COMMANDS[name], "--html", str(page), "--json", str(data))
            with pytest.MonkeyPatch.context() as monkeypatch:
                assert in_process(monkeypatch, *arguments) == 0
            kept[name] = page, json.loads(data.read_text()), arguments
        return kept[name]

    return make
