"""theta: how it is laid out, drawn, checked and converted."""

from dataclasses import replace

import numpy as np
import pytest

from loopwise import (
    Architecture,
    Neuron,
    errors,
    get_implementation,
    initialize,
    network_forward,
    network_step,
    train,
)
from loopwise.learning.models import as_model
from loopwise.learning.parameters import INITIALIZATIONS, views


def test_theta_is_laid_out_row_by_row_layer_by_layer():
    W, b, _ = views(np.arange(21.0), Architecture((3, 4, 1), ("tanh", "sigmoid")))
    assert W[1].tolist() == np.arange(12.0).reshape(4, 3).tolist()
    assert b[1].ravel().tolist() == [12, 13, 14, 15]
    assert (W[2].shape, b[2].shape) == ((1, 4), (1, 1))


@pytest.mark.parametrize("L", range(1, 7))
def test_views_write_through(L):
    architecture = Architecture(tuple(range(2, L + 3)), ("tanh",) * L, "squared")
    theta = np.zeros(architecture.parameter_count)
    W, b, _ = views(theta, architecture)
    assert list(W) == list(range(1, L + 1))
    for l in W:
        assert W[l].shape == (architecture.n[l], architecture.n[l - 1])
        assert b[l].shape == (architecture.n[l], 1)
        W[l][:], b[l][:] = l, -l
    assert (theta != 0).all()


def test_wrong_theta_is_refused(impl):
    architecture = Architecture((3, 4, 1), ("tanh", "sigmoid"))
    X = impl.asnative(np.ones((3, 5)))
    with pytest.raises(errors.ShapeError, match=r"theta is \(20,\); expected \(P,\) = \(21,\)"):
        network_forward(impl, architecture, np.ones(20), X)
    with pytest.raises(errors.DTypeError, match="theta is float16"):
        network_forward(impl, architecture, np.ones(21, np.float16), X)
    with pytest.raises(errors.DTypeError, match="theta is complex128"):
        network_forward(impl, architecture, np.ones(21, complex), X)
    with pytest.raises(errors.DTypeError, match="theta is masked"):
        network_forward(impl, architecture, np.ma.ones(21), X)
    with pytest.raises(errors.ShapeError, match="theta is ragged"):
        network_forward(impl, architecture, [1.0, [2.0]], X)
    with pytest.raises(errors.DTypeError, match="X is float64, but theta is float32"):
        network_forward(impl, architecture, np.ones(21, np.float32), X)


@pytest.mark.parametrize("initialization", INITIALIZATIONS)
def test_initializations_have_their_scale(initialization):
    n, n_prev = 200, 300
    architecture = Architecture((n_prev, n), ("sigmoid",))
    theta = initialize(architecture, initialization, np.random.default_rng(5))
    W, b, _ = views(theta, architecture)
    assert (b[1] == 0).all()
    scale = {"zeros": 0, "small": 0.01, "large": 1000, "he": (2 / 300) ** 0.5, "xavier": (2 / 500) ** 0.5}
    # The sample deviation of N normal numbers is off by 1/√(2N): six of those.
    assert abs(W[1].std() - scale[initialization]) <= 6 * scale[initialization] / (2 * n * n_prev) ** 0.5
    assert np.array_equal(theta, initialize(architecture, initialization, np.random.default_rng(5)))


def test_zeros_are_zeros_to_the_bit():
    # Not 0.0 * normal: its minus zeros would tell units apart that must be the same.
    theta = initialize(Architecture((3, 5, 2), ("tanh", "softmax")), "zeros", 1)
    assert theta.tobytes() == np.zeros(len(theta)).tobytes()


def test_unknown_initialization_is_refused():
    with pytest.raises(errors.UnknownNameError, match="initialization 'xaver'; did you mean 'xavier'"):
        initialize(Architecture((2, 1), ("sigmoid",)), "xaver")


class Subclass(np.ndarray):
    """Somebody's own kind of array."""


def mapped(theta, tmp_path):
    """The same numbers in a file that is mapped to memory, and may not be written to."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.npy"
    np.save(path, theta)
    return np.load(path, mmap_mode="r")


THETAS = {
    "foreign byte order": lambda theta, _: theta.astype(theta.dtype.newbyteorder()),
    "a subclass": lambda theta, _: theta.view(Subclass),
    "a map": mapped,
    "a foreign map": lambda theta, path: mapped(theta.astype(theta.dtype.newbyteorder()), path),
    "a list": lambda theta, _: theta.tolist(),
    "backwards": lambda theta, _: theta[::-1].copy()[::-1],
    "every second": lambda theta, _: np.repeat(theta, 2)[::2],
    "unaligned": lambda theta, _: np.frombuffer(b"-" + theta.tobytes(), np.uint8)[1:].view(theta.dtype),
}
NETWORKS = {
    "plain": Architecture((3, 4, 2), ("tanh", "softmax")),
    "regularized": Architecture((3, 4, 2), ("tanh", "softmax"), l2=0.1, batch_norm=True),
    "wide": Architecture((3, 700, 2), ("relu", "softmax")),
    "logistic": Neuron("logistic", 3, l2=0.1),
    "adaline": Neuron("adaline", 3),
}


@pytest.mark.parametrize("model", NETWORKS)
@pytest.mark.parametrize("form", THETAS)
def test_theta_in_any_form_gives_the_same_bits(implementation, form, model, tmp_path):
    rng, model = np.random.default_rng(0), as_model(NETWORKS[model])
    theta = rng.standard_normal(model.parameter_count)
    X = implementation.asnative(rng.standard_normal((3, 6)))
    Y = implementation.asnative(np.eye(2)[:, [0, 1, 0, 0, 1, 1]][: model.n[-1]])
    other = THETAS[form](theta, tmp_path)

    def results(theta):
        J, gradient, statistics = model.step(implementation, theta, X, Y)
        Z, A = model.predict(implementation, theta, X, statistics)
        state = train(implementation, model, theta, X, Y, alpha=0.1, epochs=2, optimizer="adam")
        going_on = replace(state, stopped="interrupted", theta=THETAS[form](state.theta, tmp_path))
        on = train(implementation, model, theta, X, Y, alpha=0.1, epochs=3, optimizer="adam", state=going_on)
        parts = J, gradient, statistics, Z, A, state.theta, on.theta
        return [np.asarray(part).tobytes() for part in parts]

    expected = results(theta)
    assert results(other) == expected
    assert results(theta) == expected  # nothing was kept of the other form


@pytest.mark.parametrize("dtype", [">f4", ">f8"])
def test_a_foreign_theta_leaves_nothing_behind(dtype):
    impl, architecture = get_implementation("numba_tuned"), Architecture((3, 5, 1), ("tanh", "sigmoid"))
    theta = initialize(architecture, rng=1).astype(dtype)
    native = theta.astype(theta.dtype.newbyteorder("="))
    X, Y = np.ones((3, 7), native.dtype), np.ones((1, 7), native.dtype)
    first, again = network_step(impl, architecture, theta, X, Y), network_step(impl, architecture, native, X, Y)
    assert first[0] == again[0]
    assert first[1].tobytes() == again[1].tobytes()


def test_parameters_of_another_number_type_are_not_drawn():
    with pytest.raises(errors.DTypeError, match="dtype is int64; expected float64 or float32"):
        initialize(Architecture((2, 1), ("sigmoid",)), dtype="int64")
