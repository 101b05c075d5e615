"""A demo, in a terminal or in a notebook: first the question, then what was seen."""

from dataclasses import replace

import numba
from numba import get_num_threads
from rich.console import Console, Group
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from ..errors import OptionError
from ..machine.card import card, card_line, warnings
from ..machine.load import Load
from ..machine.threads import default_threads, threads
from .demo import load, paragraphs


def asked(demo):
    """Title, code, question and choices."""
    yield Text(demo.title, "bold")
    yield Text(demo.source, "dim")
    yield ""
    yield Syntax(demo.code, "python", background_color="default", theme="ansi_dark", word_wrap=True)
    yield ""
    yield Text(demo.question)
    for number, choice in enumerate(demo.choices, 1):
        yield Padding(Text(f"{number}  {choice}"), (0, 0, 0, 2))


def answered(demo, outcome, prediction=None):
    """What came true, the tables, what it means, the machine."""
    true = demo.choices[outcome.answer]
    yield Text(f"What was seen: {true}", "bold green")
    if prediction is not None:
        hit = prediction == outcome.answer + 1
        yield Text(f"You said: {demo.choices[prediction - 1]} {'✓' if hit else '✗'}", "green" if hit else "yellow")
    yield ""
    yield from outcome.shown
    for paragraph in paragraphs(outcome.said):
        yield Text(paragraph)
        yield ""
    machine = card(outcome.threads) | ({"load": outcome.load} if outcome.load else {})
    yield from (Text(line, "yellow") for line in warnings(machine))
    yield Text(card_line(machine), "dim italic")


def measured(demo, thread_count=None):
    """Run the demo's measurement with so many threads; by default with every core that this process may use."""
    if numba.config.DISABLE_JIT:
        raise OptionError("a demo shows what compiled loops do; unset NUMBA_DISABLE_JIT")
    with threads(thread_count or default_threads()):
        load = Load()
        return replace(demo.measure(), threads=get_num_threads(), load=load.so_far())


def ask(name):
    """Show a demo's question.

    Parameters
    ----------
    name : str
        One of `loopwise demo --list`.

    Raises
    ------
    UnknownNameError
    """
    Console().print(Group(*asked(load(name))))


def tell(name, prediction=None):
    """Run a demo and show what was seen.

    Parameters
    ----------
    name : str
        One of `loopwise demo --list`.
    prediction : int, optional
        The number of the choice that you expect, from 1.

    Raises
    ------
    OptionError, UnknownNameError
    """
    demo = load(name)
    validate_prediction(demo, prediction)
    Console().print(Group(*answered(demo, measured(demo), prediction)))


def validate_prediction(demo, prediction):
    """Raise for a number that is none of the choices."""
    if prediction is not None and (type(prediction) is not int or not 1 <= prediction <= len(demo.choices)):
        raise OptionError(f"prediction is {prediction!r}; expected a number from 1 to {len(demo.choices)}")
