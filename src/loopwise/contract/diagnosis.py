"""What is wrong with a result, in a sentence that a student understands."""

import numpy as np

from ..implementations.checked_operation import describe
from .agreement import agreement, bound_share, describe_worst, ulp_distance
from .rounding_bounds import Ball

NEAR = 1e-6  # relative: only to guess what went wrong; whether it is right is for the contract to say
SATURATED = 36  # from here on a sigmoid is 1 but for rounding, and log(1 − a) is log(0)
# Of these results, one for all examples: their mean, but for two operations.
MEANS = ("J", "dw", "db", "dW", "mean", "variance", "dgamma", "dbeta", "gradient")
SUMS_NOT_MEANS = ("perceptron_step", "adaline_step")
SUMMED = (*MEANS, "errors")
DIVIDING = ("dropout", "rmsprop", "adam", "batch_norm_forward", "batch_norm_backward", "batch_norm_predict")


class Results:
    """What a function returned beside what is expected, result by result; parameters in a dict one by one.

    Parameters
    ----------
    results, expected : dict of str to array or float
    bound : dict of str to Ball
    found : own_code.found.Found, optional
        The function, which says how a vector of parameters falls into parts.
    """

    def __init__(self, results, expected, bound, found=None):
        self.results, self.expected, self.bound, self.found = results, expected, bound, found

    def __iter__(self):
        """(name, value, expected, ball)."""
        for name, value in self.results.items():
            expected, ball = np.asarray(self.expected[name]), self.bound[name]
            pieces = self.found.pieces(name, expected) if self.found else []
            if not pieces or np.shape(value) != expected.shape:
                yield name, value, expected, ball
                continue
            for label, part, shape in pieces:
                of = (array[part].reshape(shape) for array in (value, expected, ball.mid, ball.rad))
                value_, expected_, mid, rad = of
                yield label, value_, expected_, Ball(mid, rad, ball.u)


def diagnose(work, results):
    """What is wrong with what a function returned, and what is right; empty when its contract is kept.

    Parameters
    ----------
    work : Workload
    results : Results
    """
    told = [(name, *wrong_with(work, name, value, expected, ball)) for name, value, expected, ball in results]
    wrong, right = [one for one in told if one[1]], [name for name, said, _ in told if not said]
    if not wrong:
        return ""
    _, said, guess = wrong[0]
    guess = epsilon_misplaced(work, results) or behind(results.found, wrong, right) or guess
    name, rest = wrong[0][0], wrong[1:]
    alike = [other for other, words, _ in rest if words.replace(other, name, 1) == said]
    text = f"{said} {at(work)}" + (f" — {guess}" if guess else "")
    others = [other for other, *_ in rest if other not in alike]
    for words, names in (("the same of", alike), ("wrong, too", others), ("right", right)):
        text += f"; {words}{' ' if words.endswith('of') else ': '}{', '.join(names)}" if names else ""
    return text


def right_names(work, results):
    """The results in which nothing is wrong."""
    return [name for name, value, expected, ball in results if not wrong_with(work, name, value, expected, ball)[0]]


def behind(found, wrong, right):
    """Where a whole network's error is made, by what is wrong and what is right; empty for anything else."""
    explain = getattr(found, "explain", None)
    return explain([name for name, *_ in wrong], right) if explain else ""


def epsilon_misplaced(work, results):
    """Whether epsilon stands under Adam's or RMSprop's root; empty where it does not."""
    if work.name not in ("adam", "rmsprop") or "theta" not in results.results:
        return ""
    given = work.inputs
    if work.name == "adam":
        v = given["beta_1"] * given["velocity"] + (1 - given["beta_1"]) * given["gradient"]
        v = v / (1 - given["beta_1"] ** given["t"])
        beta = given["beta_2"]
    else:
        v, beta = given["gradient"], given["beta"]
    s = beta * given["square"] + (1 - beta) * given["gradient"] ** 2
    s = s / (1 - beta ** given["t"]) if work.name == "adam" else s
    theta = given["theta"] - given["alpha"] * v / np.sqrt(s + given["epsilon"])
    value = np.asarray(results.results["theta"])
    if value.shape == theta.shape and np.abs(value - theta).max() <= 1e-12 * np.abs(theta).max():
        return "epsilon is under the root: √s + epsilon is expected, not √(s + epsilon)"
    return ""


def at(work):
    """`at m = 33`, or the sizes of an operation without examples."""
    sizes = {symbol: size for symbol, size in work.sizes.items() if isinstance(size, int)}
    shown = {"m": sizes["m"]} if "m" in sizes else sizes
    chosen = [str(work.sizes[kind]) for kind in ("activation", "loss") if kind in work.sizes]
    layers = work.sizes.get("activations", ())
    chosen += [f"{len(layers)} layer{'s' * (len(layers) > 1)} ({', '.join(layers)})"] if layers else []
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
    if base_of(name) not in SUMMED or expected.shape[-1:] not in ((), (1,)):
        return said, ""
    if value.size == 1:
        return said, "is it summed over the rows as well? axis=1"
    if value.size == work.sizes.get("m"):  # of a single row, both look the same
        return said, f"is it summed along the wrong axis{', or not at all' if expected.size == 1 else ''}?"
    return said, ""


def wrong_dimensions(work, name, value, expected):
    """As many numbers as expected, but with dimensions of size 1 too many, too few or elsewhere."""
    missing = expected.ndim - value.ndim
    wrong_axis = (
        base_of(name) in SUMMED and value.size == work.sizes.get("m") and not near(value.ravel(), expected.ravel())
    )
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
    if said := inside_the_log(work, name, value, expected):
        return said
    if near(value, expected):  # wrong by so little that it would also look like its transpose, if that is the same
        return worst_value(name, value, expected, bound_share(value, expected, ball.rad)), ""
    if value.ndim == 2 and value.shape[0] == value.shape[1] > 1 and near(value, expected.T):
        return f"{name} has its numbers elsewhere", "is it transposed?"
    return wrong_factor(work, name, value, expected) or (
        worst_value(name, value, expected, bound_share(value, expected, ball.rad)),
        "",
    )


def base_of(name):
    """`dW` of `dW[2]`."""
    return name.partition("[")[0]


def inside_the_log(work, name, value, expected):
    """Whether a cost is what an epsilon inside the logarithm makes of it; None where it is not."""
    if name != "J" or work.sizes.get("loss", "cross_entropy") != "cross_entropy" or "Y" not in work.inputs:
        return None
    A, Y = probabilities(work), work.inputs["Y"]
    if A is None or A.shape != Y.shape:
        return None
    both = len(Y) == 1 or work.sizes.get("activation") == "sigmoid"
    for exponent in range(2, 17):
        epsilon = 10.0**-exponent
        losses = -(Y * np.log(A + epsilon) + ((1 - Y) * np.log(1 - A + epsilon) if both else 0))
        J = losses.sum() / Y.shape[1]
        if abs(J - value) <= 1e-3 * abs(J - expected) and abs(J - expected) > 0:
            off = f"{name} is {float(value):.12g}, expected {float(expected):.12g},"
            return off, f"is there an epsilon of 1e-{exponent} inside the log?"
    return None


def probabilities(work):
    """What a cost is computed from; None where there is no such thing."""
    given = work.inputs
    if "A" in given:
        return given["A"]
    if work.name == "logistic_step":
        return 1 / (1 + np.exp(-(given["w"].T @ given["X"] + given["b"])))
    return None


def not_finite(work, name):
    """NaN or infinity where a number is expected: what in this operation can make one."""
    if uses_exp(work) and largest_logit(work) > SATURATED:
        first = "0/0" if base_of(name) in ("dZ", "dW", "db") else "log(0)"
        return (
            f"{name} is not finite where |z| is large",
            f"{first} or an overflowing exp: compute it from z, as the interface says",
        )
    if work.name in DIVIDING:
        return f"{name} is not finite", "is something divided by 0, or is it the root of a negative number?"
    if name == "J" and uses_exp(work):
        return f"{name} is not finite", "is it the logarithm of 0, or of a negative number?"
    return f"{name} is not finite", "does it read what was never written? np.empty holds whatever was there"


def uses_exp(work):
    """Whether there is a sigmoid, tanh, softmax or logarithm in an operation."""
    named = {work.sizes.get("activation"), work.sizes.get("loss"), *work.sizes.get("activations", ())}
    return work.name.startswith("logistic") or bool(named & {"sigmoid", "tanh", "softmax", "cross_entropy"})


def wrong_factor(work, name, value, expected):
    """A result that is everywhere the same factor times what is expected: which one; None where it is not."""
    ratio = constant_ratio(value, expected)
    factor = ratio and named_ratio(ratio, sizes_of(work))
    return factor and factor_said(work, name, factor)


def constant_ratio(value, expected):
    """value/expected, where it is one and the same number; None where it is not."""
    scale = np.abs(expected).max()
    if not scale > 0:
        return None
    where = np.unravel_index(int(np.abs(expected).argmax()), expected.shape)
    ratio = float(value[where] / expected[where])
    return ratio if ratio != 0 and near(value, ratio * expected) else None


def sizes_of(work):
    """The sizes that a wrong factor may be made of: m first, then the features and units."""
    sizes = {symbol: size for symbol, size in work.sizes.items() if isinstance(size, int) and size > 1}
    if "layer_sizes" in work.sizes:
        sizes["n_x"] = work.sizes["layer_sizes"][0]
    return {symbol: sizes[symbol] for symbol in sorted(sizes, key=lambda symbol: symbol != "m")}


def named_ratio(ratio, sizes):
    """A ratio as a product of at most two of 2, ½, m, 1/m, n_x, n[l], … and −1: exponents; None if it is none.

    The simplest is taken, and of as simple ones the first: 2 and ½, then m.
    """
    symbols = {"2": 2, **sizes}
    powers = [{symbol: power} for symbol in symbols for power in (1, -1)]
    powers += [{"m": power} for power in (2, -2) if "m" in symbols]
    pairs = [one | other for one in powers for other in powers if one.keys() != other.keys()]
    for factor in ({}, *powers, *pairs):
        size = np.prod([float(symbols[symbol]) ** power for symbol, power in factor.items()])
        if abs(abs(ratio) - size) <= NEAR * size:
            return factor | ({"−1": 1} if ratio < 0 else {})
    return None


def factor_said(work, name, factor):
    """What is said of a result that is a factor too large, and the guess."""
    m, base = work.sizes.get("m", 1), base_of(name)
    is_mean = base in MEANS and work.name not in SUMS_NOT_MEANS
    has_half = work.sizes.get("loss") == "squared" or work.name in ("adaline_step", "l2_cost")
    if factor == {"2": 1}:
        guess = "is a ½ missing?" if has_half else "is it added twice?"
        if m == 2 and is_mean:  # two examples: both look the same
            guess = "is the 1/m missing, or a ½?" if has_half else "is the 1/m missing?"
        return f"{name} is twice too large", guess
    if factor == {"2": -1}:
        return f"{name} is half of what it should be", "is a ½ too many" + (", or a 1/m?" if m == 2 else "?")
    if factor == {"m": 1}:
        return f"{name} is m times too large", "is the 1/m missing?" if is_mean else "is it multiplied by m?"
    if factor == {"m": -1}:
        return f"{name} is m times too small", f"is it divided by m{' twice?' if is_mean else '? There is no 1/m here'}"
    if factor == {"−1": 1}:
        return f"{name} has the wrong sign", "a minus too many, or one too few?"
    sign = "−" if "−1" in factor else ""
    plain = {symbol: power for symbol, power in factor.items() if symbol != "−1"}
    return f"{name} is {sign}{product_said(plain, sizes_of(work))} times what it should be", factor_guess(
        plain, is_mean
    )


def product_said(factor, sizes):
    """`m/n_x = 33/7`, or `1/m² = 1/1089`."""
    values = {"2": 2, **sizes}

    def side(sign, show):
        parts = [show(symbol, abs(power)) for symbol, power in factor.items() if power * sign > 0]
        return "·".join(parts)

    symbol_of = lambda symbol, power: symbol + ("²" if power == 2 else "")  # noqa: E731
    number_of = lambda symbol, power: str(values[symbol] ** power)  # noqa: E731
    texts = []
    for show in (symbol_of, number_of):
        over, under = side(1, show) or "1", side(-1, show)
        texts.append(over + (f"/{under}" if under else ""))
    return " = ".join(dict.fromkeys(texts))


COUNTED = {"m": "examples", "n_x": "features", "n[l-1]": "units of the layer before", "n[l]": "units", "n_y": "outputs"}


def factor_guess(factor, is_mean):
    """What is probably behind a factor of sizes."""
    divided = [symbol for symbol, power in factor.items() if power < 0 and symbol in COUNTED and symbol != "m"]
    many = [symbol for symbol, power in factor.items() if power > 0 and symbol in COUNTED and symbol != "m"]
    if divided:
        return f"divided by the number of {COUNTED[divided[0]]}?"
    if factor.get("m") == -2:
        return "divided by m three times?" if is_mean else "divided by m twice?"
    if factor.get("m") == 1 and "2" in factor and is_mean:
        return "is the 1/m missing, and a factor of 2 beside it?"
    return f"multiplied by the number of {COUNTED[many[0]]}?" if many else ""


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
    if "architecture" in given:  # its logits are as large as its features
        return float(np.abs(given["X"]).max())
    if "Z" in given:
        return float(np.abs(given["Z"]).max())
    if {"W", "b", "A_prev"} <= set(given):
        return float(np.abs(given["W"] @ given["A_prev"] + given["b"]).max())
    return float(np.abs(given["w"].T @ given["X"]).max()) if {"w", "X"} <= set(given) else 0.0
