"""One function of one's own, tried: on every size, activation and loss that it offers, and again and again.

A function is right if its results are within the rounding bound of the reference's, and the same in every call.
Ordinary numbers and those at their limits are told apart: right on the former alone is "unstable".
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from ..errors import ResultError, one_line
from ..implementations import get_implementation
from ..implementations.from_file import place_of
from ..implementations.left_out import missing_module
from ..interface import ACTIVATIONS, OPERATIONS
from ..own_code.found import Found
from ..own_code.recognition import names_of, recognise_function
from ..own_code.refusals import refusal
from ..own_code.words import mentions
from ..own_code.works import extremes
from ..workloads import is_data
from .agreement import bounds, wider_bounds
from .diagnosis import Results, at, diagnose, right_names, uses_exp
from .repeated import (
    TOO_LONG,
    arrays_of,
    beyond,
    call_again,
    furthest,
    growing,
    leave_garbage,
    same_bits,
    starts_threads,
)
from .rounding_bounds import Ball

REFERENCE = "python_loops"
KEPT = "is something kept between calls?"
OTHER_THREADS = "; not the same bits with other numbers of threads, but within rounding"
ANY_TIME = "; not the same bits twice, but within rounding"
FEW_DIGITS = "; a few units in the last place beyond the rounding bound, as the lecture's form is"
LISTED = 4  # activations, or kinds of networks, for which a function is right
MODERATE = 4.0  # the largest logit of work that is large
# Whose time it is: the function's, which `check --timeout` limits, its own when it is called again and again, the
# compiler's, or that of the check itself.
RUNNING, REPEATING, COMPILING, CHECKING = "running", "repeating", "compiling", "checking"


@dataclass
class Judgement:
    """What is said of a function.

    Attributes
    ----------
    verdict : "passed", "unstable", "failed" or "missing"
    message : str
    convention : str
        What is transposed or summed.
    not_offered : tuple of str
        Activations and losses that it does not have.
    """

    verdict: str
    message: str = ""
    convention: str = ""
    not_offered: tuple = ()


def try_operation(name, function, path, contract="rounding", clock=None):
    """Try one function as the operation of this name; see `try_found`.

    Returns
    -------
    verdict, message : str
    """
    found = recognise_function(function, name) if callable(function) else None
    if found is None:
        return "missing", why_missing(name, function)
    judged = try_found(found, path, contract, clock)
    return judged.verdict, judged.message


def why_missing(name, function):
    """Why what has an operation's name is none."""
    if not callable(function):
        return f"{name} is {type(function).__name__}; expected a function"
    return f"{name}({', '.join(names_of(function))}); expected ({', '.join(OPERATIONS[name].parameters)})"


def try_found(found, path, contract="rounding", clock=None):
    """Try one function of a file, in the way in which it is right, if in any.

    Parameters
    ----------
    found : own_code.found.Found
    path : str
        The file that it is from.
    contract : "exact" or "rounding"
        An exact function has the same bits again, however many threads there are.
    clock : callable(str), optional
        Called with the phase whose time begins.

    Returns
    -------
    Judgement
    """
    clock = clock or (lambda phase: None)
    clock(RUNNING)
    found.settle()
    clock(CHECKING)
    if found.is_homonym:
        return Judgement(
            "missing", f"{found.name}({', '.join(names_of(found.function))}) is in no way {found.operation}"
        )
    trial = Trial(found, contract, clock)
    try:
        with np.errstate(all="ignore"):  # what is not finite is a verdict, not a warning
            judged = trial.judge(path)
    except KeyboardInterrupt:  # in a notebook, by a user who is tired of waiting
        raise
    except BaseException as error:  # whatever a user's function raises is its verdict
        needed = missing_module(found.function, error)
        judged = Judgement("missing", f"{found.name} needs {needed}, which is not there") if needed else None
        judged = judged or Judgement("failed", raised(error, path))
    return replace(judged, convention=found.convention)


def raised(error, path):
    """An exception in one line, with the user's own line."""
    if isinstance(error, ResultError):
        return str(error)
    place = place_of(path, error)
    return (f"{place}: " if place else "") + one_line(error)


class Trial:
    """One function on every case: is it right, and is it the same again?

    Attributes
    ----------
    tried : int
        How many cases it was given.
    note : str
        What is to be said though nothing is wrong.
    """

    def __init__(self, found: Found, contract, clock):
        self.found, self.contract, self.clock = found, contract, clock
        self.returns = found.returns
        self.tried, self.note, self.few_digits, self.known = 0, "", False, (None,)
        self.may_overflow = False  # whether there is an exp or a logarithm in what is wrong at the limits

    def judge(self, path):
        """The verdict on all of it."""
        wrong, right, missing = self.by_setting(path)
        names = self.found.not_offered_names(missing, [*right, *wrong])
        if wrong:
            first = wrong[max(wrong, key=self.is_named)]
            others = [self.found.setting_name(setting) for setting in right]
            others = others if len(others) <= LISTED else [*others[:LISTED], f"{len(others) - LISTED} more"]
            return Judgement(
                "failed", first + (f"; right for {', '.join(others)}" if others else ""), not_offered=names
            )
        if again := self.between_calls(right[0]) or self.large_case(right[0]):
            return Judgement("failed", again, not_offered=names)
        if unstable := self.at_the_limits(right, path):
            verdict = "unstable" if self.may_overflow else "failed"
            few = FEW_DIGITS if self.few_digits else ""
            return Judgement(verdict, f"right on ordinary data{few}; {unstable}", not_offered=names)
        if self.few_digits:
            return Judgement("unstable", f"right on ordinary data{FEW_DIGITS}{self.note}", not_offered=names)
        return Judgement("passed", f"{self.tried} cases{self.note}", not_offered=names)

    # === ordinary numbers ============================================================================

    def by_setting(self, path):
        """What is wrong for which activation and loss; for which it is right; which it does not offer."""
        wrong, right, refused = {}, [], {}
        settings = list(self.found.settings())
        for setting in settings:
            try:
                said = self.ordinary(setting)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                if len(settings) == 1 or missing_module(self.found.function, error):
                    raise
                said, refused[setting] = raised(error, path), self.is_refused(error, setting)
                if not self.found.chooses:  # it is a network's, of so many layers
                    said = f"{self.found.setting_name(setting)}: {said}"
            if said:
                wrong[setting] = said
            else:
                right.append(setting)
        missing = self.not_offered(wrong, right, refused)
        return {setting: said for setting, said in wrong.items() if setting not in missing}, right, missing

    def ordinary(self, setting):
        """What is wrong on ordinary numbers; empty if nothing is."""
        for work in self.found.works(setting):
            if wrong := self.try_case(work):
                return wrong
        return ""

    def is_refused(self, error, setting):
        """Whether an exception says that an activation or a loss is not offered.

        Of one that the source names it does only where the source says so: a `raise` that is no `assert`.
        """
        if isinstance(error, ResultError) and str(error).startswith("returns nothing"):
            return not self.is_named(setting)
        asked = [*setting, *(ACTIVATIONS.index(one) for one in setting if one in ACTIVATIONS)]
        if not refusal(error, self.found.function, asked):
            return False
        own = not isinstance(error, (KeyError, UnboundLocalError, AssertionError))
        return own or not self.is_named(setting)

    def is_named(self, setting):
        """Whether the source names what is asked for: then it is offered, whatever is returned."""
        return self.found.looks_at_settings() and mentions(self.found.function, setting)

    def not_offered(self, wrong, right, refused):
        """Of what a function is wrong for, what it does not offer at all.

        It refuses it, or returns nothing, or what it returns for a name that no activation has, or for another
        activation that it does offer. Of several for which it returns the same, all but the one that is nearest.
        """
        if not self.found.chooses:
            return []
        missing, alike = [], {}
        for setting in wrong:
            if setting in refused:
                missing += [setting] if refused[setting] and len(refused) < len(wrong) + len(right) else []
                continue
            work = self.found.works(setting)[0]
            result = self.quiet(work.inputs)
            others = [self.quiet(given) for given in self.found.others_like(work, right)] if right else []
            named = self.is_named(setting) or (others and self.found.refuses_unknown(work))
            if right and not named and (result is None or any(self.same(result, other) for other in others)):
                missing.append(setting)
            elif result is not None:
                near = right_names(work, Results(result, *self.reference(work), self.found))
                alike.setdefault(self.digest(work, result), []).append((len(near), setting))
        for group in alike.values():
            nearest = max(group, key=lambda one: one[0])
            missing += [setting for count, setting in group if (count, setting) != nearest]
        return missing

    def digest(self, work, result):
        """The same for the same results of the same numbers."""
        arrays = arrays_of(self.returns, values(result, self.returns)) or {}
        data = [value for value in work.inputs.values() if is_data(value)]
        return tuple(array.tobytes() for array in (*data, *arrays.values()))

    def quiet(self, given):
        """The results, None where there are none."""
        try:
            return self.found.call(given)
        except KeyboardInterrupt:
            raise
        except BaseException:
            return None

    def same(self, one, other):
        """Whether two results have the same bits."""
        if other is None:
            return False
        one, other = (arrays_of(self.returns, values(results, self.returns)) for results in (one, other))
        return one is not None and same_bits(one, other)

    # === one case ====================================================================================

    def try_case(self, work):
        """What is wrong in one case; empty if nothing is. What is wrong only once is said to be so."""
        self.tried += 1
        expected, bound = self.reference(work)
        kept = {key: value.copy() for key, value in work.inputs.items() if is_data(value)}
        leave_garbage(expected)
        results = self.call_timed(work)
        for key, value in kept.items():
            if not np.array_equal(value, work.inputs[key]):
                return f"{key} is changed in place — work on a copy: others still need it"
        wrong = diagnose(work, Results(results, expected, bound, self.found))
        if not wrong:
            return ""
        first = arrays_of(self.returns, values(results, self.returns))
        if first and (changing := self.not_the_same(work, first, first, bound)):
            return changing
        if not diagnose(work, Results(results, expected, wider_bounds(work), self.found)):
            self.few_digits = True
            return ""
        return wrong

    def call_timed(self, work):
        """`call`, as the function's own time."""
        self.clock(RUNNING)
        try:
            return self.found.call(work.inputs)
        finally:
            self.clock(CHECKING)

    def reference(self, work):
        """What is expected, and each result's rounding bound; kept for the next question about the same work."""
        if self.known[0] is not work:
            expected, bound = work.outputs(get_implementation(REFERENCE)), bounds(work)
            self.known = work, *({name: of[name] for name in self.returns} for of in (expected, bound))
        return self.known[1:]

    # === numbers at their limits =====================================================================

    def at_the_limits(self, settings, path):
        """What is wrong where |z| is large, and which results are right even there; empty if nothing is."""
        for setting in settings:
            for work in extremes(self.found.works(setting)[0]):
                self.may_overflow = uses_exp(work) or work.name.startswith("batch_norm")
                expected, bound = self.reference(work)
                bound = {name: flushed(ball) for name, ball in bound.items()}
                self.tried += 1
                try:
                    results = self.call_timed(work)
                except KeyboardInterrupt:
                    raise
                except BaseException as error:
                    return f"not {where(work)}: {raised(error, path)}"
                held = Results(results, expected, bound, self.found)
                if wrong := diagnose(work, held):
                    even_there = right_names(work, held)
                    wrong = wrong.partition("; right:")[0].replace(" where |z| is large", "")
                    there = f"; right even there: {', '.join(even_there)}" if even_there else ""
                    return f"not {where(work)}: {wrong}{there}"
        return ""

    # === again and again =============================================================================

    def between_calls(self, setting):
        """What a call leaves behind for the next one, which has the same shapes; empty if nothing."""
        work = self.found.works(setting)[0]
        first = values(self.call_timed(work), self.returns)
        kept = arrays_of(self.returns, first)
        other = self.found.works(setting, seed=1)[0]
        if wrong := self.try_case(other):
            stale = same_bits(kept, arrays_of(self.returns, values(self.call_timed(other), self.returns)))
            return wrong + (f" — the results of an earlier call: {KEPT}" if stale else "")
        if not same_bits(kept, arrays_of(self.returns, first)):
            return "a later call changes what an earlier one has returned — make a new array in every call"
        return self.try_again(work, kept)

    def large_case(self, setting):
        """Work that takes threads a while; empty if it is right, the same every time, or would take too long."""
        if self.found.takes_dicts:  # its layers are few, and each is an array of its own
            return ""
        for work in map(moderate, growing(self.found.maker(setting))):
            begun = time.perf_counter()
            first = arrays_of(self.returns, values(self.call_timed(work), self.returns))
            if time.perf_counter() - begun > TOO_LONG:
                return ""
        return self.try_case(work) or self.try_again(work, first)

    def try_again(self, work, first):
        """What is wrong when the same call is made again; empty if nothing is."""
        expected, bound = self.reference(work)
        return self.not_the_same(work, first, {name: np.asarray(value) for name, value in expected.items()}, bound)

    def not_the_same(self, work, first, centre, bound):
        """`not the same twice: …`, where a later result is further from `centre` than rounding can be.

        Empty where none is; then bits that differ from the first result's are noted, or refused if they must not.
        """
        usual = {}  # number of threads -> the first result with so many
        self.clock(REPEATING)
        try:
            for count, results in call_again(lambda: self.found.call(work.inputs), lambda: self.note == ANY_TIME):
                later = arrays_of(self.returns, values(results, self.returns))
                again = same_bits(usual.setdefault(count, later), later)
                if again and same_bits(first, later):
                    continue
                if self.contract == "exact" or beyond(bound, centre, later):
                    threads = f", {count} threads" if count > 1 and starts_threads() else ""
                    return f"not the same twice: {furthest(first, later)}, {at(work)}{threads} — {why_not_the_same()}"
                self.note = self.note or OTHER_THREADS if again else ANY_TIME
        finally:
            self.clock(CHECKING)
        return ""


def flushed(ball):
    """The same bound for results that may be 0 where the right one is less than the smallest normal number."""
    return Ball(ball.mid, ball.rad + np.finfo(np.float64).tiny, ball.u)


def values(results, names):
    """Results as a tuple, in order."""
    return tuple(results[name] for name in names) if len(names) > 1 else results[names[0]]


def moderate(work):
    """The same work with logits like those of ordinary work: a sum over many features is large."""
    given = work.inputs
    if {"w", "X"} <= set(given):
        largest = np.abs(given["w"].T @ given["X"]).max()
        return replace(work, inputs=given | {"w": given["w"] * min(1.0, MODERATE / largest)})
    return work


def where(work):
    """At which limit a case is."""
    if work.name == "dropout":
        return "where keep_prob is small"
    if work.name.startswith("batch_norm"):
        return "at the limits"
    has_logits = {"Z", "X"} & set(work.inputs) or work.name == "layer_forward"
    return "where |z| is large" if has_logits else "where numbers are large"


def why_not_the_same():
    """What is probably behind results that change."""
    if starts_threads():
        return f"do threads write to the same numbers, or {KEPT}"
    return f"{KEPT.removesuffix('?')}, or read that was never written (np.empty)?"
