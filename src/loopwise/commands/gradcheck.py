"""`loopwise gradcheck`: hold a network's gradient against the slope of its cost."""

from typing import Annotated

import typer

from ..validation import validate_seed, validate_size
from .options import (
    ANY_DATA,
    L2,
    Activation,
    BatchNorm,
    Initialization,
    Json,
    KeepProb,
    Loss,
    OneHot,
    Target,
    Task,
    Without,
    allowed_threads,
    app,
    name_of,
    named,
    names_in,
    sizes_of,
)


@app.command(
    epilog="Example: loopwise gradcheck --layers 5,4,3 --activation tanh --batch-norm\n\n"
    "On your own data: loopwise gradcheck --data penguins.csv --target species --one-hot --layers 8,3"
)
def gradcheck(
    layers: Annotated[
        str | None,
        typer.Option(
            help="The input, the hidden layers and the output: 5,4,3; with --data the input is its features: 4,3.",
            show_default="5,4,3; with --data: 4 and the output",
        ),
    ] = None,
    data: Annotated[str | None, typer.Option(help=ANY_DATA, show_default="random numbers")] = None,
    target: Target = None,
    one_hot: OneHot = None,
    without: Without = None,
    task: Task = None,
    activation: Activation = None,
    loss: Loss = None,
    initialization: Initialization = None,
    l2: L2 = None,
    keep_prob: KeepProb = None,
    batch_norm: BatchNorm = None,
    examples: Annotated[int, typer.Option(help="m of the random data; the first m.")] = 20,
    seed: Annotated[int, typer.Option(help="Of data, parameters and masks.")] = 0,
    implementation: Annotated[str, typer.Option(help="Whose gradient; a file will do.")] = "numpy_vectorized",
    json: Json = None,
):
    """Hold a network's gradient against the slope of its cost, parameter by parameter.

    Exit code 1 when the gradient is wrong.
    """
    threads = allowed_threads()
    validate_size("examples", examples)
    sizes = sizes_of(layers, "layers")
    of_data = named(target=target, one_hot=one_hot, without=names_in(without), task=task)
    import numpy as np

    from ..errors import OptionError
    from ..implementations import get_implementation
    from ..learning.architecture import fitting
    from ..learning.gradient_check import gradient_check
    from ..learning.labels import validate_labels
    from ..learning.parameters import initialization_for, initialize
    from ..learning.settings import refuse_without_hidden_layers
    from ..machine.threads import threads as with_threads
    from ..report.gradcheck import gradcheck_table
    from ..report.outputs import Outputs
    from .work import dashed, examples_of, network_of

    outputs = Outputs(json)
    validate_seed(seed)
    options = named(activation=activation, loss=loss, l2=l2, keep_prob=keep_prob, batch_norm=batch_norm)
    impl, rng = get_implementation(name_of(implementation)), np.random.default_rng(seed)
    if data is None:
        if of_data:
            raise OptionError(f"--{dashed(next(iter(of_data)))} is of a file of your own: give --data FILE, too")
        architecture = network_of(sizes or [5, 4, 3], **options)
        X, Y = random_data(architecture, examples, rng)
    else:
        X, Y, is_quantity = examples_of(data, seed, of_data)
        X, Y = X[:, :examples], Y[:, :examples]
        if sizes and len(sizes) == 1:
            refuse_without_hidden_layers(sizes, options)
        if is_quantity:
            options.setdefault("loss", "squared")
        architecture = fitting(len(X), len(Y), sizes or [4, len(Y)], **options)
        validate_labels(Y, architecture.loss, architecture.activations[-1])
    theta = initialize(architecture, initialization or initialization_for(architecture.activations[0]), rng)
    # Away from where they start, biases and gammas could be confused with zeros and ones.
    theta += 0.1 * rng.standard_normal(len(theta))
    with with_threads(threads):
        found = gradient_check(impl, architecture, theta, impl.asnative(X), impl.asnative(Y), seed)
    outputs.publish(gradcheck_table(architecture, found), json=lambda: as_dict(found))
    raise typer.Exit(outputs.exit_code(found.passed))


def as_dict(found):
    """The check in JSON's terms: the schema in docs/commands.md."""
    from ..output_files import finite

    worst = {"parameter": found.parameter, "relative_error": finite(found.relative_error)}
    return {"worst": worst, "passed": found.passed, "corners": found.corners, "not_finite": found.not_finite}


def random_data(architecture, examples, rng):
    """Normal features, and labels that suit the loss: classes for cross-entropy, numbers for the others."""
    import numpy as np

    from ..datasets import one_hot
    from ..process.memory import require_memory

    require_memory(f"Z and A of layers {','.join(map(str, architecture.n))}", 2 * examples * sum(architecture.n))
    n_x, n_y = architecture.n[0], architecture.n[-1]
    X = rng.standard_normal((n_x, examples))
    if architecture.loss != "cross_entropy":
        return X, rng.standard_normal((n_y, examples))
    classes = max(2, n_y)
    labels = rng.integers(classes, size=examples)
    return X, np.eye(2)[:, labels] if n_y == 2 else one_hot(labels, classes)
