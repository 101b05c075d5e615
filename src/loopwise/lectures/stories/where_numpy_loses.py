"""Where NumPy loses: little work for each call, and sums that need the one before.

Source: F "Computing a neural network's output"; P contents 7 "Optimizers": momentum
"""

import numpy as np
from numba import njit

from ...report import units
from ..story import Seen, as_fast, nearest, require_equal, table, timed, times_table

EXAMPLES = (1, 10, 100, 1000, 10_000)
STEPS, BETA = 20_000, 0.9
QUESTION = """
One example goes through a layer of 4 units with 3 inputs. How much faster is the compiled loop than NumPy?
"""
TIMES = (0.5, 1, 3, 10)
CHOICES = ("it is slower", "it is as fast", "about 3 times", "about 10 times or more")


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


def average(x):
    v, out = 0.0, np.empty_like(x)
    for t in range(len(x)):
        v = BETA * v + (1 - BETA) * x[t]
        out[t] = v
    return out


def average_numpy(x):
    powers = BETA ** np.arange(1, len(x) + 1)
    return (1 - BETA) * np.cumsum(x / powers) * powers


compiled_average = njit(cache=True)(average)
CODE = [layer_numpy, layer_loop, average, average_numpy]


def measure():
    """The layer for more and more examples, then the moving average that momentum is made of."""
    rng, faster, rows = np.random.default_rng(0), {}, []
    W, b = (rng.integers(-4, 5, shape).astype(np.float64) for shape in ((4, 3), (4, 1)))
    for m in EXAMPLES:
        A_prev = rng.integers(-4, 5, (3, m)).astype(np.float64)  # whole numbers: exact in any order
        contenders = {"NumPy": lambda A=A_prev: layer_numpy(W, b, A), "loop": lambda A=A_prev: layer_loop(W, b, A)}
        require_equal({name: step() for name, step in contenders.items()})
        times = timed(contenders, 0.5)
        faster[m] = times["loop"]
        rows.append((m, *(units.seconds(each.seconds) for each in times.values()), as_fast(faster[m])))
    x = rng.standard_normal(STEPS)
    contenders = {"Python": lambda: average(x), "compiled": lambda: compiled_average(x)}
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 1.0)
    with np.errstate(all="ignore"):
        known = int(np.isfinite(average_numpy(x)).argmin())
    said = f"""
    For one example the loop is {as_fast(faster[1])}: NumPy's two calls each check types and
    shapes, look for the right program and make an array, and that costs far more than 12 multiply-adds. At m =
    {EXAMPLES[-1]} the loop is {as_fast(faster[EXAMPLES[-1]])}.

    Momentum needs v before it can have the next v. No expression of NumPy runs through that: the loop in Python
    takes {units.seconds(times["Python"].seconds)} for {STEPS} steps; compiled it is
    {as_fast(times["compiled"])}, and the bits are the same.

    Algebra can turn it into a running sum (`average_numpy`), but 0.9ᵗ leaves the numbers: from step {known} on the
    result is no number any more.
    """
    shown = [
        table(("m", "NumPy", "loop", "the loop is"), rows, "one layer, 4 units, 3 inputs"),
        times_table(times, f"a moving average over {STEPS} steps"),
    ]
    figures = {
        "loop_times": {m: each.ratio for m, each in faster.items()},
        "average_times": times["compiled"].ratio,
        "finite_steps": known,
    }
    return Seen(nearest(faster[1].ratio, TIMES), shown, said, figures)
