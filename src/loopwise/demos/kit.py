"""What demos measure and show with."""

from dataclasses import dataclass

import numpy as np
from numba import get_num_threads
from rich.text import Text

from ..errors import DisagreementError
from ..learning.training import train
from ..measure.comparison import compare
from ..measure.interleaved import interleave
from ..measure.ratios import paired_ratio
from ..report import units
from ..report.cells import empty_table, time_text


@dataclass(frozen=True)
class Timed:
    """Median seconds per call; how many times as fast as the first contender, its 95 % interval, whether it is sure.

    spoilt, at_most : what other programs did to the time, as in `MayBeLeftOut`.
    """

    seconds: float
    ratio: float
    low: float | None
    high: float | None
    sure: bool = True
    spoilt: bool = False
    at_most: bool = False

    @property
    def times(self):
        """The median; None where other programs took too much of it."""
        return None if self.spoilt else {"median": self.seconds}


def timed(contenders, seconds=2.0):
    """Time functions of no arguments that were called before, interleaved: `{name: Timed}`, against the first."""
    samples, stopped = interleave(contenders, seconds)
    if stopped:
        raise KeyboardInterrupt
    first = samples[next(iter(contenders))]
    return {
        name: Timed(
            measured.quartiles()["median"],
            **paired_ratio(first, measured) | ({"sure": False} if first.is_spoilt or measured.is_spoilt else {}),
            spoilt=measured.is_spoilt,
            at_most=measured.is_at_most,
        )
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
        row.implementation: Timed(
            row.step_seconds["median"],
            ratio=row.speedup["ratio"],
            low=row.speedup["low"],
            high=row.speedup["high"],
            sure=row.speedup["sure"] and not row.speedup_spoilt,
            spoilt=row.spoilt,
            at_most=row.at_most,
        )
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
    """1 if faster than the first, -1 if slower, 0 if that is not sure."""
    if not each.sure or (each.low is not None and each.low <= 1 <= each.high):
        return 0
    return 1 if each.ratio > 1 else -1


def trained(*arguments, **hyper):
    """`train`, whose Ctrl-C ends the demo too: half a training shows something else."""
    state = train(*arguments, **hyper)
    if state.stopped == "interrupted":
        raise KeyboardInterrupt
    return state


def nearest(value, marks):
    """Which of the marks, all positive, is nearest on a logarithmic scale."""
    return int(np.abs(np.log(np.asarray(marks) / value)).argmin())


def table(headings, rows, title=None, words=1):
    """So many columns of words, then columns of numbers."""
    shown = empty_table(title=title, title_style="bold")
    for k, heading in enumerate(headings):
        shown.add_column(Text(heading), justify="left" if k < words else "right", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    return shown


def times_table(measured, title=None):
    """A row for each contender: its time, and how it compares with the first."""
    first = next(iter(measured))
    rows = [(name, time_text(each), "" if name == first else as_fast(each)) for name, each in measured.items()]
    return table(("", "time", f"against {first}\n(paired rounds)"), rows, title)


def pace(each):
    """`is 12.3 times as fast`, `takes 3.1 times as long`: for a sentence about that contender."""
    said = as_fast(each)
    return f"takes {said}" if said.endswith("long") else f"is {said}"


def as_fast(each):
    """`12.3 times as fast`, `3.1 times as long`; nobody is called faster where that is not sure."""
    return {
        0: "as fast, as far as one can tell",
        1: f"{units.three(each.ratio)} times as fast",
        -1: f"{units.three(1 / each.ratio)} times as long",
    }[is_faster(each)]
