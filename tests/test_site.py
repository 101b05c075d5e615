"""The site of the documentation: built without a warning, complete, and nothing in it comes from elsewhere."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from loopwise.commands.app import COMMANDS
from loopwise.interface import OPERATIONS, OPTIONAL

ROOT = Path(__file__).parents[1]
OUTPUTS = ROOT / "docs" / "outputs"
FORMULAS = tomllib.loads((ROOT / "docs" / "site" / "formulas.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site; a link or an anchor that leads nowhere ends its build."""
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def test_every_operation_has_its_formula(site):
    assert set(FORMULAS) == set(OPERATIONS) | set(OPTIONAL)
    page = (site / "operations.html").read_text(encoding="utf-8")
    assert page.count("<math ") == sum(map(len, FORMULAS.values()))
    for name in FORMULAS:
        assert f"<code>{name}(" in page


def test_every_command_has_its_output(site):
    names = {name.replace("_", "-") for name in COMMANDS}
    assert {path.stem for path in OUTPUTS.glob("*.txt")} == names
    page = (site / "commands.html").read_text(encoding="utf-8")
    for name in names:
        line, printed = (OUTPUTS / f"{name}.txt").read_text(encoding="utf-8").split("\n", 1)
        assert line.split()[:2] == ["loopwise", name]
        assert max(map(len, printed.splitlines())) <= 80
        assert line.replace(">", "&gt;") in page


def test_every_page_of_docs_is_on_the_site(site):
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert pages - {"README.html"} <= {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert not (site / "site").exists()
    assert not (site / "outputs").exists()


def test_no_page_asks_for_anything_elsewhere(site):
    elsewhere = re.compile(r"""(?:src|href)=["']?(?:https?:)?//""")
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = [tag for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", text) if elsewhere.search(tag)]
        assert loaded == [], path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_no_page_is_wider_than_its_window(site, tab, width, theme):
    tab.page.set_viewport_size({"width": width, "height": 1000})
    tab.page.emulate_media(color_scheme=theme)
    for path in sorted(site.rglob("*.html")):
        if path.name != "404.html":
            tab.page.goto(path.as_uri())
            assert tab.page.evaluate("document.documentElement.scrollWidth") <= width, path
            name = path.relative_to(site).with_suffix("").as_posix().replace("/", "-")
            tab.keep(f"site-{name}-{width}-{theme}")
