"""Photograph the pages that loopwise makes, for the tutorials: docs/screenshots/, by Chromium without a window.

Run it on a quiet machine: `make docs-screenshots`. Every number on them was measured meanwhile.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
# name: the command that makes its page, the page, and which part of it is shown.
PAGES = {
    "comparison": ("compare logistic --budget 10 --html page.html", "page.html"),
    "slides-question": ("demo slide-loop --no-input --export slides.html", "slides.html#4"),
    "slides-answer": (None, "slides.html#6"),
}


def main():
    """Every page, one after the other."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("there is no Chromium on this machine")
    SCREENSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        tab = chromium.new_page(viewport={"width": 1280, "height": 720})
        for name, (line, page) in PAGES.items():
            if line:
                subprocess.run([sys.executable, "-m", "loopwise", *line.split()], cwd=folder, check=True, stdout=-1)
            file, _, anchor = page.partition("#")
            tab.goto(Path(folder, file).as_uri() + (f"#{anchor}" if anchor else ""))
            tab.reload()
            tab.screenshot(path=SCREENSHOTS / f"{name}.png")
            print(f"docs/screenshots/{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
