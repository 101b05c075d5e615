"""numba_tuned.neuron.epochs and numba_tuned.network.epochs: faults that are seen."""

import pytest
from helpers.faults import reject

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
