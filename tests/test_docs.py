"""The documentation: every option and every field of JSON is there, every link leads somewhere."""

import json
import re
from pathlib import Path

import pytest
import typer
from helpers import made_up
from helpers.limits_by_hand import BY_HAND
from helpers.promises import keys_of

import loopwise.commands.app  # noqa: F401  (fills the program with its commands)
from loopwise.commands.options import app
from loopwise.machine.card import card

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("plots/*.md")]
TEXT = (ROOT / "docs/commands.md").read_text()
COMMANDS = typer.main.get_command(app).commands
TIMES = [0.4, 0.3, 0.2, 0.1, 0.05]
CONTENT = {
    "compare": lambda: {"comparisons": [made_up.comparison(TIMES).as_dict()]},
    "sweep": lambda: {"sweep": made_up.swept([TIMES, TIMES[::-1]]).as_dict()},
    "break-even": lambda: {"break_even": made_up.paid(TIMES, TIMES).as_dict()},
    "ladder": lambda: {"ladder": made_up.climbed(TIMES, 0.2, {1: 0.3}).as_dict()},
    "machine": lambda: {"machine": card(1), "limits": BY_HAND.as_dict()},
}
OF_CONTENT = re.compile(r"\d+|L\d|DRAM|float(32|64)|\*|(python|numba|numpy)_\w+|n_x|m|n|k|p")


def section(command):
    """What the page says of a command, and of all."""
    common = TEXT[: TEXT.index("\n## compare\n")]
    found = re.search(rf"\n## {command}\n.*?(?=\n## |\Z)", TEXT, re.DOTALL)
    return common + found[0]


def test_every_command_has_a_section():
    assert sorted(re.findall(r"^## ([a-z-]+)$", TEXT, re.MULTILINE)) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_named_and_no_other(command):
    options = {name for parameter in COMMANDS[command].params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = {name for name in options if name.startswith("--") and name != "--help"}
    (listed,) = re.findall(r"^Options: (.*?)\.\n\n", section(command), re.MULTILINE | re.DOTALL)
    assert set(listed.replace("`", "").split()) == options


@pytest.mark.parametrize("command", CONTENT)
def test_every_field_of_the_json_is_named(command):
    text = section(command) + section("compare")
    content = json.loads(json.dumps(CONTENT[command]()))
    names = {name for key in keys_of(content) for name in re.split(r"[.\[\]*]+", key) if name}
    missing = {name for name in names if not OF_CONTENT.fullmatch(name) and f'"{name}"' not in text}
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    for link in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 140
