"""What a demo is: a question to predict, a measurement, an explanation of what was seen.

A demo is a module in `catalogue`. Its docstring gives title and source; `QUESTION` and `CHOICES` ask; `CODE` is what
will run; `measure()` runs it and returns what was `Seen`. No number in a story is written down: all are measured.
"""

import inspect
import textwrap
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np
from numba import get_num_threads
from rich import box
from rich.table import Table
from rich.text import Text

from ..errors import DisagreementError, choose
from ..learning.training import train
from ..measure.comparison import compare
from ..measure.interleaved import paired_ratio, race
from ..report import units
from ..report.docstrings import documentation

# In the order of the course.
STORIES = (
    "one-dot-product",
    "broadcasting",
    "slide-loop",
    "memory-order",
    "lists-and-arrays",
    "temporaries",
    "where-numpy-loses",
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
class Seen:
    """What a story's measurement has shown.

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
    """

    answer: int
    shown: list = field(default_factory=list)
    said: str = ""
    figures: dict = field(default_factory=dict)
    threads: int = 1


@dataclass(frozen=True)
class Story:
    """One demo; see the module's docstring."""

    name: str
    title: str
    source: str
    question: str
    choices: tuple
    code: str
    measure: object = field(repr=False)


def story(name):
    """Load one story.

    Parameters
    ----------
    name : str
        One of `STORIES`.

    Returns
    -------
    Story

    Raises
    ------
    UnknownNameError
    """
    choose("demo", name, STORIES)
    module = import_module(f".catalogue.{name.replace('-', '_')}", __package__)
    title, _, rest = documentation(module).partition("\n")
    (source,) = (line.removeprefix("Source: ") for line in rest.splitlines() if line.startswith("Source: "))
    code = "\n\n".join(source_text(part) for part in module.CODE)
    return Story(
        name, title.rstrip("."), source, paragraphs(module.QUESTION)[0], tuple(module.CHOICES), code, module.measure
    )


def paragraphs(text):
    """A text's paragraphs, each on one line: how wide they are is up to who shows them."""
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]


def source_text(part):
    """A piece of code as it is read: of a function its text, a string as it is."""
    if isinstance(part, str):
        return part
    return textwrap.dedent(inspect.getsource(getattr(part, "py_func", part))).rstrip()


# === what stories measure with ========================================================================


@dataclass(frozen=True)
class Timed:
    """Median seconds per call, and how many times as fast as the first contender with its 95 % interval."""

    seconds: float
    ratio: float
    low: float | None
    high: float | None


def timed(contenders, seconds=2.0):
    """Race functions of no arguments that were called before: `{name: Timed}`, against the first."""
    samples, stopped = race(contenders, seconds)
    if stopped:
        raise KeyboardInterrupt
    first = samples[next(iter(contenders))]
    return {
        name: Timed(measured.quartiles()["median"], *paired_ratio(first, measured).values())
        for name, measured in samples.items()
    }


def timed_work(workload, names, seconds=3.0):
    """`timed` for a workload in several implementations, with all checks: nothing is timed before it has agreed.

    Returns
    -------
    dict of str to Timed
        Against the first name.
    Comparison
    """
    comparison = compare(workload, names, seconds, get_num_threads(), baseline=names[0])
    if comparison.stopped:
        raise KeyboardInterrupt
    for row in comparison.rows:
        row.agreement.require(row.implementation, comparison.reference)
    found = {
        row.implementation: Timed(row.step_seconds["median"], *(row.speedup[key] for key in ("ratio", "low", "high")))
        for row in comparison.rows
    }
    return found, comparison


def require_equal(results):
    """Raise unless all results, by name, have the same bits: nothing is timed before it has agreed."""
    (first, expected), *others = results.items()
    for name, result in others:
        if np.asarray(result).tobytes() != np.asarray(expected).tobytes():
            raise DisagreementError(f"{name} and {first} differ")


def is_faster(each):
    """1 if faster than the first, -1 if slower, 0 if the interval holds 1; after too few rounds by the ratio alone."""
    if each.low is not None and each.low <= 1 <= each.high:
        return 0
    return 1 if each.ratio > 1 else -1


def trained(*arguments, **hyper):
    """`train`, whose Ctrl-C ends the story too: half a training would tell another one."""
    state = train(*arguments, **hyper)
    if state.stopped == "interrupted":
        raise KeyboardInterrupt
    return state


def nearest(value, marks):
    """Which of the marks, all positive, is nearest on a logarithmic scale."""
    return int(np.abs(np.log(np.asarray(marks) / value)).argmin())


# === what stories show with ===========================================================================


def table(headings, rows, title=None, words=1):
    """So many columns of words, then columns of numbers."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for k, heading in enumerate(headings):
        shown.add_column(Text(heading), justify="left" if k < words else "right", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    return shown


def times_table(measured, title=None):
    """A row for each contender: its time, and how it compares with the first."""
    first = next(iter(measured))
    rows = [
        (name, units.seconds(each.seconds), "" if name == first else as_fast(each)) for name, each in measured.items()
    ]
    return table(("", "time", f"against {first}\n(paired rounds)"), rows, title)


def pace(each):
    """`is 12.3 times as fast`, `takes 3.1 times as long`: for a sentence about that contender."""
    said = as_fast(each)
    return f"takes {said}" if said.endswith("long") else f"is {said}"


def as_fast(each):
    """`12.3 times as fast`, `3.1 times as long`; nobody is called faster where the interval holds 1."""
    return {
        0: "as fast, as far as one can tell",
        1: f"{units.three(each.ratio)} times as fast",
        -1: f"{units.three(1 / each.ratio)} times as long",
    }[is_faster(each)]
