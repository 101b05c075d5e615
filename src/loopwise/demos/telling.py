"""A story as it is told, in a terminal or in a notebook: first the question, then what was seen."""

from dataclasses import replace

import numba
from numba import get_num_threads
from rich.console import Console, Group
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from ..errors import OptionError
from ..machine.card import card, card_line
from ..machine.threads import default_threads, threads
from .demo import paragraphs, story


def asked(told):
    """Title, code, question and choices."""
    yield Text(told.title, "bold")
    yield Text(told.source, "dim")
    yield ""
    yield Syntax(told.code, "python", background_color="default", theme="ansi_dark", word_wrap=True)
    yield ""
    yield Text(told.question)
    for number, choice in enumerate(told.choices, 1):
        yield Padding(Text(f"{number}  {choice}"), (0, 0, 0, 2))


def answered(told, seen, prediction=None):
    """What came true, the tables, what it means, the machine."""
    true = told.choices[seen.answer]
    yield Text(f"What was seen: {true}", "bold green")
    if prediction is not None:
        hit = prediction == seen.answer + 1
        yield Text(f"You said: {told.choices[prediction - 1]} {'✓' if hit else '✗'}", "green" if hit else "yellow")
    yield ""
    yield from seen.shown
    for paragraph in paragraphs(seen.said):
        yield Text(paragraph)
        yield ""
    yield Text(card_line(card(seen.threads)), "dim italic")


def measured(told, thread_count=None):
    """Run the story's measurement with so many threads; by default with every core that this process may use."""
    if numba.config.DISABLE_JIT:
        raise OptionError("a demo shows what compiled loops do; unset NUMBA_DISABLE_JIT")
    with threads(thread_count or default_threads()):
        return replace(told.measure(), threads=get_num_threads())


def ask(name):
    """Show a story's question.

    Parameters
    ----------
    name : str
        One of `loopwise demo --list`.

    Raises
    ------
    UnknownNameError
    """
    Console().print(Group(*asked(story(name))))


def tell(name, prediction=None):
    """Run a story and show what was seen.

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
    told = story(name)
    validate_prediction(told, prediction)
    Console().print(Group(*answered(told, measured(told), prediction)))


def validate_prediction(told, prediction):
    """Raise for a number that is none of the choices."""
    if prediction is not None and (type(prediction) is not int or not 1 <= prediction <= len(told.choices)):
        raise OptionError(f"prediction is {prediction!r}; expected a number from 1 to {len(told.choices)}")
