"""One operation, tried: common mistakes are named."""

import pytest
from helpers.checked_files import verdicts

from loopwise.contract.check import check_file


@pytest.mark.parametrize("name", ["numpy_vectorized", "numba_tuned"])
def test_every_operation_of_ours_passes(write, name, monkeypatch):
    monkeypatch.delenv("NUMBA_NUM_THREADS")  # as many threads as users have, not as the suite
    path = write(f"from loopwise.implementations.{name} import *")
    assert {verdict.verdict for verdict in check_file(path, timeout=120.0)} == {"passed"}


MISTAKES = {
    "1/m": (
        "return dZ @ A_prev.T, dZ.sum(axis=1, keepdims=True) / m",
        "dW is m times too large at m = 33 — is the 1/m",
    ),
    "1/m twice": ("return dZ @ A_prev.T / m / m, dZ.sum(axis=1, keepdims=True) / m", "divided by m twice"),
    "transposed": ("return A_prev @ dZ.T / m, dZ.sum(axis=1, keepdims=True) / m", "dW is (7, 5); expected (5, 7)"),
    "axis": ("return dZ @ A_prev.T / m, dZ.sum(axis=0, keepdims=True) / m", "is it summed along the wrong axis?"),
    "keepdims": ("return dZ @ A_prev.T / m, dZ.sum(axis=1) / m", "db is (5,); expected (5, 1) at m = 33 — a dimension"),
    "sign": ("return -dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m", "dW has the wrong sign"),
    "in place": ("dZ /= m; return dZ @ A_prev.T, dZ.sum(axis=1, keepdims=True)", "dZ is changed in place"),
    "no return": ("dZ @ A_prev.T / m", "returns nothing; expected dW, db — is the return missing?"),
    "one of two": ("return dZ @ A_prev.T / m", "returns 1 result; expected 2: dW, db"),
    "last example": ("return dZ[:, :-1] @ A_prev[:, :-1].T / m, dZ.sum(axis=1, keepdims=True) / m", "dW["),
    "exception": ("return dZ @ W", "line 4: NameError: name 'W' is not defined"),
    "text": ("return 'dW', 'db'", "dW is str; expected numbers"),
    "exit": ("raise SystemExit('enough')", "line 4: SystemExit: enough"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_common_mistake_is_named(write, mistake):
    body, said = MISTAKES[mistake]
    path = write(f"import numpy as np\ndef layer_gradient(dZ, A_prev):\n    m = dZ.shape[1]\n    {body}\n")
    ((verdict, message),) = verdicts(path).values()
    assert verdict == "failed"
    assert said in message


def test_an_unclipped_logarithm_is_right_on_ordinary_data_alone(write):
    path = write("""
        import numpy as np

        def logistic_step(w, b, X, Y):
            m = X.shape[1]
            A = 1 / (1 + np.exp(-(w.T @ X + b)))
            J = -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / m
            return J, X @ (A - Y).T / m, (A - Y).sum() / m
    """)
    verdict, said = verdicts(path)["logistic_step"]
    assert verdict == "unstable"
    assert said.startswith("right on ordinary data")
    assert "not where |z| is large: J is not finite at m = 33 — log(0) or an overflowing exp" in said
    assert said.endswith("right even there: dw, db")


def test_a_square_matrix_transposed_is_named(write):
    path = write("def matmul(A, B):\n    C = A @ B\n    return C.T if A.shape == B.shape else C\n")
    assert verdicts(path)["matmul"] == (
        "failed",
        "C has its numbers elsewhere at k = 4, n = 4, p = 4 — is it transposed?",
    )


def test_what_only_has_an_operations_name_is_missing(write):
    path = write("dot = 3\ndropout = 0.8\ndef matvec(A):\n    return A\ndef matmul(A, B):\n    return A @ B\n")
    found = {verdict.operation: verdict for verdict in check_file(path)}
    assert found["matmul"].verdict == "passed"
    said = {name: (found[name].verdict, found[name].message) for name in ("dot", "dropout", "matvec")}
    assert said == {
        "dot": ("missing", "dot is int, no function"),
        "dropout": ("missing", "dropout is float, no function"),
        "matvec": ("missing", "matvec(A) is not matvec(A, v)"),
    }
