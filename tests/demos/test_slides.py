"""A demo as slides: what is on them, that it fits, and that nothing runs or is loaded."""

import re

import pytest
from rich.console import Group
from rich.table import Table
from rich.text import Text

from loopwise.demos.demo import DEMOS, Outcome, load
from loopwise.demos.slides import MOST_LINES, deck, parts_of

SLIDE = re.compile(r"<section.*?</section>", re.DOTALL)
WINDOWS = [(1600, 900), (1024, 768), (800, 450)]


def outcome(rows=4):
    """What a demo might have seen."""
    table = Table("what", "time", caption="in a caption")
    for k in range(rows):
        table.add_row(f"row {k}", "12.3 µs")
    return Outcome(1, [Group(Text("a title"), table)], "The `loop` is < 3 times as fast.\n\nAnd so on.")


def slides(demo, seen):
    """The deck's slides."""
    return SLIDE.findall(deck(demo, seen))


def test_what_is_on_the_slides():
    demo = load("symmetry")
    shown = slides(demo, outcome())
    count = len(parts_of(demo.code))
    question, answer, table = shown[1 + count : 4 + count]
    assert "Symmetry and initialization" in shown[0]
    assert all("<pre" in code for code in shown[1 : 1 + count])
    assert 'class="seen"' not in "".join(shown[: 2 + count])  # the question comes before the answer
    assert question.count("<li>") == len(demo.choices)
    assert re.search(r'<li class="seen">([^<]*) ✓', answer)[1] == demo.choices[1]
    assert "row 3" in table
    assert "caption" not in table
    assert "The <code>loop</code> is &lt; 3 times as fast." in shown[4 + count]
    assert "numba" in shown[-1]


def test_code_stands_in_parts_that_can_be_read():
    code = "\n\n".join(f"def f{k}():\n" + "    pass\n" * 8 for k in range(3))
    parts = parts_of(code)
    assert "\n\n".join(parts) == code
    assert [part.count("def ") for part in parts] == [1, 1, 1]
    assert parts_of("def f():\n    a = 1\n\n    return a\n\ndef g():\n    pass") == [
        "def f():\n    a = 1\n\n    return a\n\ndef g():\n    pass"
    ]
    assert all(part.count("\n") < MOST_LINES for part in parts)


@pytest.mark.parametrize("size", WINDOWS)
def test_every_demos_slides_fit(tab, tmp_path, size):
    page = tab.page
    page.set_viewport_size(dict(zip(("width", "height"), size)))
    for name in DEMOS:
        (tmp_path / f"{name}.html").write_text(deck(load(name), outcome(rows=12)), encoding="utf-8")
        page.goto((tmp_path / f"{name}.html").as_uri())
        for _ in range(page.locator("section").count()):
            assert not page.evaluate(TOO_LARGE), page.url
            page.keyboard.press("ArrowRight")


TOO_LARGE = """(() => {
  const slide = document.querySelector("section.shown"), block = slide.querySelector("pre");
  return slide.scrollHeight > slide.clientHeight || slide.scrollWidth > slide.clientWidth
    || (block && block.scrollWidth > block.clientWidth);
})()"""


def test_keys_and_buttons_go_on_and_back(tab, tmp_path):
    page = tab.page
    (tmp_path / "slides.html").write_text(deck(load("symmetry"), outcome()), encoding="utf-8")
    page.goto((tmp_path / "slides.html").as_uri())
    count = page.locator("section").count()

    def place():
        assert page.locator("section.shown").count() == 1
        return page.locator("#place").text_content()

    assert place() == f"1 / {count}"
    for key, expected in (("ArrowRight", 2), (" ", 3), ("PageDown", 4), ("ArrowLeft", 3), ("End", count), ("Home", 1)):
        page.keyboard.press(key)
        assert place() == f"{expected} / {count}"
    page.keyboard.press("ArrowLeft")  # there is nothing before the first
    assert place() == f"1 / {count}"
    page.locator("#on").click()
    assert place() == f"2 / {count}"
    page.reload()
    assert place() == f"2 / {count}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_slides_are_for_everyone(tab, tmp_path, axe, theme):
    tab.page.emulate_media(color_scheme=theme)
    (tmp_path / "slides.html").write_text(deck(load("slide-loop"), outcome()), encoding="utf-8")
    for k in range(1, 9):
        tab.page.goto("about:blank")
        tab.page.goto((tmp_path / "slides.html").as_uri() + f"#{k}")
        assert axe(tab) == []
