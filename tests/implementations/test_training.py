"""Whole epochs in one call: the same bits as step by step, and faults that are seen."""

import pytest
from helpers.contract import hold_trainings
from helpers.faults import reject

from loopwise.workloads import DTYPES, LAYOUTS


@pytest.mark.contract
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_epochs_in_one_call_have_the_bits_of_their_steps(implementation, layout, dtype):
    if implementation.family == "python" and dtype == "float32":
        return  # float64 only: it says so in the test of its operations
    hold_trainings(implementation, layout, dtype)


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
LOOPS = "python_loops.training"
FAULTS = {
    "the last short batch is left out": (
        LOOPS,
        "neuron_epochs",
        "range(0, len(examples), size)",
        "range(0, len(examples) - size + 1, size)",
    ),
    "a short batch weighs as much": (LOOPS, "neuron_epochs", "(last - first) / m * J", "size / m * J"),
    "sums are weighted": (LOOPS, "neuron_epochs", "kind == LOGISTIC else J", "kind != PERCEPTRON else J"),
    "every epoch in the first one's order": (LOOPS, "neuron_epochs", "order[e]", "order[0]"),
    "no shuffle": (LOOPS, "neuron_gradient", "i = examples[k]", "i = k"),
    "the rate does not fall": (LOOPS, "neuron_epochs", "(epoch + e)", "epoch"),
    "a mean that is a sum": (LOOPS, "neuron_gradient", "gradient[p] /= last - first", "gradient[p] /= 1"),
    "the penalty is in the cost only": (LOOPS, "neuron_gradient", "gradient[j] += l2 * theta[j]", "gradient[j] += 0.0"),
    "the penalty is in the gradient only": (LOOPS, "neuron_gradient", "J += l2_cost([theta[:n_x]], l2)", "J += 0.0"),
    "b is not learned": (LOOPS, "neuron_gradient", "db += dz", "db += 0.0"),
    "Adam counts epochs": (LOOPS, "network_epochs", "t += 1", "t = epoch + e + 1"),
    "Adam counts anew in every call": (LOOPS, "network_epochs", "t, total = learned", "_, total = learned; t = 0"),
    "momentum forgets": (LOOPS, "update", "theta, velocity = momentum", "theta, _ = momentum"),
    "RMSprop with the other beta": (
        LOOPS,
        "update",
        "square, alpha, beta_2, epsilon)",
        "square, alpha, beta_1, epsilon)",
    ),
    "a mask drawn twice": (LOOPS, "network_epochs", "D, at = masks_of_batch(", "D, _ = masks_of_batch("),
    "masks of another layer": (LOOPS, "masks_of_batch", "start += n[l] * m", "start += m"),
    "what was dropped learns": (LOOPS, "network_gradient", "dA = dropout(dA, D[l - 1], keep_prob)", "pass"),
    "the statistics jump": (LOOPS, "running", "kept * statistics[s] + new", "1.0"),
    "beta's gradient is b's": (LOOPS, "network_gradient", "db = dbeta", "db = db"),
    "the cost begins anew in every call": (
        LOOPS,
        "network_epochs",
        "t, total = learned",
        "t, _ = learned; total = 0.0",
    ),
    "the layers' weights overlap": (LOOPS, "parameters", "start += n[l] * n[l - 1]", "start += n[l]"),
    "compiled: the last short batch is left out": (
        "numba_loops.training",
        "neuron_epochs",
        "range(0, len(examples), size)",
        "range(0, len(examples) - size + 1, size)",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind], "train_epochs")
