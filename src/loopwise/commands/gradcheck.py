"""What `loopwise gradcheck` and `loopwise shapes` do: a network looked at before it is trained."""

import numpy as np
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ..datasets import one_hot
from ..errors import ArchitectureError, check_seed
from ..implementations import get_implementation
from ..learning.architecture import fitting
from ..learning.gradient_check import TOLERANCE, gradient_check
from ..learning.parameters import initialize
from ..measure.machine import default_threads, threads
from ..measure.timing import finite
from ..report.outputs import Outputs
from .work import refuse_without_hidden_layers


def gradcheck(layers, *, examples, seed, implementation, json, initialization, **options):
    """Check one architecture on random data.

    Returns
    -------
    int
        Exit code: 0 when the gradient is right, 1 when it is wrong, 2 when only an output failed.
    """
    outputs = Outputs(json)
    check_seed(seed)
    architecture = network(layers, **{name: value for name, value in options.items() if value is not None})
    impl, rng = get_implementation(implementation), np.random.default_rng(seed)
    X, Y = random_data(architecture, examples, rng)
    default = "he" if "relu" in architecture.activations[0] else "xavier"
    theta = initialize(architecture, initialization or default, rng)
    # Away from where they start, biases and gammas could be confused with zeros and ones.
    theta += 0.1 * rng.standard_normal(len(theta))
    with threads(default_threads()):
        check = gradient_check(impl, architecture, theta, impl.asnative(X), impl.asnative(Y), seed)
    worst = {"parameter": check.parameter, "relative_error": finite(check.relative_error)}
    found = {"worst": worst, "passed": check.passed, "corners": check.corners, "not_finite": check.not_finite}
    outputs.publish(gradcheck_table(architecture, check), json=lambda: found)
    return outputs.exit_code(check.passed)


def network(layers, **options):
    """The architecture of layer sizes that begin with the input."""
    if len(layers) < 2:
        raise ArchitectureError(f"layers is {layers[0]}; expected the input and at least one layer, such as 5,4,3")
    if len(layers) == 2:
        refuse_without_hidden_layers(layers, options)
    return fitting(layers[0], layers[-1], layers[1:], **options)


def random_data(architecture, examples, rng):
    """Normal features, and labels that suit the loss: classes for cross-entropy, numbers for the others."""
    n_x, n_y = architecture.n[0], architecture.n[-1]
    X = rng.standard_normal((n_x, examples))
    if architecture.loss != "cross_entropy":
        return X, rng.standard_normal((n_y, examples))
    classes = max(2, n_y)
    labels = rng.integers(classes, size=examples)
    return X, np.eye(2)[:, labels] if n_y == 2 else one_hot(labels, classes)


def gradcheck_table(architecture, check):
    """The worst parameter and the verdict."""
    layers = "-".join(str(n) for n in architecture.n)
    verdict = Text("right", "bold green") if check.passed else Text("wrong", "bold red")
    title = Text(f"gradient of {layers} ({', '.join(architecture.activations)}; {architecture.loss})", "bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("worst", "gradient", "slope of the cost", "relative error", "verdict"):
        table.add_column(heading, justify="left" if heading == "worst" else "right")
    numbers = f"{check.gradient:.9g}", f"{check.slope:.9g}", f"{check.relative_error:.1e}"
    table.add_row(check.parameter, *numbers, verdict)
    note = f"The relative error of the worst of {architecture.parameter_count} parameters; right up to {TOLERANCE:g}."
    notes = [Text(note, "dim italic")]
    if check.corner:
        count = f"{len(check.corners)} parameter{'s are' if len(check.corners) > 1 else ' is'} on a corner of the cost"
        notes.append(Text(f"{count}: any value between the slopes of its sides is right ({', '.join(check.corners)})."))
    if check.not_finite:
        notes.append(Text(f"{check.not_finite.capitalize()} of {check.parameter} is not finite.", "red"))
    return Group(title, table, *notes)


def shapes(layers, examples, batch_norm, json):
    """Show every shape, layer by layer: the lecture's table of dimensions (C 17).

    Returns
    -------
    int
        Exit code: 0, or 2 when an output failed.
    """
    outputs = Outputs(json)
    architecture = network(layers, batch_norm=batch_norm)
    m = examples or "m"
    rows = [layer_shapes(architecture, l, m) for l in range(1, architecture.L + 1)]
    weights = sum(row["weights"] for row in rows)
    biases, gammas = sum(architecture.n[1:]), sum(row["gamma"][0] for row in rows if "gamma" in row)
    counts = {"parameters": architecture.parameter_count, "weights": weights, "biases": biases}
    counts |= {"gammas": gammas} if gammas else {}
    total, *parts = (f"{count} {kind}" for kind, count in counts.items())
    outputs.publish(
        shapes_table(architecture, rows, m),
        f"{total}: {' + '.join(parts)}",
        json=lambda: {"layers": rows, **counts},
    )
    return outputs.exit_code()


def layer_shapes(architecture, l, m):
    """The shapes of one layer, and how many parameters it has."""
    n, n_prev = architecture.n[l], architecture.n[l - 1]
    shapes = {"W": [n, n_prev], "b": [n, 1], "Z": [n, m], "A": [n, m]}
    if architecture.normalizes(l):
        shapes["gamma"] = [n, 1]
    count = sum(rows * columns for _, layer, (rows, columns) in architecture.parts() if layer == l)
    return {"l": l, **shapes, "weights": n * n_prev, "parameters": count}


def shapes_table(architecture, rows, m):
    """One row a layer; gradients have the shapes of what they are gradients of."""
    title = Text(f"{'-'.join(str(n) for n in architecture.n)}, X is ({architecture.n[0]}, {m})", "bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("layer")
    symbols = [symbol for symbol in ("W", "b", "gamma", "Z", "A") if any(symbol in row for row in rows)]
    for symbol in symbols:
        table.add_column(symbol)
    table.add_column("parameters", justify="right")
    for row in rows:
        cells = [f"({row[symbol][0]}, {row[symbol][1]})" if symbol in row else "" for symbol in symbols]
        table.add_row(str(row["l"]), *cells, str(row["parameters"]))
    return Group(title, table, Text("dW, db, dZ and dA have the shapes of W, b, Z and A.", "dim italic"))
