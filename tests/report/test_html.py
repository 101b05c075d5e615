"""A page: one file that needs nothing else, for everyone."""

import re

import pytest
from helpers.browser import Tab
from helpers.pages import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_it(made, chromium, axe, name, scheme):
    page, *_ = made(name)
    tab = Tab(chromium, color_scheme=scheme)
    tab.page.goto(page.as_uri())
    found = axe(tab)
    tab.page.close()
    assert found == []
    assert tab.complaints == []


def test_a_page_needs_nothing_else(made):
    text = made("compare")[0].read_text()
    assert re.search(r"""src=|@import|rel="stylesheet"|url\((?!#)|href="(?!data:,|#)""", text) is None
