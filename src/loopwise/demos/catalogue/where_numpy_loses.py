"""Where NumPy loses: little work for each call, and sums that need the one before.

Source: F "Computing a Neural Network's Output"; P contents 7 "Optimizers": momentum
"""

import numpy as np
from numba import njit

from ...errors import DisagreementError
from ...report import units
from ...report.cells import time_text
from ..demo import Outcome
from ..kit import as_fast, is_faster, pace, require_equal, table, timed, times_table

EXAMPLES = (1, 10, 100, 1000, 10_000)
STEPS, BETA, SHORT = 20_000, 0.9, 100
MUCH = 3
QUESTION = """
One example goes through a layer of 4 units with 3 inputs. How does the compiled loop compare with NumPy's line?
"""
CHOICES = ("it takes longer", "one cannot tell", f"it is up to {MUCH} times as fast", f"more than {MUCH} times as fast")


def layer_numpy(W, b, A_prev):
    return W @ A_prev + b


@njit(cache=True)
def layer_loop(W, b, A_prev):
    Z = np.empty((W.shape[0], A_prev.shape[1]))
    for i in range(W.shape[0]):
        for k in range(A_prev.shape[1]):
            z = b[i, 0]
            for j in range(W.shape[1]):
                z += W[i, j] * A_prev[j, k]
            Z[i, k] = z
    return Z


def average(x, out):
    v = 0.0
    for t in range(len(x)):
        v = BETA * v + (1 - BETA) * x[t]
        out[t] = v
    return out


def average_numpy(x):
    powers = BETA ** np.arange(1, len(x) + 1)
    return (1 - BETA) * np.cumsum(x / powers) * powers


compiled_average = njit(cache=True)(average)
CODE = [layer_numpy, layer_loop, average, average_numpy]


def layers():
    """Loop against NumPy for more and more examples: `{m: {name: Timed}}`."""
    rng, found = np.random.default_rng(0), {}
    W, b = (rng.integers(-4, 5, shape).astype(np.float64) for shape in ((4, 3), (4, 1)))
    for m in EXAMPLES:
        A_prev = rng.integers(-4, 5, (3, m)).astype(np.float64)  # whole numbers: exact in any order
        contenders = {"NumPy": lambda A=A_prev: layer_numpy(W, b, A), "loop": lambda A=A_prev: layer_loop(W, b, A)}
        require_equal({name: step() for name, step in contenders.items()})
        found[m] = timed(contenders, 0.5)
    return found


def check_average(x):
    """Raise unless the running sum is the recurrence, but for rounding: fewer than 2 t + 5 operations in step t."""
    start = x[:SHORT]
    apart = np.abs(average_numpy(start) - compiled_average(start, np.empty(SHORT)))
    u = np.finfo(float).eps / 2
    roundings = 2 * np.arange(SHORT) + 5
    if (apart > 2 * roundings * u / (1 - roundings * u) * average_numpy(np.abs(start)) * (1 + 1e-9)).any():
        raise DisagreementError("the running sum is not the moving average")


def measure():
    """The layer for more and more examples, then the moving average that momentum is made of."""
    at = layers()
    first, last = at[EXAMPLES[0]]["loop"], at[EXAMPLES[-1]]["loop"]
    x = np.random.default_rng(1).standard_normal(STEPS)
    check_average(x)
    numbers, room, out = x.tolist(), [0.0] * STEPS, np.empty(STEPS)
    contenders = {"Python": lambda: average(numbers, room), "compiled": lambda: compiled_average(x, out)}
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 1.0)
    with np.errstate(all="ignore"):
        known = int(np.isfinite(average_numpy(x)).argmin())
    why = "."
    if is_faster(first) > 0:
        why = ": NumPy's two calls each check types and shapes, look for the right program and make an array, and that "
        why += "costs far more than 12 multiply-adds. Of the loop's time, too, most is the call."
    said = f"""
    For one example the loop {pace(first)}{why} For {EXAMPLES[-1]} examples it
    {pace(last)}.

    Momentum needs v before it can have the next v. NumPy has no function for that. Python's loop over lists takes
    {units.seconds(times["Python"].seconds)} for {STEPS} steps; compiled it {pace(times["compiled"])}, and the bits are
    the same.

    Algebra turns it into a running sum (`average_numpy`), the same but for rounding — at first. x / 0.9ᵗ grows
    beyond all numbers: after {known} steps the result is inf or NaN.
    """
    rows = [(m, *(time_text(one) for one in each.values()), as_fast(each["loop"])) for m, each in at.items()]
    shown = [
        table(("m", "NumPy", "loop", "the loop is"), rows, "one layer, 4 units, 3 inputs"),
        times_table(times, f"a moving average over {STEPS} steps"),
    ]
    ratios = {m: each["loop"].ratio for m, each in at.items()}
    figures = {"loop_times": ratios, "average_times": times["compiled"].ratio, "finite_steps": known}
    answer = 1 + is_faster(first) if is_faster(first) < 1 else 2 + (first.ratio > MUCH)
    return Outcome(answer, shown, said, figures)
