"""Chromium for the tests of pages: all but loopback blocked, complaints kept, screenshots for people."""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"


def needed(*names):
    """Where one of these programs is; without any the test is skipped, in CI it fails."""
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        reason = f"no {names[0]} on this machine"
        pytest.fail(reason) if os.environ.get("CI_REQUIRES_BROWSER") else pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def chromium():
    """A browser without a window."""
    path = needed("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Tab:
    """A page of the browser that reaches loopback alone, with all that it complained of."""

    def __init__(self, browser, **options):
        self.complaints = []
        self.page = browser.new_page(viewport={"width": 1400, "height": 1000}, **options)
        self.page.set_default_timeout(20_000)
        self.page.route("**/*", self.only_loopback)
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def only_loopback(self, route):
        """Let through what stays on this machine."""
        address = urlsplit(route.request.url)
        if address.hostname == "127.0.0.1" or address.scheme in ("data", "file"):
            route.continue_()
        else:
            self.complaints.append(f"asked for {route.request.url}")
            route.abort()

    def keep(self, name):
        """A screenshot for people."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def tab(chromium):
    """An empty page; at the end nothing may have gone wrong in it."""
    tab = Tab(chromium)
    yield tab
    tab.page.close()
    assert tab.complaints == []


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """A function that lets axe-core look at a page: what it objects to, in both themes' colours if asked in both."""
    needed("npm")
    sys.path.insert(0, str(ROOT / "benchmarks" / "dashboard"))
    try:
        from offline import fetch
    finally:
        sys.path.pop(0)
    packages = fetch(Path(__file__).parent / "axe", tmp_path_factory.mktemp("npm") / "axe")
    program = (packages / "axe-core" / "axe.min.js").read_text()

    def objections(tab):
        tab.page.add_script_tag(content=program)
        found = tab.page.evaluate("async () => (await axe.run()).violations")
        return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]

    return objections
