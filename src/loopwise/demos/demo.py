"""What a demo is: a question to predict, a measurement, an explanation of what was seen.

A demo is a module in `catalogue`. Its docstring gives title and source; `QUESTION` and `CHOICES` ask; `CODE` is what
will run; `measure()` runs it and returns an `Outcome`. No number in a demo is written down: all are measured.
"""

import inspect
import textwrap
from dataclasses import dataclass, field
from importlib import import_module

from ..process.docstrings import documentation
from ..validation import choose

# In the order of the course.
DEMOS = (
    "one-dot-product",
    "broadcasting",
    "slide-loop",
    "memory-order",
    "lists-and-arrays",
    "temporaries",
    "where-numpy-loses",
    "one-example-at-a-time",
    "prange-race",
    "fastmath",
    "order-of-summation",
    "matmul-ladder",
    "symmetry",
    "learning-rate",
    "why-non-linear",
    "roofline",
)


@dataclass(frozen=True)
class Outcome:
    """What a demo's measurement has shown.

    Attributes
    ----------
    answer : int
        Which of the choices came true.
    shown : list
        Tables for the terminal.
    said : str
        What it means, with the numbers that were measured; paragraphs stand between empty lines.
    figures : dict of str to number
        The same numbers for machines.
    threads : int
        How many it was measured with.
    load : dict
        What else ran meanwhile (`loopwise.machine.load.Load`).
    """

    answer: int
    shown: list = field(default_factory=list)
    said: str = ""
    figures: dict = field(default_factory=dict)
    threads: int = 1
    load: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Demo:
    """One demo; see the module's docstring."""

    name: str
    title: str
    source: str
    question: str
    choices: tuple
    code: str
    measure: object = field(repr=False)


def load(name):
    """Load one demo.

    Parameters
    ----------
    name : str
        One of `DEMOS`.

    Returns
    -------
    Demo

    Raises
    ------
    UnknownNameError
    """
    choose("demo", name, DEMOS)
    module = import_module(f".catalogue.{name.replace('-', '_')}", __package__)
    title, _, rest = documentation(module).partition("\n")
    (source,) = (line.removeprefix("Source: ") for line in rest.splitlines() if line.startswith("Source: "))
    code = "\n\n".join(source_text(part) for part in module.CODE)
    return Demo(
        name, title.rstrip("."), source, paragraphs(module.QUESTION)[0], tuple(module.CHOICES), code, module.measure
    )


def paragraphs(text):
    """A text's paragraphs, each on one line: the terminal or the page wraps them."""
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]


def source_text(part):
    """A piece of code as it is read: of a function its text, a string as it is."""
    if isinstance(part, str):
        return part
    return textwrap.dedent(inspect.getsource(getattr(part, "py_func", part))).rstrip()


# === what demos measure with ========================================================================


# === what demos show with ===========================================================================
