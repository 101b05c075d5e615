"""The main job: the same work in every implementation, agreement first, then time."""

import time
from dataclasses import replace
from functools import partial

import numpy as np

from ..errors import ContractError, OptionError
from ..implementations import get_implementation, implementation_names
from ..machine import limits
from ..machine.load import Load
from ..machine.threads import threads
from ..validation import choose, validate_seconds
from ..workloads import is_data
from . import peers as peer_rows
from .compilations import compilations
from .first_calls import check_first_calls, failed, first_call_differs
from .interleaved import ContenderError, interleave, silent, time_left
from .later_results import LaterResults, keeps_results
from .placement import MOST_PLACED, placed
from .ratios import paired_ratio
from .samples import EXPENSIVE, spoilt

LIMIT_SECONDS, LIMIT_SHARE = 0.3, 0.08  # for each of a workload's two limits, at most; the share of what is left
KEPT = "returns for other numbers what it returned before: what was timed is no work"


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
    begun, load = time.perf_counter(), Load()
    calls = check_first_calls(workload, names, budget, thread_count, progress, on_row)
    result = calls.comparison
    result.baseline = baseline or ""
    left = time_left(budget, begun, result.compile_seconds)
    measure_limits(result, min(LIMIT_SECONDS, LIMIT_SHARE * left), thread_count, progress)
    left = time_left(budget, begun, result.compile_seconds)
    run_rounds(calls, left, seed, progress)
    result.machine["load"] = load.so_far()
    return result


def measure_limits(result, seconds, thread_count, progress):
    """Enter what the machine could do at best with this work, in the same run as its times."""
    if not limits.measurable() or not result.contenders:
        return
    progress("the machine's limits", 0.0)
    with compilations() as compiled:
        result.limits = limits.measure(thread_count, None, limits.for_workload(result.workload, thread_count), seconds)
    result.limits_compile_seconds = compiled.seconds


def run_rounds(calls, seconds, seed, progress, later=None):
    """Time those that agree, hold whatever they return to their contracts, and enter their times."""
    result, begun = calls.comparison, time.perf_counter()
    rows = {row.implementation: row for row in result.rows}
    if not result.contenders:
        return
    contenders = {name: calls.steps[name] for name in result.contenders}
    # Where the first call is like the second, an expensive one is not made again to be timed.
    known = {
        name: calls.samples[name]
        for name in contenders
        if not first_call_differs(name) and calls.samples[name].seconds > EXPENSIVE
    }
    later = later or LaterResults(calls.named, calls.agreement)
    with compilations() as during:
        try:
            samples, result.stopped = interleave(
                contenders,
                seconds,
                seed,
                progress=partial(progress, "timing"),
                known=known,
                renew=renewal(result.workload, calls.steps),
                on_result=later,
            )
        except ContenderError as error:  # that row's result too: the others run again, without it
            rows[error.name].agreement = failed(rows[error.name], error.__cause__)
            run_rounds(calls, time_left(seconds, begun), seed, progress, later)
            return
    result.compiled_while_timing = during.count
    look_for_kept_results(calls, samples, later)
    for name, held in later.wrong.items():
        take_out(rows[name], held)
        samples.pop(name, None)
    result.baseline = result.baseline if result.baseline in samples else next(iter(samples), "")
    enter_times(result, rows, samples)


def look_for_kept_results(calls, samples, later):
    """Note contenders that return what they had kept; peers, which have the data, and slow ones are not asked."""
    quick = [name for name in samples if name not in peer_rows.PEER_OF and name not in later.wrong]
    quick = [name for name in quick if samples[name].quartiles()["median"] < EXPENSIVE]
    try:
        for name in quick if not calls.comparison.stopped else ():
            if keeps_results(calls.comparison.workload, get_implementation(name), MOST_PLACED // len(calls.steps)):
                later.wrong[name] = ContractError(KEPT)
    except KeyboardInterrupt:  # what was measured stays
        calls.comparison.stopped = True


def take_out(row, held):
    """Note that a contender broke its contract after its first call: an `Agreement`, or what could not be read."""
    if isinstance(held, Exception):
        row.agreement = failed(row, held)
        return
    row.agreement, row.first_call_seconds = held, None
    row.note = f"disagrees in a later call, and not in the first one: {held.worst}"


def renewal(workload, steps):
    """What lays a contender's data elsewhere; None where the data is too large for each to have its own.

    Lists are no arrays, and a peer lays its data out itself.
    """
    if len(steps) * sum(value.nbytes for value in workload.inputs.values() if is_data(value)) > MOST_PLACED:
        return None

    def renew(name, rng):
        if name in peer_rows.PEER_OF or get_implementation(name).family == "python":
            return steps[name]
        return replace(workload, inputs=placed(workload.inputs, rng)).bind(get_implementation(name))

    return renew


def enter_times(result, rows, samples):
    """Enter what was measured into the rows; where other programs took too much of it, that is noted."""
    workload, baseline = result.workload, result.baseline
    for name, measured in samples.items():
        row = rows[name]
        row.taken_by_others, row.spoilt, row.at_most = measured.taken, measured.is_spoilt, measured.is_at_most
        if measured.is_spoilt:
            row.note = f"spoilt: {spoilt(measured)}"
        result.samples[name] = measured
        row.step_seconds = measured.quartiles()
        median = row.step_seconds["median"]
        row.speedup = {"vs": baseline, **paired_ratio(samples[baseline], measured)}
        row.speedup_spoilt = measured.is_spoilt or samples[baseline].is_spoilt
        row.gflops = workload.flops / median / 1e9
        row.gbytes_per_s = workload.bytes / median / 1e9
        row.of_limit = result.limits and result.limits.share(workload, median, result.machine["threads"])
    for row in rows.values():
        if row.agreement and row.agreement.passed and row.step_seconds is None and not row.left_out:
            row.leave_out("stopped before it was measured")
