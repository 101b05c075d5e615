"""Both dashboards of a small clone, opened in Chromium with every other network blocked."""

import contextlib
import functools
import http.server
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from itertools import product
from pathlib import Path

import pytest
from helpers.browser import Tab, needed

pytest.importorskip("asv")
ROOT = Path(__file__).parents[2]
BENCH = [r"Logistic.time_step\('(numba_loops|numpy_vectorized|python_loops)', (4|10|18)\)", r"Rounding.*numpy"]
LOGISTIC = "steps.Logistic.time_step"
pytestmark = pytest.mark.compilation


def run(folder, *command, **environment):
    """A command in the clone, with the clone's own loopwise; returns what it printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "NUMBA_CACHE_DIR": str(folder / "cache"),
        **environment,
    }
    finished = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def asv(folder, *arguments):
    """asv in the clone; what it knows of the machine lies there too."""
    return run(folder, sys.executable, "-m", "asv", *arguments, HOME=str(folder.parent))


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with the files as they are now, and a second commit."""
    folder = tmp_path_factory.mktemp("dashboards") / "clone"
    run(ROOT, "git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(folder))
    for name in ("src", "benchmarks"):
        shutil.rmtree(folder / name)
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(ROOT / "asv.conf.json", folder)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]
    run(folder, "git", "add", "--all")
    for message in ("first", "second"):
        run(folder, *git, "commit", "--quiet", "--allow-empty", "--message", message)
    asv(folder, "machine", "--yes")
    return folder


def measure(folder, commit):
    """The arguments that measure a small selection and keep it."""
    selected = [part for pattern in BENCH for part in ("--bench", pattern)]
    return ["run", "--python=same", "--launch-method", "forkserver", "--quick", "--set-commit-hash", commit, *selected]


@pytest.fixture(scope="module")
def pages(clone):
    """The folder with both dashboards, in which two commits were measured, and its address on loopback."""
    needed("npm")
    asv(clone, *measure(clone, "HEAD"))
    measured_before(clone)
    run(clone, sys.executable, "benchmarks/dashboard/publish.py")
    handler = functools.partial(QuietHandler, directory=str(clone / ".asv" / "html"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves, and says nothing."""

    def log_message(self, *arguments):
        """Nothing."""


def measured_before(clone):
    """Give the commit before the same results, in asv's file: measuring again would take as long again."""
    older, newest = (run(clone, "git", "rev-parse", commit).strip() for commit in ("HEAD~1", "HEAD"))
    (path,) = (clone / ".asv" / "results").glob(f"*/{newest[:8]}-*.json")
    content = json.loads(path.read_text())
    content |= {"commit_hash": older, "date": content["date"] - 1000}
    path.with_name(path.name.replace(newest[:8], older[:8])).write_text(json.dumps(content))


def recorded(clone, benchmark):
    """A benchmark's newest values straight from asv's file: `{parameters: value}`."""
    newest = run(clone, "git", "rev-parse", "--short=8", "HEAD").strip()
    (path,) = (clone / ".asv" / "results").glob(f"*/{newest}-*.json")
    content = json.loads(path.read_text())
    result = dict(zip(content["result_columns"], content["results"][benchmark]))
    return dict(zip(product(*result["params"]), result["result"]))


def values(clone, benchmark):
    """Those that are numbers."""
    found = recorded(clone, benchmark)
    return {cell: value for cell, value in found.items() if value is not None and not math.isnan(value)}


def test_stock_dashboard_draws_what_was_measured(pages, clone, tab):
    tab.page.goto(f"{pages}/#{LOGISTIC}?x-axis=log2_m&y-axis-scale=log")
    tab.page.wait_for_function("() => $('#main-graph').data('plot')?.getData().some(s => s.data.length)")
    drawn = tab.page.evaluate("() => $('#main-graph').data('plot').getData().map(s => s.data)")
    tab.keep("asv-logistic")
    points = {y for line in drawn for _, y, *_ in line if y is not None}
    assert points == set(values(clone, LOGISTIC).values())


def test_stock_dashboard_lists_and_sorts(pages, tab):
    tab.page.goto(f"{pages}/#/")
    tab.page.wait_for_selector("canvas")
    tab.keep("asv-grid")
    tab.page.goto(f"{pages}/#/summarylist")
    # The pages sort a moment after they were asked to, and by the first column before anyone asks.
    head = "#summarylist-display th:has-text('Benchmark')"
    column = "() => [...document.querySelectorAll('#summarylist-display tbody tr')].map(r => r.cells[0].textContent)"
    tab.page.wait_for_selector(f"{head}.sorting-asc")
    up = tab.page.evaluate(column)
    tab.page.click(head)
    tab.page.wait_for_selector(f"{head}.sorting-desc")
    down = tab.page.evaluate(column)
    tab.keep("asv-list")
    assert len(up) > 1
    assert up != down
    assert sorted(up) == sorted(down)


def test_overview_has_a_point_for_every_value(pages, clone, tab):
    tab.page.goto(f"{pages}/overview.html")
    told = tab.page.eval_on_selector_all(".point", "all => all.map(p => [p.ariaLabel, p.dataset.value])")
    tab.keep("overview-light")
    for (implementation, log2_m), value in values(clone, LOGISTIC).items():
        who = f"{implementation.strip(chr(39))}, log2_m = {log2_m}: "
        assert [float(number) for label, number in told if label.startswith(who)] == [value]
    assert len(told) == len(values(clone, LOGISTIC)) + 2 * len(values(clone, "quality.Rounding.track_share_of_bound"))


def test_overview_is_drawn(pages, tab):
    tab.page.goto(f"{pages}/overview.html")
    boxes = tab.page.eval_on_selector_all(".point", "all => all.map(p => p.getBoundingClientRect().toJSON())")
    assert all(box["width"] > 5 and box["height"] > 5 for box in boxes)
    assert len({(round(box["x"]), round(box["y"])) for box in boxes}) > 0.8 * len(boxes)


# Where two values are nearly the same, one point covers the other: the mouse meets the upper one.
UPPER = """all => {
    const box = all[0].getBoundingClientRect();
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).closest(".point").ariaLabel;
}"""


def test_overview_answers_to_mouse_and_keyboard(pages, tab):
    tab.page.goto(f"{pages}/overview.html")
    tab.page.hover(".point", force=True)
    assert tab.page.inner_text("#said") == tab.page.eval_on_selector_all(".point", UPPER)
    tab.page.keyboard.press("Escape")
    assert tab.page.inner_text("#said") == ""
    for _ in range(30):
        tab.page.keyboard.press("Tab")
        if tab.page.evaluate("() => document.activeElement.classList.contains('point')"):
            break
    tab.keep("overview-focus")
    assert tab.page.inner_text("#said") == tab.page.evaluate("() => document.activeElement.ariaLabel")


def test_overview_table_sorts_and_gives_reasons(pages, tab):
    tab.page.goto(f"{pages}/overview.html")
    assert "n/a: one step has" in tab.page.inner_text("table")
    head = tab.page.locator("th button", has_text="value").first
    for order in (1, -1):
        head.press("Enter")
        keys = tab.page.eval_on_selector_all("tbody tr", "all => all.map(r => r.cells[3].dataset.key)")
        numbers = [float(key) for key in keys if key]
        assert numbers == sorted(numbers, reverse=order < 0)
        assert len(numbers) > 5
    head.scroll_into_view_if_needed()
    tab.keep("overview-table")


def test_overview_hides_a_series(pages, tab):
    tab.page.goto(f"{pages}/overview.html")
    drawn = tab.page.locator('.point[data-series="numba_loops"]')
    assert drawn.first.is_visible()
    tab.page.get_by_role("checkbox", name="numba_loops").uncheck()
    assert not any(point.is_visible() for point in drawn.all())
    assert tab.page.locator('.point[data-series="numpy_vectorized"]').first.is_visible()


def test_overview_in_the_dark(pages, chromium):
    tab = Tab(chromium, color_scheme="dark")
    tab.page.goto(f"{pages}/overview.html")
    tab.keep("overview-dark")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    text = "() => getComputedStyle(document.querySelector('svg text')).fill"
    dark, light_text = tab.page.evaluate(paper), tab.page.evaluate(text)
    tab.page.click("#theme")
    light, dark_text = tab.page.evaluate(paper), tab.page.evaluate(text)
    tab.page.close()
    assert (dark, light) == ("rgb(22, 24, 28)", "rgb(255, 255, 255)")
    assert light_text != dark_text
    assert tab.complaints == []


def test_everyone_can_use_the_overview(pages, tab, axe):
    tab.page.goto(f"{pages}/overview.html")
    assert axe(tab) == []
    tab.page.click("#theme")
    assert axe(tab) == []


WAITS = """
import os
import time
from pathlib import Path


def time_waits_for_ctrl_c():
    \"\"\"Longer than anyone waits: the run cannot end before Ctrl-C.\"\"\"
    Path(os.environ["BEGUN"]).touch()
    time.sleep(3600)


time_waits_for_ctrl_c.timeout = 3600
"""


def test_what_was_finished_before_ctrl_c_is_kept(clone, tmp_path):
    kept = tmp_path / "clone"
    shutil.copytree(clone, kept, ignore=shutil.ignore_patterns("results", "html"))
    (kept / "benchmarks" / "waits.py").write_text(WAITS)  # asv takes benchmarks by name: after steps
    command = [sys.executable, "-m", "asv", "run", "--python=same", "--quick", "--set-commit-hash", "HEAD"]
    command += ["--bench", r"Layers.*numpy.*2-4-1", "--bench", "waits"]
    begun = tmp_path / "begun"  # asv, which has kept what was finished before, waits for that benchmark
    environment = {**os.environ, "PYTHONPATH": str(kept / "src"), "HOME": str(clone.parent), "BEGUN": str(begun)}
    with subprocess.Popen(
        command, cwd=kept, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 120
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        # A signal that arrives while asv forks is lost in Python's fork hooks: then one presses Ctrl-C again.
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=5)
        with contextlib.suppress(ProcessLookupError):  # whatever asv left behind
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 1
    (found,) = kept.glob(".asv/results/*/*-existing-*.json")
    results = json.loads(found.read_text())["results"]
    assert "steps.Layers.time_step" in results
    assert "waits.time_waits_for_ctrl_c" not in results  # it was stopped half-way
