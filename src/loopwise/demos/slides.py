"""A demo as a deck of slides with the numbers that were measured: one file, which runs nothing and loads nothing."""

import io
import re
from copy import copy

from markupsafe import escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from ..machine.card import card, card_line, warnings
from ..report.html import render
from .demo import paragraphs

TABLE_COLUMNS = 90
MOST_LINES = 18  # of code on a slide: more are too small for the last row
PARTS = re.compile(r"\n\n(?=\S)")  # where code may go on on another slide: before a definition
CODE = re.compile(r"`([^`]+)`")


def deck(demo, outcome):
    """A demo's slides as a page.

    Parameters
    ----------
    demo : Demo
    outcome : Outcome

    Returns
    -------
    str
    """
    machine = card(outcome.threads) | ({"load": outcome.load} if outcome.load else {})
    return render(
        "slides.html",
        title=demo.title,
        source=demo.source,
        code=[block(part, highlighted(part)) for part in parts_of(demo.code)],
        question=marked(demo.question),
        choices=demo.choices,
        answer=outcome.answer,
        tables=list(tables_of(outcome.shown)),
        said=[marked(paragraph) for paragraph in paragraphs(outcome.said)],
        warnings=warnings(machine),
        machine=card_line(machine),
    )


def parts_of(code):
    """Code in parts that are read from the last row: definitions stay whole."""
    shown = []
    for part in PARTS.split(code):
        together = f"{shown[-1]}\n\n{part}" if shown else part
        if shown and together.count("\n") < MOST_LINES:
            shown[-1] = together
        else:
            shown.append(part)
    return shown


def highlighted(code):
    """Code with its colours."""
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()


def marked(text):
    """A text for the page, in which `code` is code."""
    return CODE.sub(r"<code>\1</code>", str(escape(text)))


def block(text, html):
    """What is written in letters of one width, as large as the slide allows.

    A letter is 0.61 of its height wide, a line 1.3 high, and there is a letter's height of padding at each side.
    """
    lines = text.splitlines()
    vw = 88 / (0.61 * max(map(len, lines)) + 2.2)
    vh = 84 / (1.3 * len(lines) + 1.6)
    return {"html": html, "vw": round(vw, 2), "vh": round(vh, 2)}


def tables_of(shown):
    """The tables of what a demo shows, without their captions: what held the machine down is on the last slide."""
    for part in shown:
        if isinstance(part, Group):
            yield from tables_of(part.renderables)
        elif isinstance(part, Table):
            bare = copy(part)
            bare.caption = None
            yield table_of(bare)
        elif not isinstance(part, Text | str):
            yield table_of(part)


def table_of(shown):
    """What rich would print, as a page has it."""
    console = Console(record=True, width=TABLE_COLUMNS, file=io.StringIO())
    console.print(shown)
    text = "\n".join(line.rstrip() for line in console.export_text().strip("\n").splitlines())
    return block(text, escape(text))
