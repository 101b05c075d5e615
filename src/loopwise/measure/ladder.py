"""Climbing the matmul ladder: each rung must agree with the slide, then all of them are timed, and NumPy with them."""

import time
from dataclasses import dataclass, field, replace
from functools import partial

from .. import workloads
from ..contract.agreement import Agreement, agreement, bounds
from ..jit.matmul.ladder import RUNGS
from ..jit.turns import ONE_AT_A_TIME
from ..machine import limits
from ..machine.card import card
from ..machine.load import Load
from ..machine.threads import threads
from ..validation import validate_seconds
from .compilations import compilations
from .interleaved import SLOW, MayBeLeftOut, interleave, silent, time_left
from .later_results import LaterResults
from .placement import MOST_PLACED, placed
from .ratios import paired_ratio
from .samples import EXPENSIVE, spoilt, watched

NUMPY = "numpy"
PROBE = 0.02  # seconds: a call on the first rows that lasts so long foretells what all rows will take


@dataclass
class Row(MayBeLeftOut):
    """One rung's line in the table, or NumPy's."""

    name: str
    contract: str
    idea: str
    threads: int
    rung: int | None = None
    agreement: Agreement | None = None
    step_seconds: dict | None = None
    gflops: float | None = None
    of_peak: float | None = None
    times_below: dict | None = None
    times_slide: dict | None = None
    times_numpy: dict | None = None
    spoilt: bool = False
    at_most: bool = False
    note: str = ""

    def as_dict(self):
        """The row for machines: the schema is in docs/commands.md."""
        return self.fields() | {"agreement": self.agreement and self.agreement.as_dict()}


@dataclass
class Ladder:
    """All rows, with what they were measured on. `peak_gflops` is by number of threads; empty if it is not known."""

    workload: object
    machine: dict
    rows: list
    peak_gflops: dict = field(default_factory=dict)
    reference: str = ""
    compiled_while_timing: int = 0
    stopped: bool = False

    def shown(self, row, ratio):
        """One of a row's ratios; None where other programs spoilt one of the two."""
        spoilt = ratio and (row.spoilt or any(other.spoilt for other in self.rows if other.name == ratio["vs"]))
        return None if spoilt else ratio

    @property
    def agreed(self):
        """Whether every rung that was run kept its contract."""
        return all(row.agreement.passed for row in self.rows if row.agreement)

    def as_dict(self):
        """The ladder for machines."""
        return {
            "workload": self.workload.name,
            "sizes": self.workload.sizes,
            "dtype": self.workload.dtype,
            "threads": self.machine["threads"],
            "machine": self.machine,
            "reference": self.reference,
            "peak_gflops": self.peak_gflops,
            "compiled_while_timing": self.compiled_while_timing,
            "stopped": self.stopped,
            "rows": [row.as_dict() for row in self.rows],
        }


def climb(shape, dtype="float64", thread_count=1, budget=20.0, seed=0, progress=None):
    """Hold every rung to its contract, then time those that keep it.

    Parameters
    ----------
    shape : (n, k, p)
        Of C = A B: A is (n, k), B is (k, p).
    dtype : "float64" or "float32"
    thread_count : int
        Of the last rung and of NumPy; all others use one.
    budget : float
        Seconds for all of it (compiling not counted). A rung that would take more than half of it is left out.
    seed : int
        Of the data and of the order within the rounds.
    progress : callable(text, share), optional

    Returns
    -------
    Ladder
        Also after Ctrl-C (`stopped`), with what was measured until then.

    Raises
    ------
    OptionError, UnknownNameError
    """
    validate_seconds("budget", budget)
    n, inner, p = shape
    work = workloads.operation("matmul", units=n, features=inner, examples=p, seed=seed).arranged(dtype)
    with ONE_AT_A_TIME, threads(thread_count):
        ladder, load = Ladder(work, card(thread_count), empty_rows(thread_count)), Load()
        try:
            _climb(ladder, budget, seed, progress or silent)
        except KeyboardInterrupt:
            ladder.stopped = True
        # The threading layer is known by now.
        ladder.machine = card(thread_count) | {"load": load.so_far()}
    for row in ladder.rows:
        if row.step_seconds is None and not row.note:
            row.leave_out("stopped before it was measured")
    return ladder


def empty_rows(thread_count):
    """A row for each rung, and NumPy's."""
    rows = [
        Row(rung.name, rung.contract, rung.idea, thread_count if rung.uses_threads else 1, number)
        for number, rung in enumerate(RUNGS)
    ]
    return [*rows, Row(NUMPY, "rounding", "A @ B", thread_count)]


def steps_of(work):
    """What is timed, by name: each multiplies the same two arrays."""
    A, B = work.inputs["A"], work.inputs["B"]
    steps = {rung.name: lambda A=A, B=B, rung=rung: rung(A, B) for rung in RUNGS}
    return steps | {NUMPY: lambda A=A, B=B: A @ B}


def _climb(ladder, budget, seed, progress):
    begun, work, rows = time.perf_counter(), ladder.workload, {row.name: row for row in ladder.rows}
    if limits.measurable():
        progress("the machine's peak", 0.0)
        counts = sorted({1, ladder.machine["threads"]})
        wanted = [limits.Quantity("peak", work.dtype, count) for count in counts]
        ladder.peak_gflops = limits.measure(counts[-1], only=wanted).peak_gflops[work.dtype]
    with compilations() as compiled:
        contenders, known, held = agree(ladder, rows, budget, progress)
    if not contenders:
        return
    renew = renewal(work)
    later = LaterResults(dict.fromkeys(held, lambda C: {"C": C}), held)
    left = time_left(budget, begun, compiled.seconds)
    with compilations() as during:
        show = partial(progress, "timing")
        samples, ladder.stopped = interleave(
            contenders, left, seed, progress=show, known=known, renew=renew, on_result=renew and later
        )
    ladder.compiled_while_timing = during.count
    for name, wrong in later.wrong.items():
        if isinstance(wrong, Exception):
            raise wrong
        rows[name].agreement, rows[name].note = wrong, f"disagrees in a later call: {wrong.worst}"
        samples.pop(name, None)
    enter_times(ladder, rows, samples)


def agree(ladder, rows, budget, progress):
    """Call every rung that fits the budget once and compare it with the first one that does, if it can the slide.

    Returns
    -------
    contenders : dict of str to callable
        Those that agree.
    known : dict of str to Sample
        The calls that were expensive.
    held : dict of str to callable(outputs) -> Agreement
        How each is held to its contract.
    """
    work, steps, contenders, known, held = ladder.workload, steps_of(ladder.workload), {}, {}, {}
    expected, bound = None, None
    for k, (name, step) in enumerate(steps.items()):
        row = rows[name]
        progress(f"{name}: does it agree?", k / len(steps))
        seconds = foretell(name, work)
        if seconds > SLOW * budget:
            row.leave_out(
                f"one product would take {seconds:.3g} s, more than half of the {budget:.3g} s there are for all"
            )
            continue
        first = watched(step)
        C = first.last
        if first.seconds > EXPENSIVE:
            known[name] = replace(first, last=None)
        if expected is None:
            expected, bound, ladder.reference = {"C": C}, bounds(work), name
        # Without an exact reference there is nothing to have the same bits as.
        contract = row.contract if rows[ladder.reference].contract == "exact" else "rounding"
        held[name] = partial(agreement, expected=expected, contract=contract, bound=bound, dtype=work.dtype)
        row.agreement = held[name]({"C": C})
        if row.agreement.passed:
            contenders[name] = step
        else:
            row.note = f"disagrees: {row.agreement.worst}"
            known.pop(name, None)
    return contenders, known, held


def renewal(work):
    """What lays the two arrays elsewhere; None where they are too large to be copied for each."""
    if (len(RUNGS) + 1) * sum(value.nbytes for value in work.inputs.values()) > MOST_PLACED:
        return None
    return lambda name, rng: steps_of(replace(work, inputs=placed(work.inputs, rng)))[name]


def foretell(name, work):
    """Seconds that one call will take, from the first few rows of A; compiles what is not compiled yet."""
    n, rows = work.sizes["n"], 4
    A, B = work.inputs["A"], work.inputs["B"]
    while True:
        first = replace(work, inputs={"A": A[:rows], "B": B})
        step = steps_of(first)[name]
        step()
        begun = time.perf_counter()
        step()
        seconds = time.perf_counter() - begun
        if rows >= n or seconds > PROBE:
            return seconds * max(1.0, n / rows)
        rows *= 4


def enter_times(ladder, rows, samples):
    """Enter what was measured into the rows."""
    below = None
    for name, row in rows.items():
        if name not in samples:
            continue
        measured = samples[name]
        row.spoilt, row.at_most = measured.is_spoilt, measured.is_at_most
        if measured.is_spoilt:
            row.note = f"spoilt: {spoilt(measured)}"
        row.step_seconds = measured.quartiles()
        row.gflops = ladder.workload.flops / row.step_seconds["median"] / 1e9
        if ladder.peak_gflops:
            row.of_peak = row.gflops / ladder.peak_gflops[row.threads]
        row.times_slide = ratio(samples, RUNGS[0].name, name)
        row.times_numpy = ratio(samples, NUMPY, name)
        if row.rung is not None:
            row.times_below, below = ratio(samples, below, name), name


def ratio(samples, baseline, name):
    """How many times as fast as the baseline, with its interval; None where there is nothing to compare."""
    if baseline not in samples or baseline == name:
        return None
    return {"vs": baseline, **paired_ratio(samples[baseline], samples[name])}
