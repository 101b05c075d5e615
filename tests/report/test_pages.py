"""`--html`: a page with figure, tables and sources, opened in Chromium with every network blocked."""

import functools
import shlex
from types import SimpleNamespace

import pytest
from helpers.cli import in_process
from helpers.pages import COMMANDS, NAMES

from loopwise import datasets, workloads
from loopwise.implementations import get_implementation, numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS
from loopwise.report.pages import STEP

pytestmark = pytest.mark.compilation


def values(name, content):
    """Every number that the JSON has for a point: (implementation, value)."""
    if name == "break-even":
        step = {cost["implementation"]: cost for cost in content["break_even"]["costs"]}
        rows = {row["implementation"]: row for row in content["break_even"]["comparison"]["rows"]}
        return {(who, cost["cold"]["first_call"]) for who, cost in step.items() if not rows[who]["spoilt"]}
    comparisons = content["comparisons"] if "comparisons" in content else content["sweep"]["comparisons"]
    rows = [row for comparison in comparisons for row in comparison["rows"]]
    found = {(row["implementation"], row["step_seconds"]["median"]) for row in rows if not row["spoilt"]}
    memory = content.get("sweep", {}).get("temporary_bytes", ())
    return found | {(each["implementation"], each["bytes"]) for each in memory if each["bytes"]}


@pytest.mark.parametrize("name", COMMANDS)
def test_points_are_those_of_the_json(made, tab, name):
    page, content, arguments = made(name)
    tab.page.goto(page.as_uri())
    drawn = tab.page.eval_on_selector_all(".point", "all => all.map(p => [p.dataset.series, +p.dataset.value])")
    tab.keep(f"page-{name}")
    if name == "break-even":  # further points are computed from these
        assert values(name, content) <= {(who, value) for who, value in drawn}
    else:
        assert {(who, value) for who, value in drawn} == values(name, content)
    assert shlex.join(["loopwise", *arguments]) in tab.page.inner_text("main")
    assert "numba" in tab.page.inner_text(".card >> nth=0")


def test_sources_are_tabs_for_mouse_and_keyboard(made, tab):
    page, *_ = made("compare")
    tab.page.goto(page.as_uri())
    tabs = tab.page.get_by_role("tab")
    assert tabs.all_inner_texts() == NAMES.split(",")
    assert "for i in range(m):" in tab.page.get_by_role("tabpanel").inner_text()
    tabs.nth(1).click()
    shown = tab.page.get_by_role("tabpanel")
    assert shown.count() == 1
    assert "X @ dZ.T / m" in shown.inner_text()
    tabs.nth(2).click()
    tab.page.keyboard.press("ArrowRight")  # from the last to the first
    assert "@njit" in tab.page.get_by_role("tabpanel").inner_text()
    assert tab.page.evaluate("() => document.activeElement.textContent") == "numba_loops"
    tab.keep("page-sources")


def test_a_network_has_the_sources_of_its_step(made, tab):
    page, *_ = made("compare-network")
    tab.page.goto(page.as_uri())
    heads = tab.page.locator("h2").all_inner_texts()
    assert heads[0].startswith("Agreement: network_step, flower, 2-4-1")
    assert heads[1:] == list(STEP)


def test_the_operations_of_a_step_are_those_that_it_calls():
    called = set()

    def recording(name):
        @functools.wraps(getattr(numpy_vectorized, name))
        def operation(*arguments):
            called.add(name)
            return getattr(numpy_vectorized, name)(*arguments)

        return operation

    functions = {name: recording(name) for name in OPERATIONS}
    register("recording", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    try:
        data = datasets.load("flower", examples=5)
        workloads.network(data.X, data.Y, [3, 3, 1]).outputs(get_implementation("recording"))
    finally:
        unregister("recording")
    assert called == set(STEP)


def test_agreement_is_the_json_s(made, tab):
    page, content, _ = made("compare")
    tab.page.goto(page.as_uri())
    rows = tab.page.eval_on_selector_all("tbody tr", "all => all.map(r => [...r.cells].map(c => c.textContent.trim()))")
    for row, told in zip(content["comparisons"][0]["rows"], rows, strict=True):
        assert told[:2] == [row["implementation"], row["agreement"]["contract"]]
        assert told[2] == ("✓ same bits" if row["agreement"]["max_ulp"] == 0 else "✓ within the bound")


def test_a_series_can_be_hidden(made, tab):
    page, *_ = made("sweep")
    tab.page.goto(page.as_uri())
    assert tab.page.locator('g[data-series="numba_loops"]:not(.point)').count() >= 2  # its lines
    tab.page.get_by_role("checkbox", name="numba_loops").uncheck()
    assert not any(point.is_visible() for point in tab.page.locator('[data-series="numba_loops"]').all())
    assert tab.page.locator('.point[data-series="python_loops"]').first.is_visible()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--html", "page.png"), "expected a name that ends in .html, .htm"),
        (("--html", "nowhere/page.html"), "there is no folder nowhere"),
        (("--html", "x.html", "--json", "x.html"), "--json and --html name the same file, x.html"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "sweep", "break-even"])
def test_a_page_that_cannot_be_written_is_one_line(monkeypatch, capsys, tmp_path, command, option, said):
    monkeypatch.chdir(tmp_path)
    assert in_process(monkeypatch, command, *option) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
