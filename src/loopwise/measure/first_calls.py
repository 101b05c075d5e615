"""The first call of every contender, held to its contract; nothing is timed before it has agreed."""

import hashlib
import math
import time
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from ..contract.agreement import Agreement, agreement, bounds, wider_bounds
from ..contract.diagnosis import Results, diagnose
from ..errors import ContractError, DTypeError, ImplementationError, OptionError, ResultError, one_line
from ..implementations import file_of, get_implementation, implementation_names
from ..machine.card import card
from ..machine.threads import settle
from ..workloads import is_data
from . import peers as peer_rows
from .compilations import compilations
from .interleaved import SLOW
from .rows import Comparison, Row
from .samples import BEARABLE, wake, watched

REFERENCE, STAND_IN = "python_loops", "numba_loops"


@dataclass
class FirstCalls:
    """What every contender did in its first call.

    Attributes
    ----------
    comparison : Comparison
        With a row for each; what lacks an operation is in `absent`.
    steps : dict of str to callable
        What each would do again to be timed.
    samples : dict of str to Sample
        The calls.
    named : dict of str to callable(results) -> dict
        What a call returned, by name, as NumPy arrays and floats.
    agreement : dict of str to callable(outputs) -> Agreement
        With the reference.
    """

    comparison: Comparison | None = None
    steps: dict = field(default_factory=dict)
    samples: dict = field(default_factory=dict)
    named: dict = field(default_factory=dict)
    agreement: dict = field(default_factory=dict)


def check_first_calls(workload, names, budget, thread_count, progress, on_row=None):
    """Run each contender once and compare it with the reference; nothing is timed yet. Returns `FirstCalls`."""
    rows, calls, absent = {name: Row(name) for name in names}, FirstCalls(), {}
    reference = choose_reference(workload, names, budget, rows)
    progress(f"{reference}: the reference", 0.0)
    expected = call_first(workload, reference, rows.get(reference, Row(reference)), calls)
    bound, own_bound = bounds(workload), wider_bounds(workload) if any(map(is_own, names)) else {}
    kept = {name: value.copy() for name, value in workload.inputs.items() if is_data(value)}
    hold = partial(agreement, expected=expected, dtype=workload.dtype)
    for name in names:
        if rows[name].left_out:
            continue
        progress(f"{name}: first call", 0.0)
        try:
            if name in peer_rows.PEER_OF:
                peer = peer_rows.contender(name, workload, thread_count)
                outputs = call_peer_first(peer, rows[name], calls)
                calls.agreement[name] = partial(peer.agreement, expected=expected, bound=bound, dtype=workload.dtype)
                rows[name].note = peer.remark
            else:
                outputs = expected if name == reference else call_first(workload, name, rows[name], calls)
                restore(workload, kept)
                held_to = own_bound if is_own(name) else bound
                calls.agreement[name] = partial(hold, contract=contract_of(name), bound=held_to)
            held = calls.agreement[name](outputs)
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

    found = {"absent": absent, "reference_sha256": digest_of(expected)}
    calls.comparison = Comparison(workload, reference, "", card(thread_count), list(rows.values()), **found)
    return calls


def digest_of(outputs):
    """Of a reference's results, in their order: the same for the same bits."""
    digest = hashlib.sha256()
    for value in outputs.values():
        digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


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


def call_first(workload, name, row, calls):
    """Bind the workload and call it once: enter compile and first-call time; returns its outputs."""
    implementation = get_implementation(name)
    step = calls.steps[name] = workload.bind(implementation)
    settle()
    with compilations() as compiled:
        first = watched(step)
    row.first_call_seconds, row.compile_seconds = first.seconds, compiled.seconds
    row.first_call_at_most = first.taken > BEARABLE
    calls.samples[name], calls.named[name] = replace(first, last=None), partial(workload.named, implementation)
    return workload.named(implementation, first.last)


def call_peer_first(peer, row, calls):
    """Prepare a peer and call it once, as `call_first` does; what compiling took is the first call less a later one."""
    settle()
    first = watched(peer.step)
    results = first.last
    row.first_call_seconds, row.compile_seconds = first.seconds, 0.0
    row.first_call_at_most = first.taken > BEARABLE
    if peer.compiles:
        again = wake(peer.step)
        if again > row.first_call_seconds / 2:  # it may have been interrupted
            again = min(again, wake(peer.step))
        row.compile_seconds = max(0.0, row.first_call_seconds - again)
    calls.steps[peer.name], calls.named[peer.name] = peer.step, peer.named
    return peer.named(results)
