"""Operations check what they are given: one line, in the lecture's symbols."""

import numpy as np
import pytest

from loopwise import errors, get_implementation


def ones(implementation, *shape):
    return implementation.asnative(np.ones(shape))


def test_misfit_names_the_symbol_the_shape_and_the_reason(implementation):
    W, b, A_prev = (ones(implementation, *shape) for shape in ((3, 4), (3, 1), (5, 200)))
    message = r"layer_forward: W is \(3, 4\); expected \(n\[l\], n\[l-1\]\) = \(3, 5\), because A_prev is \(5, 200\)"
    with pytest.raises(errors.ShapeError, match=message):
        implementation.layer_forward(W, b, A_prev, "relu")


MISFITS = {
    "dot": ([(3,), (4,)], r"x is \(4,\); expected \(n,\) = \(3,\)"),
    "matvec": ([(2, 3), (4,)], r"v is \(4,\); expected \(k,\) = \(3,\)"),
    "matmul": ([(2, 3), (4, 5)], r"B is \(4, 5\); expected \(k, p\) = \(3, 5\), because A is \(2, 3\)"),
    "activation_backward": ([(2, 3), (2, 4), "relu"], r"Z is \(2, 4\); expected \(n, m\) = \(2, 3\)"),
    "cost": ([(2, 3), (2, 3), (3, 2), "squared", "relu"], r"Y is \(3, 2\)"),
    "logistic_step": ([(3, 1), 0.0, (3, 7), (1, 8)], r"Y is \(1, 8\); expected \(1, m\) = \(1, 7\)"),
    "logistic_forward": ([(3, 2), 0.0, (3, 7)], r"w is \(3, 2\); expected \(n_x, 1\)"),
    "layer_backward": (
        [(2, 6), (2, 4), (5, 6)],
        r"W is \(2, 4\); expected .* = \(2, 5\), because .*A_prev is \(5, 6\)",
    ),
    "layer_gradient": ([(2, 6), (5, 7)], r"A_prev is \(5, 7\)"),
    "descend": ([(3,), (4,), 0.1], r"gradient is \(4,\)"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_shapes_that_do_not_fit_are_refused(implementation, name):
    shapes, message = MISFITS[name]
    arguments = [ones(implementation, *shape) if isinstance(shape, tuple) else shape for shape in shapes]
    with pytest.raises(errors.ShapeError, match=message):
        getattr(implementation, name)(*arguments)


def test_a_vector_where_a_matrix_belongs(implementation):
    with pytest.raises(errors.ShapeError, match=r"Z is \(3,\); expected \(n, m\)"):
        implementation.activate(ones(implementation, 3), "relu")


def test_empty_native_data_is_refused(implementation):
    empty = [] if implementation.family == "python" else np.zeros(0)
    with pytest.raises(errors.ShapeError, match="w is"):
        implementation.dot(empty, empty)


def test_unknown_names_come_with_the_nearest_known_one(implementation):
    Z = ones(implementation, 2, 3)
    with pytest.raises(errors.UnknownNameError, match="unknown activation 'rleu'; did you mean 'relu'"):
        implementation.activate(Z, "rleu")
    with pytest.raises(errors.UnknownNameError, match="unknown loss 'square'; did you mean 'squared'"):
        implementation.cost(Z, Z, Z, "square", "relu")
    with pytest.raises(
        errors.UnknownNameError, match="unknown implementation 'numba_loop'; did you mean 'numba_loops'"
    ):
        get_implementation("numba_loop")


def test_cross_entropy_needs_probabilities(implementation):
    Z = ones(implementation, 2, 3)
    for operation in (implementation.cost, implementation.output_delta):
        with pytest.raises(errors.OptionError, match=r"cross_entropy.*not 'relu'"):
            operation(Z, Z, Z, "cross_entropy", "relu")


def test_number_types_may_not_be_mixed(implementation):
    if implementation.family == "python":
        return  # it knows one number type only, and asnative refuses the other
    with pytest.raises(errors.DTypeError, match="B is float32; expected float64, as A"):
        implementation.matmul(np.ones((2, 2)), np.ones((2, 2), np.float32))
    for foreign in (np.ones((2, 2), ">f8"), np.ma.ones((2, 2))):
        with pytest.raises(errors.DTypeError, match="Z is"):
            implementation.activate(foreign, "relu")
    with pytest.raises(errors.DTypeError, match="A is int64"):
        implementation.matmul(np.ones((2, 2), int), np.ones((2, 2), int))


def test_a_number_must_be_a_number(implementation):
    w, X = ones(implementation, 3, 1), ones(implementation, 3, 7)
    with pytest.raises(errors.DTypeError, match="b is 'x'; expected a number"):
        implementation.logistic_forward(w, "x", X)


def test_arguments_may_be_named(implementation):
    Z = ones(implementation, 2, 3)
    assert implementation.asnumpy(implementation.activate(Z=Z, activation="identity")).tolist() == [[1.0] * 3] * 2
    with pytest.raises(TypeError, match="activation"):
        implementation.activate(Z)
