"""The contract as functions: every test of agreement, and every planted fault, goes through `hold`."""

import functools
import hashlib
from dataclasses import fields, replace
from itertools import chain, product
from unittest.mock import patch

import numpy as np

from helpers.sizes import ONES, edges, lanes, large, narrow_networks, small, wide_networks
from loopwise import Architecture, Neuron, datasets, get_implementation, initialize, train, workloads
from loopwise.contract.agreement import agreement, bounds
from loopwise.errors import DisagreementError
from loopwise.interface import ACTIVATIONS, LOSSES, OPERATIONS, OPTIMIZERS, OPTIONAL
from loopwise.learning import calls
from loopwise.workloads import LAYOUTS, arrange, is_data


def settings_of(name):
    """Every activation and loss that an operation can be asked for."""
    parameters = OPERATIONS[name].parameters
    activations = ACTIVATIONS if "activation" in parameters else ["relu"]
    losses = LOSSES if "loss" in parameters else ["squared"]
    return [
        (activation, loss)
        for activation in activations
        for loss in losses
        if loss != "cross_entropy" or activation in ("sigmoid", "softmax")
    ]


def share(shapes, k, settings, parts):
    """The shapes that one of several settings takes: all of them if it is the only one."""
    return shapes[k % parts :: parts] if len(settings) > 1 else shapes


def operation_workloads(name, layout="C", dtype="float64"):
    """Small and large problems for one operation, every activation and loss."""
    settings = settings_of(name)
    for k, (activation, loss) in enumerate(settings):
        some = share(small(dtype), k, settings, 3), share(large(name, dtype), k, settings, len(settings) // 2)
        for units, features, examples in chain(ONES, *some):
            work = workloads.operation(name, units, features, examples, activation, loss, seed=k)
            yield work.arranged(dtype, layout)
        # Halves and whole numbers, so that z is often exactly 0: the corner of relu, step and sign.
        work = workloads.operation(name, 5, 7, 33, activation, loss, seed=k)
        rounded = {key: np.round(2 * value) / 2 if is_data(value) else value for key, value in work.inputs.items()}
        yield replace(work, inputs=rounded).arranged(dtype, layout)


def network_workloads(layout="C", dtype="float64"):
    """L = 1 … 6, every hidden activation, every loss, one and several outputs, one example and many; all edges."""
    hidden = ["relu", "tanh", "sigmoid", "leaky_relu", "identity", "step"]
    for L in range(1, 7):
        for n_y, m in ((1, 1), (1, 40), (3, 40)):
            loss = LOSSES[(L + n_y) % 3]
            # The labels' rows are the outputs: one row of 0 and 1 for two classes, one-hot columns for three.
            classes = 2 if n_y == 1 else 3
            X, labels, _ = datasets.synthetic(m, 4, classes, seed=L)
            Y = datasets.one_hot(labels, classes)
            yield workloads.network(X, Y, [*range(2, L + 1), n_y], hidden[L - 1], loss, seed=L).arranged(dtype, layout)
    for k, (n_x, layers, m) in enumerate([*narrow_networks(dtype), *wide_networks(dtype)]):
        X, labels, _ = datasets.synthetic(m, n_x, layers[-1], seed=k)
        Y = datasets.one_hot(labels, layers[-1])
        yield workloads.network(X, Y, layers, hidden[k % 6], seed=k).arranged(dtype, layout)


REGULARIZED = (
    {"l2": 0.1},
    {"keep_prob": 0.7},
    {"batch_norm": True},
    {"l2": 0.1, "keep_prob": 0.7, "batch_norm": True},
)


def regularized_workloads(layout="C", dtype="float64"):
    """L = 1 … 4 with a penalty, with dropout, with batch normalization, with all of them."""
    for L in range(1, 5):
        X, labels, _ = datasets.synthetic(40, 4, 3, seed=L)
        for regularization in REGULARIZED:
            work = workloads.network(
                *(X, datasets.one_hot(labels, 3), [*range(4, L + 3), 3]), "tanh", seed=L, **regularization
            )
            yield work.arranged(dtype, layout)


def trainings(layout="C", dtype="float64"):
    """Every model, every optimizer, every batch: (model, theta, X, Y, hyper-parameters); in C order, that is."""
    rng = np.random.default_rng(17)
    X, labels = rng.standard_normal((5, 23)), rng.integers(0, 3, 23)
    two, three = (labels[None] > 0).astype(float), np.eye(3)[:, labels]
    kinds = [("logistic", 0.0), ("logistic", 0.1), ("perceptron", 0.0), ("adaline", 0.0), ("adaline", 0.1)]
    models = [(Neuron(kind, 5, l2), two) for kind, l2 in kinds]
    for regularization in ({}, *REGULARIZED):
        models.append((Architecture((5, 4, 6, 3), ("tanh", "relu", "softmax"), **regularization), three))
    # Of 23 examples: a last batch of three, of one, of all.
    cases = product(models, OPTIMIZERS if layout == "C" else ("descent", "adam"), (1, 4, 22, 23, None))
    wide = Architecture((5, 60, 40, 3), ("relu", "sigmoid", "identity"), "squared"), three
    for (model, Y), optimizer, size in chain(cases, [(wide, "descent", None), (wide, "adam", 4)]):
        network = isinstance(model, Architecture)
        if network and optimizer in ("momentum", "rmsprop") and size in (22, 23):
            continue
        if network and model.batch_norm and size == 1:
            size = 2  # one alone has no variance, and is refused; here the last batch is one
        theta = initialize(model, rng=1, dtype=dtype) if network else np.zeros(6, dtype)
        hyper = {"alpha": 0.01, "epochs": 4, "decay": 0.1, "seed": 3, "optimizer": optimizer, "batch_size": size}
        yield model, theta, arrange(X, dtype, layout), arrange(Y, dtype, layout), hyper


def hold_trainings(implementation, layout="C", dtype="float64"):
    """Training ends in the same bits however its steps are called, and exact implementations in the reference's.

    All but the first step go into calls, however slow the machine.
    """
    with patch.object(calls, "SECONDS", 1e9):
        _hold_trainings(implementation, layout, dtype)


def _hold_trainings(implementation, layout, dtype):
    for model, theta, X, Y, hyper in trainings(layout, dtype):
        state = train(implementation, model, theta, implementation.asnative(X), implementation.asnative(Y), **hyper)
        if implementation.contract == "exact":
            expected = by_steps(_reference(dtype), model, theta, X, Y, hyper)
        else:
            expected = by_steps(implementation, model, theta, X, Y, hyper)
        if found := differing(expected, state):
            what = f"{implementation.name}: train_epochs, {model}, {hyper}"
            raise DisagreementError(f"{what} breaks its contract: {', '.join(found)}")


_trained = {}


def by_steps(impl, model, theta, X, Y, hyper):
    """What training without `train_epochs` ends in; for exact implementations it is done once for all layouts."""
    key = impl.name, str(model), str(hyper), X.dtype
    if key in _trained:
        return _trained[key]
    state = train(impl, model, theta, impl.asnative(X), impl.asnative(Y), on_step=lambda state: None, **hyper)
    if impl.contract == "exact":
        _trained[key] = state
    return state


def differing(one, other):
    """In which fields two states have other bits."""
    both = ((field.name, getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return [name for name, value, found in both if bits_of(value) != bits_of(found)]


def bits_of(value):
    """What is compared of a state's field."""
    if isinstance(value, tuple):
        return tuple(map(bits_of, value))
    return (value.tobytes(), value.dtype) if isinstance(value, np.ndarray) else value


@functools.cache
def _reference(dtype):
    return get_implementation("python_loops" if dtype == "float64" else "numba_loops")


def hold(implementation, work):
    """Hold one implementation to its contract on one workload; raise `DisagreementError` if it is broken."""
    expected, bound = expectation(work)
    result = agreement(work.outputs(implementation), expected, implementation.contract, bound)
    result.require(f"{implementation.name}: {work.name} {work.sizes} {work.layout}", _reference(work.dtype).name)
    return result


_expectations = {}


def expectation(work):
    """What the reference computes, and its bounds: once for the same numbers, in whatever layout they lie."""
    digest = hashlib.sha256()
    for name, value in work.inputs.items():
        digest.update(f"{name}{np.shape(value)}".encode() + np.ascontiguousarray(value).tobytes())
    key = (work.name, str(work.sizes), work.dtype, digest.digest())
    if key not in _expectations:
        if len(_expectations) > 20_000:
            _expectations.clear()
        _expectations[key] = work.outputs(_reference(work.dtype)), bounds(work)
    return _expectations[key]


def hold_all(implementation, first=None, times=1):
    """The suite on float64 data in C order, `times` times: every operation, then networks and trainings.

    It begins with `first`, which is held in every other order of memory, too.
    """
    for name in sorted([*OPERATIONS, *OPTIONAL], key=lambda name: name != first) * times:
        for layout in LAYOUTS if name == first else ("C",):
            if name in ("train_epochs", "example_losses"):
                (hold_trainings if name == "train_epochs" else hold_losses)(implementation, layout)
                continue
            networks = name == "network_step"
            both = (network_workloads, regularized_workloads)
            for work in chain(*(some(layout) for some in both)) if networks else operation_workloads(name, layout):
                hold(implementation, work)


def hold_losses(implementation, layout="C", dtype="float64"):
    """Each example's loss is what the reference's cost is of that example alone."""
    for k, (activation, loss) in enumerate(settings_of("cost")):
        *small, most = edges(lanes(dtype))
        for m in (1, *small, most) if k == 0 else (most,):
            work = workloads.operation("cost", 3, examples=m, activation=activation, loss=loss, seed=m)
            hold_losses_of(implementation, work.arranged(dtype, layout), implementation.example_losses)


def hold_losses_of(implementation, work, example_losses):
    """The same for one workload of `cost`, and losses from wherever they come."""
    native = [implementation.asnative(work.inputs[name]) for name in ("Z", "A", "Y")]
    losses = np.asarray(example_losses(*native, work.inputs["loss"], work.inputs["activation"]))
    assert (losses.shape, losses.dtype) == ((work.inputs["Y"].shape[1],), work.dtype)
    for i, found in enumerate(losses):
        alone = {name: value[:, i : i + 1] if is_data(value) else value for name, value in work.inputs.items()}
        expected, bound = expectation(replace(work, inputs=alone))
        result = agreement({"J": float(found)}, expected, implementation.contract, bound)
        result.require(f"{implementation.name}: example_losses {work.sizes} {work.layout}", _reference(work.dtype).name)


def frozen(work):
    """Make a workload's inputs read-only."""
    for value in work.inputs.values():
        if is_data(value):
            value.flags.writeable = False
    return work


def dyadic(rng, *shape):
    """Small whole numbers and halves: every partial sum of their products is exact."""
    return rng.integers(-8, 9, shape) / 2.0
