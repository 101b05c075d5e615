"""Demos in tests: what they say, on a terminal of 80 and of 160 columns."""

import io
import json

from rich.console import Console, Group

from loopwise.demos.demo import load, paragraphs
from loopwise.demos.telling import answered, asked, measured


def lines(parts, columns):
    """What stands on a terminal so wide."""
    out = io.StringIO()
    Console(file=out, width=columns).print(Group(*parts))
    return out.getvalue().splitlines()


def asks(name):
    """A demo's question fits the terminal, and its choices differ."""
    demo = load(name)
    assert len(demo.choices) == len(set(demo.choices)) > 1
    for columns in (80, 160):
        fits([*asked(demo)], columns, demo.title, demo.question)


def asks_measures_and_explains(name):
    """Run a demo: what it has measured is one of its choices, and all that it says is shown. Returns its figures."""
    demo = load(name)
    seen = measured(demo)
    assert 0 <= seen.answer < len(demo.choices) == len(set(demo.choices))
    json.dumps(seen.figures, allow_nan=False)
    assert len(paragraphs(seen.said)) >= 2
    for columns in (80, 160):
        said = demo.title, demo.question, demo.choices[seen.answer], *paragraphs(seen.said)
        fits([*asked(demo), *answered(demo, seen, prediction=1)], columns, *said)
    return seen.figures


def fits(parts, columns, *said):
    """Everything that is said is shown, and no line is too long."""
    shown = lines(parts, columns)
    assert max(map(len, shown)) <= columns
    assert not any("…" in line for line in shown if "A - …" not in line)
    text = " ".join(" ".join(shown).split())
    for words in said:
        assert " ".join(words.split()) in text
