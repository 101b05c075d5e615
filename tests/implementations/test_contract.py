"""The contract: every implementation, every operation, every layout, any number of threads. See docs/identical.md."""

import numba
import numpy as np
import pytest
from helpers.contract import dyadic, hold, network_workloads, regularized_workloads
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from loopwise import Architecture, Neuron, get_implementation, initialize, train, workloads
from loopwise.datasets import load
from loopwise.learning.network import network_step
from loopwise.workloads import LAYOUTS

MORE_THREADS_THAN_CORES = numba.config.NUMBA_NUM_THREADS


pytestmark = pytest.mark.contract

# === networks and training ============================================================================


@pytest.mark.parametrize("layout", LAYOUTS)
def test_network_step_keeps_the_contract(implementation, layout):
    for work in network_workloads(layout):
        hold(implementation, work)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_regularized_network_step_keeps_the_contract(implementation, layout):
    for work in regularized_workloads(layout):
        hold(implementation, work)


def test_network_step_keeps_the_contract_in_float32(implementation):
    if implementation.family == "python":
        return  # float64 only: it says so in the test of its operations
    for work in (*network_workloads(dtype="float32"), *regularized_workloads(dtype="float32")):
        hold(implementation, work)


def test_network_step_keeps_the_contract_on_sliced_data(implementation):
    X, Y = load("breast_cancer").X, load("breast_cancer").Y
    hold(implementation, workloads.network(X[3:20:2, 5:300:3], Y[:, 5:300:3], [5, 1], "tanh"))
    hold(implementation, workloads.logistic(X[3:20:2, 5:300:3], Y[:, 5:300:3]))


@pytest.mark.parametrize("L", range(1, 7))
def test_fifty_training_steps_end_in_the_same_parameters(exact_implementation, L):
    rng = np.random.default_rng(L)
    X, Y = rng.standard_normal((4, 30)), np.eye(3)[:, rng.integers(3, size=30)]
    architecture = Architecture((4, *range(2, L + 1), 3), ("tanh",) * (L - 1) + ("softmax",))
    theta = initialize(architecture, "xavier", rng)
    results = []
    for impl in (get_implementation("python_loops"), exact_implementation):
        numba.set_num_threads(2 if impl.name != "python_loops" else 1)
        results.append(train(impl, architecture, theta, impl.asnative(X), impl.asnative(Y), alpha=0.3, epochs=50))
    assert results[0].theta.tobytes() == results[1].theta.tobytes()
    assert results[0].costs == results[1].costs


def test_fifty_logistic_steps_end_in_the_same_parameters(exact_implementation):
    data = load("breast_cancer")
    results = []
    for impl in (get_implementation("python_loops"), exact_implementation):
        X, Y = impl.asnative(data.X[:, :100]), impl.asnative(data.Y[:, :100])
        results.append(train(impl, Neuron("logistic", 30), np.zeros(31), X, Y, alpha=0.5, epochs=50))
    assert results[0].theta.tobytes() == results[1].theta.tobytes()
    assert results[0].costs == results[1].costs


# === dyadic data: all have the same bits, BLAS included ===============================================


@given(sizes=st.tuples(*[st.integers(1, 20)] * 3), seed=st.integers(0, 2**32 - 1))
def test_dyadic_operations_have_the_same_bits(implementation, sizes, seed):
    (n, k, m), rng = sizes, np.random.default_rng(seed)
    W, b, A, dZ = dyadic(rng, n, k), dyadic(rng, n, 1), dyadic(rng, k, m), dyadic(rng, n, m)
    slide = get_implementation("python_loops")

    def both(name, *inputs):
        results = []
        for impl in (slide, implementation):
            native = [impl.asnative(x) if isinstance(x, np.ndarray) else x for x in inputs]
            result = getattr(impl, name)(*native)
            results.append(result if isinstance(result, tuple) else (result,))
        for expected, value in zip(*results):
            assert np.asarray(expected).tobytes() == np.asarray(value).tobytes(), (name, expected, value)

    both("dot", A[:, 0].copy(), W[0].copy())
    both("matvec", W, A[:, 0].copy())
    both("matmul", W, A)
    for activation in ("relu", "identity"):
        both("activate", dZ, activation)
        both("layer_forward", W, b, A, activation)
        both("activation_backward", dZ, dyadic(rng, n, m), activation)
        for loss in ("squared", "absolute"):
            both("cost", dZ, dZ, dyadic(rng, n, m), loss, activation)
            both("output_delta", dZ, dZ, dyadic(rng, n, m), loss, activation)
    both("layer_backward", dZ, W, A)
    both("descend", A[:, 0].copy(), W[0].copy(), 0.5)


@given(L=st.integers(1, 4), m=st.integers(1, 12), seed=st.integers(0, 2**32 - 1))
def test_dyadic_networks_have_the_same_bits(implementation, L, m, seed):
    rng = np.random.default_rng(seed)
    n = tuple(int(size) for size in rng.integers(1, 6, L + 1))
    architecture = Architecture(n, ("relu",) * (L - 1) + ("identity",), "squared")
    theta, X, Y = dyadic(rng, architecture.parameter_count), dyadic(rng, n[0], m), dyadic(rng, n[-1], m)
    slide = get_implementation("python_loops")
    expected, value = (
        network_step(impl, architecture, theta, impl.asnative(X), impl.asnative(Y)) for impl in (slide, implementation)
    )
    assert expected[0] == value[0]
    assert expected[1].tobytes() == value[1].tobytes()


# === hypothesis: any shape, any value =================================================================

VALUES = st.one_of(
    st.floats(-3, 3),
    st.floats(-1000, 1000),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 2.2e-308, 1000.0, -1000.0]),
)


@st.composite
def logistic_problems(draw):
    n_x, m = draw(st.integers(1, 12)), draw(st.integers(1, 20))
    X = draw(arrays(np.float64, (n_x, m), elements=VALUES))
    Y = draw(arrays(np.float64, (1, m), elements=st.sampled_from([0.0, 1.0])))
    w = draw(arrays(np.float64, (n_x, 1), elements=st.floats(-1, 1)))
    work = workloads.logistic(X, Y)
    work.inputs.update(w=w, b=draw(st.floats(-1000, 1000)))
    return work.arranged(layout=draw(st.sampled_from(LAYOUTS)))


@given(work=logistic_problems())
def test_logistic_step_on_drawn_data(implementation, work):
    hold(implementation, work)
    outputs = work.outputs(implementation)
    assert all(np.isfinite(value).all() for value in outputs.values())


@st.composite
def network_problems(draw):
    L, m = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    n = [draw(st.integers(1, 6)) for _ in range(L + 1)]
    softmax = n[-1] > 1
    X = draw(arrays(np.float64, (n[0], m), elements=VALUES))
    labels = draw(arrays(np.int64, m, elements=st.integers(0, max(1, n[-1] - 1))))
    Y = np.eye(n[-1])[:, labels] if softmax else labels.reshape(1, m).astype(float)
    activation = draw(st.sampled_from(["relu", "tanh", "sigmoid", "leaky_relu", "identity"]))
    work = workloads.network(X, Y, n[1:], activation)
    theta = draw(arrays(np.float64, work.inputs["theta"].shape, elements=st.floats(-2, 2)))
    work.inputs.update(theta=theta)
    return work


@given(work=network_problems())
def test_network_step_on_drawn_data(implementation, work):
    hold(implementation, work)
    outputs = work.outputs(implementation)
    assert all(np.isfinite(value).all() for value in outputs.values())


LOGITS = st.one_of(VALUES, st.sampled_from([700.0, 710.0, 745.2, -745.2, 36.7, 88.8, -103.9, -104.0]))


@given(Z=arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=LOGITS), data=st.data())
def test_activations_and_losses_on_drawn_logits(implementation, Z, data):
    Y = data.draw(arrays(np.float64, Z.shape, elements=st.sampled_from([0.0, 1.0])))
    one_hot = np.eye(len(Z))[:, data.draw(arrays(np.int64, Z.shape[1], elements=st.integers(0, len(Z) - 1)))]
    for name in ("activate", "activation_slope", "activation_backward", "cost", "output_delta"):
        for work in _on_logits(name, Z, Y, one_hot):
            hold(implementation, work)
            assert all(np.isfinite(value).all() for value in work.outputs(implementation).values())


def _on_logits(name, Z, Y, one_hot):
    from helpers.contract import settings_of

    for activation, loss in settings_of(name):
        work = workloads.operation(name, *Z.shape, 1, activation, loss)
        given = {"Z": Z, "dA": Y - 0.5, "Y": one_hot if activation == "softmax" and loss == "cross_entropy" else Y}
        if "A" in work.inputs:
            given["A"] = get_implementation("python_loops").activate(Z.tolist(), activation)
        work.inputs.update({key: np.array(value) for key, value in given.items() if key in work.inputs})
        yield work
