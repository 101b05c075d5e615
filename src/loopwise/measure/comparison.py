"""The main job: the same work in every implementation, agreement first, then time."""

import math
import time
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ..contract.agreement import Agreement, agreement, bounds, wider_bounds
from ..contract.diagnosis import Results, diagnose
from ..errors import ContractError, DTypeError, ImplementationError, OptionError, ResultError, one_line
from ..implementations import file_of, get_implementation, implementation_names
from ..machine import limits
from ..machine.card import card
from ..machine.threads import settle, threads
from ..process.notebook import shown_in_notebooks
from ..validation import choose, validate_seconds
from ..workloads import is_data
from . import peers as peer_rows
from .compilations import compilations
from .interleaved import EXPENSIVE, SLOW, ContenderError, MayBeLeftOut, interleave, paired_ratio, silent, time_left

LIMIT_SECONDS, LIMIT_SHARE = 0.3, 0.08  # for each of a workload's two limits, at most; the share of what is left
REFERENCE, STAND_IN = "python_loops", "numba_loops"


@dataclass
class Row(MayBeLeftOut):
    """One implementation's line in the table."""

    implementation: str
    agreement: Agreement | None = None
    compile_seconds: float | None = None
    first_call_seconds: float | None = None
    step_seconds: dict | None = None
    speedup: dict | None = None
    gflops: float | None = None
    gbytes_per_s: float | None = None
    of_limit: float | None = None
    note: str = ""

    def as_dict(self):
        """The row for machines (schema in docs/commands.md). `of_limit`: 1 is as fast as the machine can be."""
        agreed = self.agreement and {"contract": self.agreement.contract} | self.agreement.as_dict()
        return self.fields() | {"agreement": agreed}


@dataclass
class Comparison:
    """All rows of one workload, with what they were measured on."""

    workload: object
    reference: str
    baseline: str
    machine: dict
    rows: list = field(default_factory=list)
    limits: object = None  # a `Limits` with what this workload needs; None without the compiler
    limits_compile_seconds: float = 0.0
    compiled_while_timing: int = 0
    stopped: bool = False
    absent: dict = field(default_factory=dict)  # contenders without a row, because they lack the operation, and why

    _repr_html_ = shown_in_notebooks

    @property
    def agreed(self):
        """Whether every implementation that was run kept its contract."""
        return all(row.agreement.passed for row in self.rows if row.agreement)

    @property
    def contenders(self):
        """The names of the rows that may be timed."""
        return [row.implementation for row in self.rows if row.agreement and row.agreement.passed]

    @property
    def compile_seconds(self):
        """Spent compiling, by all rows and for the limits."""
        return sum(row.compile_seconds or 0.0 for row in self.rows) + self.limits_compile_seconds

    def as_dict(self):
        """The comparison for machines: the schema in docs/commands.md."""
        return {
            "workload": self.workload.name,
            "data": self.workload.data,
            "sizes": self.workload.sizes,
            "dtype": self.workload.dtype,
            "layout": self.workload.layout,
            "threads": self.machine["threads"],
            "machine": self.machine,
            "reference": self.reference,
            "compiled_while_timing": self.compiled_while_timing,
            "rows": [row.as_dict() for row in self.rows],
            "absent": self.absent,
        }


def compare(
    workload, names=None, budget=20.0, thread_count=1, seed=0, baseline=None, progress=None, peers=(), on_row=None
):
    """Run one workload in several implementations: hold each to its contract, then time those that keep it.

    Parameters
    ----------
    workload : Workload
    names : sequence of str
        Implementations; all by default.
    budget : float
        Seconds for all of it (compiling not counted).
    thread_count : int
        For BLAS and Numba alike.
    seed : int
        Of the order within the rounds.
    baseline : str
        Row that the speedups are against; by default the first row that was timed.
    progress : callable(text, share), optional
    peers : sequence of str
        Other frameworks that take part, under the rounding contract: "torch", "jax", "sklearn".
    on_row : callable(Row), optional
        Called with each row once it was held to its contract; its times come later, in the same object.

    Returns
    -------
    Comparison

    Raises
    ------
    OptionError, UnknownNameError
    """
    names = list(dict.fromkeys(names or implementation_names()))
    for name in names:
        choose("implementation", name, implementation_names())
    peers = list(dict.fromkeys(peers))
    peer_rows.load(peers)  # before the threads are set: what is loaded later would have its own idea of them
    contenders = [*names, *(row for peer in peers for row in peer_rows.PEERS[peer])]
    if baseline and baseline not in contenders:
        choose("implementation", baseline, [*implementation_names(), *peer_rows.PEER_OF])
        raise OptionError(f"baseline {baseline!r} is not among the implementations compared: {', '.join(contenders)}")
    validate_seconds("budget", budget)
    with threads(thread_count), np.errstate(all="ignore"):  # what is not finite is a verdict, not a warning
        result = _compare(workload, contenders, budget, thread_count, seed, baseline, progress or silent, on_row)
    result.machine |= peer_rows.versions(peers)
    return result


def _compare(workload, names, budget, thread_count, seed, baseline, progress, on_row):
    begun = time.perf_counter()
    result, steps, agreement_of = check_first_calls(workload, names, budget, thread_count, progress, on_row)
    result.baseline = baseline or ""
    left = time_left(budget, begun, result.compile_seconds)
    measure_limits(result, min(LIMIT_SECONDS, LIMIT_SHARE * left), thread_count, progress)
    left = time_left(budget, begun, result.compile_seconds)
    return run_rounds(result, steps, left, seed, progress, agreement_of)


def check_first_calls(workload, names, budget, thread_count, progress, on_row=None):
    """Run each contender once and compare it with the reference; nothing is timed yet.

    Returns
    -------
    Comparison
        With a row for each; what lacks an operation is in `absent`.
    dict of str to callable
        What each would do again to be timed.
    callable(name, results) -> Agreement
        The agreement of what one of those calls returned with the reference's results.
    """
    rows, steps, absent = {name: Row(name) for name in names}, {}, {}
    reference = choose_reference(workload, names, budget, rows)
    progress(f"{reference}: the reference", 0.0)
    reference_step, expected = call_first(workload, reference, rows.get(reference, Row(reference)))
    bound, own_bound = bounds(workload), wider_bounds(workload) if any(map(is_own, names)) else {}
    kept = {name: value.copy() for name, value in workload.inputs.items() if is_data(value)}
    for name in names:
        if rows[name].left_out:
            continue
        progress(f"{name}: first call", 0.0)
        try:
            if name == reference:
                steps[name], held = reference_step, agreement(expected, expected, contract_of(name), bound)
            elif name in peer_rows.PEER_OF:
                peer = peer_rows.contender(name, workload, thread_count)
                steps[name], outputs = call_peer_first(peer, rows[name])
                held = peer.agreement(outputs, expected, bound, workload.dtype)
                rows[name].note = peer.remark
            else:
                steps[name], outputs = call_first(workload, name, rows[name])
                restore(workload, kept)
                held_to = own_bound if is_own(name) else bound
                held = agreement(outputs, expected, contract_of(name), held_to, workload.dtype)
        except (peer_rows.NoRowError, ImplementationError) as error:  # what lacks an operation has no row
            absent[name] = str(error)
            del rows[name]
            continue
        except (Exception, SystemExit) as error:  # whatever a user's implementation raises is that row's result
            held = failed(rows[name], error)
        else:
            if not held.passed:
                said = said_of(workload, name, outputs, expected, bound)
                rows[name].note = f"disagrees: {held.worst}" + (f" — {said}" if said else "")
                rows[name].first_call_seconds = None  # what disagrees has no time at all
        rows[name].agreement = held
        if on_row is not None:
            on_row(rows[name])
    if not rows:
        raise OptionError(f"no implementation is left to do {workload.name}: {'; '.join(absent.values())}")

    def agreement_of(name, results):
        outputs = workload.named(get_implementation(name), results)
        return agreement(outputs, expected, contract_of(name), own_bound if is_own(name) else bound, workload.dtype)

    return (
        Comparison(workload, reference, "", card(thread_count), list(rows.values()), absent=absent),
        steps,
        agreement_of,
    )


def measure_limits(result, seconds, thread_count, progress):
    """Enter what the machine could do at best with this work, in the same run as its times."""
    if not limits.measurable() or not result.contenders:
        return
    progress("the machine's limits", 0.0)
    with compilations() as compiled:
        result.limits = limits.measure(thread_count, None, limits.for_workload(result.workload, thread_count), seconds)
    result.limits_compile_seconds = compiled.seconds


def run_rounds(result, steps, seconds, seed, progress, agreement_of):
    """Time those that agree, compare what each returned last with the reference too, and enter their times."""
    begun, rows = time.perf_counter(), {row.implementation: row for row in result.rows}
    if not result.contenders:
        return result
    contenders = {name: steps[name] for name in result.contenders}
    # Where the first call is like the second, an expensive one is not made again to be timed.
    known = {
        name: rows[name].first_call_seconds
        for name in contenders
        if not first_call_differs(name) and rows[name].first_call_seconds > EXPENSIVE
    }
    with compilations() as during:
        try:
            samples, result.stopped = interleave(
                contenders, seconds, seed, progress=partial(progress, "timing"), known=known
            )
        except ContenderError as error:  # that row's result too: the others run again, without it
            rows[error.name].agreement = failed(rows[error.name], error.__cause__)
            return run_rounds(result, steps, time_left(seconds, begun), seed, progress, agreement_of)
    result.compiled_while_timing = during.count
    check_last_results(rows, samples, agreement_of)
    result.baseline = result.baseline if result.baseline in samples else next(iter(samples), "")
    enter_times(result, rows, samples)
    return result


def check_last_results(rows, samples, agreement_of):
    """Take out of the samples what agreed in the first call, and no longer does in the last one."""
    for name, measured in list(samples.items()):
        if name in peer_rows.PEER_OF or measured.last is None:
            continue
        try:
            held = agreement_of(name, measured.last)
        except Exception as error:  # results of another kind than those of the first call
            held = failed(rows[name], error)
        if not held.passed:
            rows[name].agreement, rows[name].first_call_seconds = held, None
            rows[name].note = f"disagrees in a later call, and not in the first one: {held.worst}"
            del samples[name]


def is_own(name):
    """Whether an implementation is a user's file."""
    return name in implementation_names() and bool(file_of(name))


def said_of(workload, name, outputs, expected, bound):
    """What `check` says of a disagreement, where the implementation is a user's file; empty for others."""
    if not is_own(name):
        return ""
    return diagnose(workload, Results(outputs, expected, bound))


def restore(workload, kept):
    """Put back inputs that an implementation has changed, which all share; then raise `ContractError`."""
    changed = [name for name, value in kept.items() if workload.inputs[name].tobytes() != value.tobytes()]
    for name in changed:
        workload.inputs[name][...] = kept[name]
    if changed:
        raise ContractError(f"changes {', '.join(changed)} in place")


def failed(row, error):
    """Note what an implementation raised; returns an `Agreement` that did not pass."""
    said = str(error) if isinstance(error, ResultError) else one_line(error)
    row.note, row.first_call_seconds = f"failed: {said}", None
    return Agreement(contract_of(row.implementation), False, 0, math.inf, said)


def contract_of(name):
    """An implementation's contract; a peer's is "rounding"."""
    return "rounding" if name in peer_rows.PEER_OF else get_implementation(name).contract


def first_call_differs(name):
    """Whether a first call differs from the second: all but plain Python compiles, or wakes threads."""
    return name in peer_rows.PEER_OF or get_implementation(name).family != "python"


def choose_reference(workload, names, budget, rows):
    """The reference where its step fits the budget, else its stand-in; the reference's row then says why."""
    try:
        seconds = predict(workload)
    except DTypeError:
        reason = "computes in float64 only"
    else:
        if seconds <= SLOW * budget:
            return REFERENCE
        reason = f"one step would take {seconds:.3g} s, more than half of the {budget:.3g} s there are"
    if REFERENCE in rows:
        rows[REFERENCE].leave_out(f"{reason}; {STAND_IN}, the same loops compiled, stands in as the reference")
    return STAND_IN


def predict(workload, examples=16):
    """Seconds that the reference will take, from its time on the first few examples."""
    small, share = workload.first(examples)
    step = small.bind(get_implementation(REFERENCE))
    times = []
    for _ in range(2):  # the first finds everything cold
        begun = time.perf_counter()
        step()
        times.append(time.perf_counter() - begun)
    return min(times) / share


def call_first(workload, name, row):
    """Bind the workload and call it once: enter compile and first-call time, return the step and its outputs."""
    implementation = get_implementation(name)
    step = workload.bind(implementation)
    settle()
    with compilations() as compiled:
        begun = time.perf_counter()
        results = step()
        row.first_call_seconds = time.perf_counter() - begun
    row.compile_seconds = compiled.seconds
    return step, workload.named(implementation, results)


def call_peer_first(peer, row):
    """Prepare a peer and call it once, as `call_first` does; what compiling took is the first call less the second."""
    settle()
    begun = time.perf_counter()
    results = peer.step()
    row.first_call_seconds, row.compile_seconds = time.perf_counter() - begun, 0.0
    if peer.compiles:
        begun = time.perf_counter()
        results = peer.step()
        row.compile_seconds = max(0.0, row.first_call_seconds - (time.perf_counter() - begun))
    return peer.step, peer.named(results)


def enter_times(result, rows, samples):
    """Enter what was measured into the rows."""
    workload, baseline = result.workload, result.baseline
    for name, measured in samples.items():
        row, median = rows[name], measured.quartiles()["median"]
        row.step_seconds = measured.quartiles()
        row.speedup = {"vs": baseline, **paired_ratio(samples[baseline], measured)}
        row.gflops = workload.flops / median / 1e9
        row.gbytes_per_s = workload.bytes / median / 1e9
        row.of_limit = result.limits and result.limits.share(workload, median, result.machine["threads"])
    for row in rows.values():
        if row.agreement and row.agreement.passed and row.step_seconds is None:
            row.leave_out("stopped before it was measured")
