"""What is wrong with a result, in a sentence that a student understands."""

import numpy as np

from ..implementations.checked_operation import describe
from .agreement import agreement, bound_share, describe_worst, ulp_distance

NEAR = 1e-6  # relative: only to guess what went wrong; whether it is right is for the contract to say
SATURATED = 36  # from here on a sigmoid is 1 but for rounding, and log(1 − a) is log(0)
# Of these results, one for all examples: their mean, but for two operations.
MEANS = ("J", "dw", "db", "dW", "mean", "variance", "dgamma", "dbeta", "gradient")
SUMS_NOT_MEANS = ("perceptron_step", "adaline_step")
SUMMED = (*MEANS, "errors")
DIVIDING = ("dropout", "rmsprop", "adam", "batch_norm_forward", "batch_norm_backward", "batch_norm_predict")


def diagnose(work, names, results, expected, bound):
    """The first thing that is wrong with what a function returned; empty when its contract is kept.

    Parameters
    ----------
    work : Workload
    names : tuple of str
        What is to be returned.
    results : object
        What was.
    expected : dict of str to array or float
    bound : dict of str to Ball
    """
    if results is None:
        return f"returns nothing; expected {', '.join(names)} — is the return missing?"
    results = results if isinstance(results, (tuple, list)) and len(names) > 1 else (results,)
    if len(results) != len(names):
        return f"returns {len(results)} result{'s' * (len(results) > 1)}; expected {len(names)}: {', '.join(names)}"
    for name, value in zip(names, results):
        said, guess = wrong_with(work, name, value, np.asarray(expected[name]), bound[name])
        if said:
            return f"{said} {at(work)}" + (f" — {guess}" if guess else "")
    return ""


def at(work):
    """`at m = 33`, or the sizes of an operation without examples."""
    sizes = {symbol: size for symbol, size in work.sizes.items() if isinstance(size, int)}
    shown = {"m": sizes["m"]} if "m" in sizes else sizes
    chosen = [str(work.sizes[kind]) for kind in ("activation", "loss") if kind in work.sizes]
    return "at " + ", ".join([*(f"{symbol} = {size}" for symbol, size in shown.items()), *chosen])


def wrong_with(work, name, value, expected, ball):
    """What is wrong with one result, and a guess why; two empty texts when nothing is."""
    try:
        value = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return f"{name} is {type(value).__name__}; expected {'numbers' if expected.ndim else 'a number'}", ""
    if value.shape != expected.shape:
        return wrong_shape(work, name, value, expected)
    if not agreement({name: value}, {name: expected}, "rounding", {name: ball}).passed:
        return wrong_values(work, name, value, expected, ball)
    return "", ""


def wrong_shape(work, name, value, expected):
    """A result of another shape, and what is probably behind it."""
    said = f"{name} is {shape_of(value)}; expected {shape_of(expected)}"
    if value.size == expected.size and value.squeeze().shape == expected.squeeze().shape:
        return said, wrong_dimensions(work, name, value, expected)
    if value.shape == expected.shape[::-1]:
        return said, "is it transposed?"
    if name not in SUMMED or expected.shape[-1:] not in ((), (1,)):
        return said, ""
    if value.size == 1:
        return said, "is it summed over the rows as well? axis=1"
    if value.size == work.sizes.get("m"):  # of a single row, both look the same
        return said, f"is it summed along the wrong axis{', or not at all' if expected.size == 1 else ''}?"
    return said, ""


def wrong_dimensions(work, name, value, expected):
    """As many numbers as expected, but with dimensions of size 1 too many, too few or elsewhere."""
    missing = expected.ndim - value.ndim
    wrong_axis = name in SUMMED and value.size == work.sizes.get("m") and not near(value.ravel(), expected.ravel())
    if missing == 0:
        return "is it summed along the wrong axis?" if wrong_axis else "is it transposed?"
    if missing > 0:
        lost = "a dimension is" if missing == 1 else f"{missing} dimensions are"
        return f"{lost} lost: keepdims=True, or reshape" + (", and is it the right axis?" if wrong_axis else "")
    if expected.ndim == 0:
        return "at least one dimension too many: take the number out with .item()"
    return f"{'one dimension' if missing == -1 else f'{-missing} dimensions'} too many: reshape it"


def shape_of(array):
    """(3, 4), or `a number`."""
    return describe(array.shape) if array.ndim else "a number"


def wrong_values(work, name, value, expected, ball):
    """Right shape, wrong numbers: a common mistake, or the worst number."""
    if not np.isfinite(value).all() and np.isfinite(expected).all():
        return not_finite(work, name)
    if near(value, expected):  # wrong by so little that it would also look like its transpose, if that is the same
        return worst_value(name, value, expected, bound_share(value, expected, ball.rad)), ""
    if value.ndim == 2 and value.shape[0] == value.shape[1] > 1 and near(value, expected.T):
        return f"{name} has its numbers elsewhere", "is it transposed?"
    if near(value, -expected):
        return f"{name} has the wrong sign", "a minus too many, or one too few?"
    return wrong_factor(work, name, value, expected) or (
        worst_value(name, value, expected, bound_share(value, expected, ball.rad)),
        "",
    )


def not_finite(work, name):
    """NaN or infinity where a number is expected: what in this operation can make one."""
    if uses_exp(work) and largest_logit(work) > SATURATED:
        first = "0/0" if work.name == "output_delta" else "log(0)"
        return (
            f"{name} is not finite where |z| is large",
            f"{first} or an overflowing exp: compute it from z, as the interface says",
        )
    if work.name in DIVIDING:
        return f"{name} is not finite", "is something divided by 0, or is it the root of a negative number?"
    return f"{name} is not finite", "does it read what was never written? np.empty holds whatever was there"


def uses_exp(work):
    """Whether there is a sigmoid, tanh, softmax or logarithm in an operation."""
    named = {work.sizes.get("activation"), work.sizes.get("loss"), *work.sizes.get("activations", ())}
    return work.name.startswith("logistic") or bool(named & {"sigmoid", "tanh", "softmax", "cross_entropy"})


def wrong_factor(work, name, value, expected):
    """m, ½ or 2 times what is expected: which factor is missing, or too many; None where it is none of these."""
    m = work.sizes.get("m", 1)
    is_mean = name in MEANS and work.name not in SUMS_NOT_MEANS
    has_half = work.sizes.get("loss") == "squared" or work.name in ("adaline_step", "l2_cost")
    if near(value, 2 * expected):
        guess = "is a ½ missing?" if has_half else "is it added twice?"
        if m == 2 and is_mean:  # two examples: both look the same
            guess = "is the 1/m missing, or a ½?" if has_half else "is the 1/m missing?"
        return f"{name} is twice too large", guess
    if near(value, expected / 2):
        return f"{name} is half of what it should be", "is a ½ too many" + (", or a 1/m?" if m == 2 else "?")
    if m > 1 and near(value, m * expected):
        return f"{name} is m times too large", "is the 1/m missing?" if is_mean else "is it multiplied by m?"
    if m > 1 and near(value, expected / m):
        return f"{name} is m times too small", f"is it divided by m{' twice?' if is_mean else '? There is no 1/m here'}"
    return None


def worst_value(name, value, expected, share):
    """`dw[3, 0] is 0.25, expected 0.5`; where so few digits do not tell them apart, how far apart they are."""
    where = np.unravel_index(int(share.argmax()), share.shape)
    one, other = f"{np.atleast_1d(value)[where]:.6g}", f"{np.atleast_1d(expected)[where]:.6g}"
    if one == other:
        return describe_worst(name, value, expected, ulp_distance(value, expected), share) + ","
    index = f"[{', '.join(map(str, map(int, where)))}]" if value.size > 1 else ""
    return f"{name}{index} is {one}, expected {other},"


def near(one, other):
    """Equal, but for rounding, and not all zero."""
    scale = np.abs(other).max()
    return bool(scale > 0 and np.abs(one - other).max() <= NEAR * scale)


def largest_logit(work):
    """The largest |Z|, or |wᵀX + b|, among the inputs."""
    given = work.inputs
    if "Z" in given:
        return float(np.abs(given["Z"]).max())
    return float(np.abs(given["w"].T @ given["X"]).max()) if {"w", "X"} <= set(given) else 0.0
