"""The interface: every implementation has the same operations, and what does not fit is one clear line."""

import ast
import importlib
import inspect
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.checked_files import RIGHT, verdicts
from helpers.cli import run
from helpers.operation_contract import FILES, operations_in

import loopwise
from loopwise import errors, get_implementation, implementation_names
from loopwise.implementations import numpy_vectorized, register, register_file, unregister
from loopwise.implementations.registry import REGISTERED
from loopwise.interface import CROSS_ENTROPY, OPERATIONS, SIGMOID, TANH
from loopwise.jit.turns import ONE_AT_A_TIME


def test_names_are_in_teaching_order():
    named = ["python_loops", "numba_loops", "numba_parallel", "numpy_vectorized", "numba_tuned"]
    assert implementation_names()[:5] == named
    assert loopwise.implementation_names() == implementation_names()


@pytest.mark.parametrize("name", REGISTERED)
@pytest.mark.parametrize("file", FILES)
def test_every_implementation_has_the_same_files_in_the_order_of_the_interface(name, file):
    # A student who reads two files side by side finds the pairs in the same order.
    nodes = ast.parse(inspect.getsource(importlib.import_module(f"{REGISTERED[name][0]}.{file}"))).body
    defined = [node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name in OPERATIONS]
    assert tuple(defined) == operations_in(file)


def module_with(**changes):
    """numpy_vectorized as a namespace, with some operations replaced; None removes one."""
    offered = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | changes
    offered = {name: function for name, function in offered.items() if function}
    return SimpleNamespace(__all__=list(offered), **offered)


def test_missing_operation_is_named():
    with pytest.raises(errors.ImplementationError, match="'matvec' is missing"):
        register("mine", module_with(matvec=None), "numpy", "rounding")


def test_an_operation_that_is_defined_and_not_offered_is_named():
    module = module_with()
    module.__all__.remove("matvec")
    with pytest.raises(errors.ImplementationError, match="'matvec' is missing in __all__"):
        register("mine", module, "numpy", "rounding")


def test_extra_operation_is_named():
    with pytest.raises(errors.ImplementationError, match="'convolve' is not in the interface"):
        register("mine", module_with(convolve=np.convolve), "numpy", "rounding")


def test_other_parameters_are_named():
    with pytest.raises(errors.ImplementationError, match=r"dot\(a, b\); expected \(w, x\)"):
        register("mine", module_with(dot=lambda a, b: a @ b), "numpy", "rounding")


def test_other_order_is_named():
    module = module_with()
    module.__all__.reverse()
    with pytest.raises(errors.ImplementationError, match="'adam' stands in __all__ where 'dot' is expected"):
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


def whole_step(theta, X, Y, layer_sizes, activations, loss):
    """Stands for a network's step: says what it was given."""
    seen.append((layer_sizes, activations, loss))
    return 0.5, theta


seen = []


def test_a_whole_step_is_used_where_it_is_supplied():
    implementation = register("mine", module_with(network_step=whole_step), "numpy", "rounding")
    architecture = loopwise.Architecture((2, 3, 1), ("tanh", "sigmoid"))
    J, gradient = loopwise.network_step(implementation, architecture, np.ones(13), np.ones((2, 4)), np.ones((1, 4)))
    assert J == 0.5
    assert gradient.tolist() == [1] * 13
    assert seen.pop() == ((2, 3, 1), (TANH, SIGMOID), CROSS_ENTROPY)


def test_a_whole_step_stands_behind_the_checks_of_all_operations():
    step = register("mine", module_with(network_step=whole_step), "numpy", "rounding").network_step
    theta, X, Y = np.ones(13), np.ones((2, 4)), np.ones((1, 4))
    built = (2, 3, 1), ("tanh", "sigmoid"), "cross_entropy"
    for said, given in {
        r"network_step: X is \(3, 4\); expected \(n\[0\], m\) = \(2, 4\), because layer_sizes is \(2, 3, 1\)": (
            *(theta, np.ones((3, 4)), Y, *built),
        ),
        r"Y is \(1, 5\); expected \(n\[L\], m\) = \(1, 4\)": (theta, X, np.ones((1, 5)), *built),
        r"theta is \(12,\); expected \(P,\) = \(13,\), because layer_sizes is": (np.ones(12), X, Y, *built),
        r"activations is \('tanh',\); expected one for each of 2 layers": (theta, X, Y, built[0], ("tanh",), built[2]),
        r"unknown activation 'tahn'; did you mean 'tanh'": (theta, X, Y, built[0], ("tahn", "sigmoid"), built[2]),
        r"loss 'cross_entropy' needs probabilities": (theta, X, Y, built[0], ("tanh", "tanh"), built[2]),
        r"theta is float32; expected float64, as X": (np.ones(13, np.float32), X, Y, *built),
    }.items():
        with pytest.raises(errors.LoopwiseError, match=said):
            step(*given)
    assert not seen


def test_a_whole_step_with_other_parameters_is_named():
    with pytest.raises(errors.ImplementationError, match=r"network_step\(theta, X\); expected \(theta, X, Y, layer_"):
        register("mine", module_with(network_step=lambda theta, X: (0.5, theta)), "numpy", "rounding")


def test_a_list_family_is_given_lists():
    register("lists", module_with(network_step=whole_step), "python", "exact")
    architecture = loopwise.Architecture((1, 1), ("sigmoid",))
    J, gradient = loopwise.network_step(get_implementation("lists"), architecture, np.ones(2), [[1.0]], [[1.0]])
    assert (J, gradient.tolist()) == (0.5, [1.0, 1.0])
    assert isinstance(gradient, np.ndarray)
    seen.clear()


def test_family_and_contract_are_checked():
    with pytest.raises(errors.UnknownNameError, match="family 'nunpy'; did you mean 'numpy'"):
        register("mine", module_with(), "nunpy", "rounding")
    with pytest.raises(errors.UnknownNameError, match="contract"):
        register("mine", module_with(), "numpy", "almost")


# === shapes at every call =============================================================================


def test_a_file_takes_part_under_its_own_name(write):
    path = write(RIGHT, "students.py")
    finished = run("compare", "dot", "--implementations", f"numpy_vectorized,{path}", "--budget", "0.3", columns=120)
    assert finished.returncode == 0, finished.stderr
    assert any(line.split()[:1] == ["students"] for line in finished.stdout.splitlines())
    finished = run("show", "dot", "--no-time", "--implementations", f"python_loops,{path}", columns=120)
    assert "students.py:4" in finished.stdout


def test_what_a_file_lacks_is_named_and_skipped(write):
    path = write(RIGHT, "partial.py")
    finished = run("compare", "matmul", "--implementations", f"numpy_vectorized,{path}", "--budget", "0.3", columns=120)
    assert finished.returncode == 0, finished.stderr
    assert "partial has no matmul" in finished.stdout


def test_a_file_cannot_take_the_name_of_another(write):
    finished = run("compare", "dot", "--implementations", write(RIGHT, "numba_loops.py"))
    assert finished.returncode == 2
    assert "is the name of another implementation; rename the file" in finished.stderr


def test_a_file_is_registered_once(write):
    path = write(RIGHT, "again.py")
    try:
        assert register_file(path) == register_file(path) == "again"
        assert get_implementation("again").contract == "rounding"
    finally:
        unregister("again")


def test_an_installed_package_offers_its_own(tmp_path, monkeypatch):
    ours = "loopwise.implementations.numpy_vectorized"
    (tmp_path / "theirs.py").write_text(f"from {ours} import *\nfrom {ours} import __all__\n")
    information = tmp_path / "theirs-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[loopwise.implementations]\nfrom_outside = theirs\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finished = run(
        "compare", "dot", "--implementations", "numpy_vectorized,from_outside", "--budget", "0.3", columns=120
    )
    assert finished.returncode == 0, finished.stderr
    assert "from_outside" in finished.stdout


def test_results_may_come_in_a_list(write):
    text = RIGHT.replace("return dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m", "return [{}, {}]")
    text = text.format("dZ @ A_prev.T / m", "np.sum(dZ, axis=1, keepdims=True) / m")
    assert verdicts(write(text))["layer_gradient"][0] == "passed"


def test_what_a_file_says_of_itself_holds(write):
    path = write("CONTRACT, USES_THREADS = 'exact', True\ndef dot(w, x):\n    return float(w @ x)\n", "declares.py")
    try:
        implementation = get_implementation(register_file(path))
        assert (implementation.family, implementation.contract) == ("numpy", "exact")
        assert implementation.dot.lock is ONE_AT_A_TIME
    finally:
        unregister("declares")
