"""The interface: every implementation has the same operations, and what does not fit is one clear line."""

import ast
import importlib
import inspect
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.operation_contract import FILES, operations_in

import loopwise
from loopwise import errors, get_implementation, implementation_names
from loopwise.implementations import numpy_vectorized, register, unregister
from loopwise.implementations.registry import REGISTERED
from loopwise.interface import OPERATIONS


def test_names_are_in_teaching_order():
    named = ["python_loops", "numba_loops", "numba_parallel", "numpy_vectorized", "numba_tuned"]
    assert implementation_names()[:5] == named
    assert loopwise.implementation_names() == implementation_names()


def test_operations_are_those_of_the_design():
    sections = {}
    for operation in OPERATIONS.values():
        sections.setdefault(operation.section, []).append((operation.name, operation.parameters))
    assert sections["logistic regression"] == [
        ("logistic_forward", ("w", "b", "X")),
        ("logistic_step", ("w", "b", "X", "Y")),
    ]
    assert sections["sums by hand"] == [("dot", ("w", "x")), ("matvec", ("A", "v")), ("matmul", ("A", "B"))]
    assert sections["losses"][0] == ("cost", ("Z", "A", "Y", "loss", "activation"))


def test_every_operation_is_documented_with_shapes_and_source():
    for operation in OPERATIONS.values():
        assert "Source:" in operation.documentation, operation.name
        assert "Returns" in operation.documentation, operation.name


@pytest.mark.parametrize("name", REGISTERED)
@pytest.mark.parametrize("file", FILES)
def test_every_implementation_has_the_same_files_in_the_order_of_the_interface(name, file):
    # A student who reads two files side by side finds the pairs in the same order.
    nodes = ast.parse(inspect.getsource(importlib.import_module(f"{REGISTERED[name][0]}.{file}"))).body
    defined = [node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name in OPERATIONS]
    assert tuple(defined) == operations_in(file)


def test_the_files_hold_every_section():
    assert {section for sections in FILES.values() for section in sections} == {
        operation.section for operation in OPERATIONS.values()
    }


def module_with(**changes):
    """numpy_vectorized as a namespace, with some operations replaced; None removes one."""
    offered = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | changes
    offered = {name: function for name, function in offered.items() if function}
    return SimpleNamespace(__all__=list(offered), **offered)


def test_missing_operation_is_named():
    with pytest.raises(errors.ImplementationError, match="'matvec' is missing"):
        register("mine", module_with(matvec=None), "numpy", "rounding")


def test_extra_operation_is_named():
    with pytest.raises(errors.ImplementationError, match="'convolve' is not in the interface"):
        register("mine", module_with(convolve=np.convolve), "numpy", "rounding")


def test_other_parameters_are_named():
    with pytest.raises(errors.ImplementationError, match=r"dot\(a, b\); expected \(w, x\)"):
        register("mine", module_with(dot=lambda a, b: a @ b), "numpy", "rounding")


def test_other_order_is_named():
    module = module_with()
    module.__all__.reverse()
    with pytest.raises(errors.ImplementationError, match="'adam' stands where 'dot' is expected"):
        register("mine", module, "numpy", "rounding")


def test_twice_the_same_name_and_no_names_at_all():
    module = module_with()
    module.__all__.append("dot")
    with pytest.raises(errors.ImplementationError, match="'dot'"):
        register("mine", module, "numpy", "rounding")
    with pytest.raises(errors.ImplementationError, match="'dot' is missing"):
        register("mine", SimpleNamespace(), "numpy", "rounding")
    with pytest.raises(errors.ImplementationError, match=r"dot\(.*\); expected \(w, x\)"):
        register("mine", module_with(dot=np.dot), "numpy", "rounding")


def test_a_fifth_implementation_is_one_call_away():
    try:
        register("mine", module_with(), "numpy", "rounding")
        assert implementation_names()[-1] == "mine"
        assert get_implementation("mine").dot(np.ones(3), np.ones(3)) == 3.0
        with pytest.raises(errors.OptionError, match="registered already"):
            register("mine", module_with(), "numpy", "rounding")
    finally:
        unregister("mine")
    with pytest.raises(errors.UnknownNameError, match="mine"):
        get_implementation("mine")


def test_a_whole_step_is_used_where_it_is_supplied():
    module = module_with(network_step=lambda architecture, theta, X, Y: (0.5, theta))
    implementation = register("mine", module, "numpy", "rounding")
    try:
        architecture = loopwise.Architecture((2, 1), ("sigmoid",))
        J, gradient = loopwise.network_step(implementation, architecture, np.ones(3), np.ones((2, 4)), np.ones((1, 4)))
        assert J == 0.5
        assert gradient.tolist() == [1, 1, 1]
    finally:
        unregister("mine")


def test_family_and_contract_are_checked():
    with pytest.raises(errors.UnknownNameError, match="family 'nunpy'; did you mean 'numpy'"):
        register("mine", module_with(), "nunpy", "rounding")
    with pytest.raises(errors.UnknownNameError, match="contract"):
        register("mine", module_with(), "numpy", "almost")


# === data that enters =================================================================================

BAD_DATA = {
    "masked": (np.ma.masked_greater(np.ones((2, 2)), 0), errors.DTypeError, "X is masked"),
    "NaN": ([[1.0, float("nan")]], errors.NotFiniteError, r"X\[0, 1\] is nan"),
    "infinity": ([[1.0], [float("-inf")]], errors.NotFiniteError, r"X\[1, 0\] is -inf"),
    "empty": (np.zeros((3, 0)), errors.ShapeError, r"X is \(3, 0\): empty"),
    "no dimension": (3.0, errors.ShapeError, r"X is \(\)"),
    "three dimensions": (np.zeros((2, 2, 2)), errors.ShapeError, r"X is \(2, 2, 2\)"),
    "ragged": ([[1, 2], [3]], errors.ShapeError, "X is ragged"),
    "complex": (np.ones((2, 2), complex), errors.DTypeError, "X is complex128; expected float64"),
    "objects": (np.array([[None]]), errors.DTypeError, "X is object"),
    "strings": ([["a"]], errors.DTypeError, "X is str"),
    "half precision": (np.ones((2, 2), np.float16), errors.DTypeError, "X is float16"),
}


@pytest.mark.parametrize("kind", BAD_DATA)
def test_bad_data_is_refused_in_one_line(implementation, kind):
    data, error, message = BAD_DATA[kind]
    with pytest.raises(error, match=message) as refused:
        implementation.asnative(data, "X")
    assert isinstance(refused.value, errors.LoopwiseError)
    assert isinstance(refused.value, (ValueError, TypeError))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "data", [np.array([[1, 2]]), np.array([[True, False]]), [[1, 2]], np.array([[1, 2]], np.uint8)]
)
def test_whole_numbers_and_booleans_are_converted(implementation, data):
    converted = implementation.asnumpy(implementation.asnative(data))
    assert converted.dtype == np.float64
    assert converted.tolist() == np.asarray(data, float).tolist()


def test_big_endian_data_is_converted(implementation):
    data = np.array([[1.5, 2.5]], ">f8")
    assert implementation.asnumpy(implementation.asnative(data)).tolist() == [[1.5, 2.5]]


def test_views_stay_views():
    X = np.zeros((4, 6))
    for name in implementation_names():
        if get_implementation(name).family != "python":
            assert np.shares_memory(get_implementation(name).asnative(X[::2, 1:]), X)


def test_native_and_back(implementation):
    X = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(implementation.asnumpy(implementation.asnative(X)), X)


# === shapes at every call =============================================================================


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


def test_foreign_data_is_refused(implementation):
    foreign = np.ones((2, 3)) if implementation.family == "python" else [[1.0, 2.0, 3.0]]
    with pytest.raises(errors.DTypeError, match=r"Z is .*; expected .*asnative"):
        implementation.activate(foreign, "relu")


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
