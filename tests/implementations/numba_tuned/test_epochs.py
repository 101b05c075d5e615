"""numba_tuned.neuron.epochs and numba_tuned.network.epochs: faults that are seen."""

from unittest.mock import patch

import pytest
from helpers.faults import reject
from helpers.trainings import same_state

from loopwise import Architecture, datasets, get_implementation, initialize, train
from loopwise.learning import calls

# === work that threads share in a step ================================================================


@pytest.mark.parametrize(("batch", "declined"), [(64, False), (200, False), (330, True)])
def test_epochs_have_a_steps_bits_on_one_thread_too(batch, declined):
    # 6724 parameters: steps of 64 examples and more go on all threads, those of a short last batch on one.
    data = datasets.load("synthetic", examples=3 * batch - 50, features=100, classes=4)
    tuned, architecture = get_implementation("numba_tuned"), Architecture((100, 64, 4), ("relu", "softmax"))
    theta, results = initialize(architecture, "he", 1), []
    settings = {"alpha": 0.01, "epochs": 3, "batch_size": batch, "optimizer": "adam"}
    data = tuned.asnative(data.X), tuned.asnative(data.Y)
    stepped = train(tuned, architecture, theta, *data, on_step=lambda state: None, **settings)
    with patch.object(calls, "SECONDS", 1e9), patch.object(calls, "after_call", watching(results)):
        same_state(train(tuned, architecture, theta, *data, **settings), stepped)
    assert [after == calls.DECLINED for after in results] == [declined] * len(results)
    assert results


def watching(results):
    """`after_call`, which also notes what it returns."""
    return lambda *given: (results.append(after_call(*given)), results[-1])[1]


after_call = calls.after_call

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it)
FAULTS = {
    "tuned: the gradient of the example before": (
        "numba_tuned.neuron.epochs",
        "one_by_one",
        "x = X.numbers, examples[k] * X.column",
        "x = X.numbers, examples[k - 1] * X.column",
    ),
    "tuned: the short batch's labels": (
        "numba_tuned.neuron.epochs",
        "by_batches",
        "gather(Matrix(Y, m, 1), 1, examples, first,",
        "gather(Matrix(Y, m, 1), 1, examples, 0,",
    ),
    "tuned: a step too many": ("numba_tuned.neuron.epochs", "by_batches", "t += 1", "t += 2"),
    "tuned: the short batch is cut as the others": (
        "numba_tuned.network.epochs",
        "narrow_epochs",
        "if count == size else (steps.last_cut, steps.last_work)",
        "if count > 0 else (steps.last_cut, steps.last_work)",
    ),
    "tuned: a wide network's mean": (
        "numba_tuned.network.epochs",
        "wide_epochs",
        "count / sizes[2] * J",
        "size / sizes[2] * J",
    ),
    "tuned: what momentum remembers": (
        "numba_tuned.updates",
        "update",
        "beta_1, stepped, v)",
        "beta_1, stepped, velocity)",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind], "train_epochs")
