"""The suite can fail: faulty twins of the implementations, each rejected by the contract that the true ones keep."""

import os

import numba
import pytest
from helpers import registers
from helpers.contract import hold_all
from helpers.faults import faulty_twin

from loopwise.errors import DisagreementError

# What a prange reduction does to J on two threads, whichever of them comes first.
TWO_HALVES = """    halves = np.zeros(2)
    for half in prange(2):
        for i in range(half * m // 2, (half + 1) * m // 2):
            halves[half] += losses[i]
    J = halves[0] + halves[1]
    for i in range(m):
"""

SHARED_LOSSES = """    for i in prange(m):
        losses[i] = one_thread.example_loss(Z, A, Y, i, loss, activation)
    J = real(0.0)
    for i in range(m):
        J += losses[i]
"""
# Every thread reads and writes one total: what another has added in between is lost.
RACE = """    total = np.zeros(1, Z.dtype)
    for i in prange(m):
        total[0] += one_thread.example_loss(Z, A, Y, i, loss, activation)
    J = total[0]
"""

# kind: (implementation, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    # --- the slide's loop
    "missing 1/m": ("python_loops", "logistic_step", "dw[j][0] /= m", "pass", "logistic_step"),
    "dropped last example": ("python_loops", "logistic_step", "in range(m):", "in range(m - 1):", "logistic_step"),
    "sign": ("python_loops", "logistic_step", "sigmoid(z) - Y[0][i]", "Y[0][i] - sigmoid(z)", "logistic_step"),
    "forgotten bias": ("python_loops", "logistic_forward", "sigmoid(z + b)", "sigmoid(z)", "logistic_forward"),
    "sum run backwards": ("python_loops", "dot", "range(len(w))", "reversed(range(len(w)))", "dot"),
    "off by one": ("python_loops", "matvec", "in range(len(v))", "in range(1, len(v))", "matvec"),
    "db per example": ("python_loops", "layer_gradient", "db[k][0] += dz", "db[k][0] = dz", "layer_gradient"),
    "gradient added": ("python_loops", "descend", "- alpha", "+ alpha", "descend"),
    "only the first unit's loss": ("python_loops", "example_loss", "range(n)", "range(1)", "cost"),
    "perceptron's step at 0": ("python_loops", "step", "z >= 0.0", "z > 0.0", "perceptron_step"),
    "delta rule without b": ("python_loops", "adaline_step", "z + b - Y", "z - Y", "adaline_step"),
    "penalty without its half": ("python_loops", "l2_cost", "0.5 * ", "", "l2_cost"),
    "dropout not inverted": ("python_loops", "dropout", " / keep_prob", "", "dropout"),
    "variance of m - 1": (
        "python_loops",
        "batch_norm_forward",
        "variance[k][0] /= m",
        "variance[k][0] /= max(1, m - 1)",
        "batch_norm_forward",
    ),
    "beta through the mean": (
        "python_loops",
        "batch_norm_backward",
        " - dbeta[k][0]",
        "",
        "batch_norm_backward",
    ),
    "no correction": ("python_loops", "adam", "1.0 - pow(beta_2, t)", "1.0", "adam"),
    "epsilon under the root": (
        "python_loops",
        "rmsprop",
        "sqrt(s[p]) + epsilon",
        "sqrt(s[p] + epsilon)",
        "rmsprop",
    ),
    # --- Numba
    "momentum forgets": ("numba_loops", "momentum", "beta * velocity[p]", "velocity[p]", "momentum"),
    "square of the old gradient": (
        "numba_loops",
        "adam",
        "(gradient[p] * gradient[p])",
        "gradient[p] * gradient[p]",
        "adam",
    ),
    "penalty on the gradient": ("numba_loops", "l2_gradient", "l2 * W[k, j]", "l2 * dW[k, j]", "l2_gradient"),
    "batch's own mean in prediction": (
        "numba_loops",
        "batch_norm_predict",
        "(Z[k, i] - mean[k, 0])",
        "Z[k, i]",
        "batch_norm_predict",
    ),
    "transposed W": (
        *("numba_loops", "layer_backward", "W[k, j]", "W[j % n, k % n_prev]"),
        "layer_backward",
    ),
    "slope of relu at 0": (
        *("numba_loops", "g_slope", "RELU:\n        return 1.0 if z >= 0.0", "RELU:\n        return 1.0 if z > 0.0"),
        "activation_slope",
    ),
    "tanh from exp": (
        *("numba_loops", "g", "return tanh(z)", "return (exp(z) - exp(-z)) / (exp(z) + exp(-z))"),
        "activate",
    ),
    "softmax overflows": ("numba_loops", "softmax", "exp(Z[k, i] - top)", "exp(Z[k, i])", "activate"),
    "sum in single precision": (
        *("numba_loops", "matmul", "c += A[i, k] * B[k, j]", "c = real(np.float32(c + A[i, k] * B[k, j]))"),
        "matmul",
    ),
    "unknown loss": ("numba_loops", "example_loss", "squared_loss", "absolute_loss", "cost"),
    "last layer's db not divided": ("numba_loops", "layer_gradient", "db[k, 0] /= m", "pass", "layer_gradient"),
    "fused or reordered sums": (
        *(
            "numba_loops",
            "",
            "from ...jit.decorators import njit",
            "from numba import njit as j\n\n\nnjit = j(fastmath=True)\n",
        ),
        "logistic_step",
    ),
    # --- threads, tiles and blocks
    "two threads share one sum": (
        *("numba_parallel", "logistic_step", "    for i in range(m):\n        J += losses[i]\n", TWO_HALVES),
        "logistic_step",
    ),
    "an unseen race": (
        *("numba_parallel", "cost", SHARED_LOSSES, RACE),
        "cost",
    ),
    "last of a chunk dropped": (
        *("numba_parallel", "logistic_step", "min(m, first + chunk)", "min(m, first + chunk - 1)"),
        "logistic_step",
    ),
    "last of a block dropped": (
        *(
            "numba_parallel.products",
            "examples",
            "min(m, (block + 1) * EXAMPLES)",
            "min(m, (block + 1) * EXAMPLES - 1)",
        ),
        "activate",
    ),
    "row of a tile dropped": (
        "numba_parallel.products",
        "matmul_tile",
        "min(4, last_row - r)",
        "min(3, last_row - r)",
        "matmul",
    ),
    "two terms added first": (
        *("numba_parallel.products", "add_four_rows", "s2[c] + a20 * p0 + a21 * p1", "s2[c] + (a20 * p0 + a21 * p1)"),
        "matmul",
    ),
    "W not transposed": (
        *("numba_parallel", "layer_backward", "matmul(W.T, dZ)", "matmul(W.T.copy().reshape(W.shape).T, dZ)"),
        "layer_backward",
    ),
    "terms lost between panels": (
        "numba_parallel.products",
        "matmul_tile",
        "range(0, inner, DEPTH)",
        "range(0, 1)",
        "matmul",
    ),
    "units share one variance": (
        "numba_parallel",
        "batch_norm_forward",
        "sqrt(variance[k] + epsilon)",
        "sqrt(variance[0] + epsilon)",
        "batch_norm_forward",
    ),
    "last unit normalized by nobody": (
        "numba_parallel",
        "batch_norm_forward",
        "in prange(n)",
        "in prange(n - 1)",
        "batch_norm_forward",
    ),
    "errors counted with b forgotten": (
        "numba_parallel",
        "perceptron_step",
        "g(dz[i] + b, STEP)",
        "g(dz[i], STEP)",
        "perceptron_step",
    ),
    # --- array expressions
    "mean over units": (
        "numpy_vectorized",
        "batch_norm_forward",
        "Z.mean(axis=1",
        "Z.mean(axis=0",
        "batch_norm_forward",
    ),
    "gamma's gradient summed": (
        "numpy_vectorized",
        "batch_norm_backward",
        "(dZ_tilde * Z_hat).mean",
        "(dZ_tilde * Z_hat).sum",
        "batch_norm_backward",
    ),
    "mean instead of sum": (
        "numpy_vectorized",
        "adaline_step",
        "squared_loss(Z, Y).sum()",
        "squared_loss(Z, Y).mean()",
        "adaline_step",
    ),
    "first moment not corrected": ("numpy_vectorized", "adam", "v / (1 - beta_1**t)", "v", "adam"),
    "wrong axis": ("numpy_vectorized", "layer_gradient", "dZ.sum(axis=1", "dZ.sum(axis=0", "layer_gradient"),
    "dW not divided": ("numpy_vectorized", "layer_gradient", "dZ @ A_prev.T / m", "dZ @ A_prev.T", "layer_gradient"),
    "relative error of 1e-9": ("numpy_vectorized", "dot", "np.dot(w, x)", "np.dot(w, x) * (1 + 1e-9)", "dot"),
    "single precision": (
        "numpy_vectorized",
        "matmul",
        "A @ B",
        "(A.astype('f') @ B.astype('f')).astype('d')",
        "matmul",
    ),
    "sign of 0": ("numpy_vectorized", "sign", "Z >= 0", "Z > 0", "activate"),
    "softmax over examples": ("numpy_vectorized", "softmax", "e.sum(axis=0", "e.sum(axis=1", "activate"),
    "softmax with its diagonal only": (
        *("numpy_vectorized", "activation_backward", "activation == SOFTMAX", "activation == -1"),
        "activation_backward",
    ),
    "another leak": ("numpy_vectorized", "leaky_relu", "0.01", "0.02", "activate"),
    "loss without its half": ("numpy_vectorized", "squared_loss", "0.5 * ", "", "cost"),
    # --- free order: slots, panels, tiles
    "tuned: gradient not divided": (
        "numba_tuned.neuron.by_examples",
        "add_slots",
        "gradient[j] /= divisor",
        "pass",
        "logistic_step",
    ),
    "tuned: a slot's last block left out": (
        *("numba_tuned.neuron.by_examples", "examples_of_slot", "min(m, (slot + 1) * blocks // slots * size)"),
        *("min(m - m // 40, (slot + 1) * blocks // slots * size)", "logistic_step"),
    ),
    "tuned: an unfinished vector counts in full": (
        *("numba_tuned.neuron.delta", "costs_and_deltas", "keep_first(more, count - i)", "more", "logistic_step"),
    ),
    "tuned: the next block's z from this block": (
        *("numba_tuned.neuron.along_rows", "step_along_rows", "x + size, stride", "x, stride", "logistic_step"),
    ),
    "tuned: a tall X's last features left out": (
        *(
            "numba_tuned.neuron.by_features",
            "features_of_slot",
            "(slot + 1) * n_x // SLOTS",
            "(slot + 1) * (n_x - 1) // SLOTS",
        ),
        "logistic_step",
    ),
    "tuned: one slot's share of a tall X's z forgotten": (
        *("numba_tuned.neuron.by_features", "add_sums", "range(1, SLOTS)", "range(2, SLOTS)", "logistic_step"),
    ),
    "tuned: filled-up columns cost something": (
        *("numba_tuned.network.output", "output_of_panel", "keep_first(losses, count - c)", "losses", "network_step"),
    ),
    "tuned: slope forgotten": (
        *(
            "numba_tuned.network.layers",
            "backward",
            " * slope(load(work.A, c), plan[l - 1, ACTIVATION])",
            "",
            "network_step",
        ),
    ),
    "tuned: last rows read from the first ones": (
        *(
            "numba_tuned.network.layers",
            "prepare_weights",
            "theta[w + i]",
            "theta[w + i - whole * columns]",
            "network_step",
        ),
    ),
    "tuned: a network's db not divided": (
        *(
            "numba_tuned.network.wide",
            "finish_part",
            "[plan[part.l, B_AT] + r] = total / divisor",
            "[plan[part.l, B_AT] + r] = total",
            "network_step",
        ),
    ),
    "tuned: a wide network's last tile left out": (
        *(
            "numba_tuned.network.wide",
            "gradients_of_slot",
            "(slot + 1) * tiles // slots",
            "(slot + 1) * (tiles - 1) // slots",
        ),
        "network_step",
    ),
    "tuned: a narrow network's last panels left out": (
        *(
            "numba_tuned.network.narrow",
            "examples_of_slot",
            "panels // cut.slots\n",
            "(panels - 1) // cut.slots\n",
            "network_step",
        ),
    ),
    "tuned: a narrow network's sums not forgotten": (
        *(
            "numba_tuned.network.narrow",
            "examples_of_slot",
            "    work.sums[sums : sums + len(theta)] = 0.0\n",
            "",
            "network_step",
        ),
    ),
    "tuned: one lane of a narrow network's sums": (
        *("numba_tuned.network.narrow", "add_gradient", "add_up(load(work.scratch, tile_at + i * width + j * n))"),
        *("work.scratch[tile_at + i * width + j * n]", "network_step"),
    ),
    "tuned: softmax's mixture forgotten": (
        *(
            "numba_tuned.elementwise",
            "softmax_of_part",
            "(load_first(d, at, count) - mixed)",
            "load_first(d, at, count)",
        ),
        "activation_backward",
    ),
    "labels forgotten": ("numpy_vectorized", "output_delta", "return A - Y", "return A", "output_delta"),
}
# Free order, each edge of the kernels. Every one of them is compiled anew, five minutes of a processor in all: they are
# tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: a product's last rows read from its first": (
        *("jit.matmul.product", "rows_of", "(row + rows - copied) * A.row", "row * A.row", "matmul"),
    ),
    "tuned: the last lanes of a product's last columns": (
        *("jit.matmul.product", "copy_panel", "columns - v)", "columns - v - 1)", "matmul"),
    ),
    "tuned: a product's second block of rows from its first": (
        *("jit.matmul.product", "multiply_block", "rows_of(A, row,", "rows_of(A, row % ROWS,", "matmul"),
    ),
    "tuned: a product's second block of columns from its first": (
        *(
            "jit.matmul.product",
            "multiply_block",
            "depth, column, columns",
            "depth, column - first_column, columns",
            "matmul",
        ),
    ),
    "tuned: a product's second block of terms begins anew": (
        *(
            "jit.matmul.product",
            "multiply_block",
            "begin = next_term - term, part == 0",
            "begin = next_term - term, True",
        ),
        "matmul",
    ),
    "tuned: last lanes of what is copied": (
        *("jit.matmul.packing", "copy_block", "j, rest), rest)", "j, rest - 1), rest)", "matmul"),
    ),
    "tuned: edges of a transposed copy from the first column": (
        *("jit.matmul.packing", "copy_block", "source, 1, s_column, rows - rows % n", "source, 1, 0, rows - rows % n"),
        "layer_gradient",
    ),
    "tuned: a narrow network's last inputs left out": (
        *("numba_tuned.network.narrow", "add_gradient", "range(0, inputs, width // n)"),
        *("range(0, inputs - inputs % (width // n), width // n)", "network_step"),
    ),
    "tuned: a narrow network's last units left out": (
        *(
            "numba_tuned.network.narrow",
            "add_gradient",
            "range(0, units, height)",
            "range(0, units - units % height, height)",
        ),
        "network_step",
    ),
    "tuned: a narrow network's second block from its first": (
        *(
            "numba_tuned.network.narrow",
            "examples_of_slot",
            "(begin - place) * width",
            "(0 - place) * width",
            "network_step",
        ),
    ),
    "tuned: a network's last example forgotten on the way back": (
        *("numba_tuned.network.output", "softmax_output", "keep_first(a - y, count)", "keep_first(a - y, count - 1)"),
        "network_step",
    ),
    "tuned: the second part of a network's inputs begins anew": (
        *("numba_tuned.network.layers", "forward", "panels, k > 0)", "panels, False)", "network_step"),
    ),
    "tuned: the second part of a network's units begins anew": (
        *("numba_tuned.network.layers", "backward", "panels, k > 0)", "panels, False)", "network_step"),
    ),
    "tuned: last rows on the way back left out": (
        *(
            "numba_tuned.network.layers",
            "backward",
            "padded(rows, work.A)",
            "padded(rows, work.A) - tile_shape(work.A)[0]",
        ),
        "network_step",
    ),
    "tuned: a wide network's last inputs from its first": (
        *(
            "numba_tuned.network.wide",
            "turn_columns",
            "(part.column + c) * X.row",
            "part.column * X.row",
            "network_step",
        ),
    ),
    "tuned: a wide network's last columns from its first": (
        *("numba_tuned.network.wide", "turn_columns", "(A_at + c) * width", "A_at * width", "network_step"),
    ),
    "tuned: a wide network's second group of columns written over its first": (
        *("numba_tuned.network.wide", "add_part", "+ part.column + c, packed", "+ c, packed", "network_step"),
    ),
    "tuned: a wide network's last example left out": (
        *("numba_tuned.network.wide", "add_part", "min(width, terms - k)", "min(width, terms - k - 1)", "network_step"),
    ),
    "tuned: a wide network's second block of examples from its first": (
        *("numba_tuned.network.wide", "add_part", "dz = begin * size +", "dz = 0 * size +", "network_step"),
    ),
    "tuned: a wide network's batches before the last forgotten": (
        *("numba_tuned.network.wide", "finish_part", "if batch.first > 0:", "if batch.first < 0:", "network_step"),
    ),
    "tuned: last lanes of a wide network's dW not divided": (
        *(
            "numba_tuned.network.wide",
            "finish_part",
            "range(0, part.columns, n)",
            "range(0, part.columns - part.columns % n, n)",
        ),
        "network_step",
    ),
    "tuned: an unfinished vector's losses count in full": (
        *("numba_tuned.elementwise", "losses_of_part", "keep_first(value, count)", "value", "cost"),
    ),
    "tuned: an unfinished vector's losses left out": (
        *("numba_tuned.elementwise", "part", "(m + n - 1) // n", "m // n", "cost"),
    ),
    "tuned: last features of the last examples": (
        *(
            "numba_tuned.neuron.along_rows",
            "add_rows",
            "for j in range(n_x):",
            "for j in range(n_x - n_x % 4):",
            "logistic_step",
        ),
    ),
    "tuned: last features of whole vectors": (
        *(
            "numba_tuned.neuron.along_rows",
            "add_rows",
            "in range(n_x - n_x % 4, n_x)",
            "in range(n_x, n_x)",
            "logistic_step",
        ),
    ),
    "tuned: last features of dw": (
        *(
            "numba_tuned.neuron.along_rows",
            "add_to_dw",
            "in range(n_x - n_x % 4, n_x)",
            "in range(n_x, n_x)",
            "logistic_step",
        ),
    ),
    "tuned: last example of dw": (
        *("numba_tuned.neuron.along_rows", "add_to_dw", "count - whole", "count - whole - 1", "logistic_step"),
    ),
    "tuned: last features of dw while the next z is made": (
        *(
            "numba_tuned.neuron.along_rows",
            "add_to_dw_and_next_rows",
            "in range(n_x - n_x % 4, n_x)",
            "in range(n_x, n_x)",
        ),
        "logistic_step",
    ),
    "tuned: last lanes of an example that lies in one piece": (
        *("numba_tuned.neuron.along_columns", "four_products", "x3 + j, rest)", "x3 + j, rest - 1)", "matvec"),
    ),
    "tuned: last lanes of dw where examples lie in one piece": (
        *(
            "numba_tuned.neuron.along_columns",
            "add_four_examples",
            "left = n_x - j",
            "left = n_x - j - 1",
            "logistic_step",
        ),
    ),
    "tuned: last lanes where examples in one piece follow one another": (
        *(
            "numba_tuned.neuron.along_columns",
            "add_four_and_next_products",
            "n_x - whole",
            "n_x - whole - 1",
            "logistic_step",
        ),
    ),
    "tuned: what fills no vector is not summed": (
        *(
            "numba_tuned.reductions",
            "sum_of",
            "in range(whole, len(a))",
            "in range(len(a), len(a))",
            "batch_norm_forward",
        ),
    ),
    "tuned: what fills no vector is not squared": (
        *("numba_tuned.reductions", "squares_of", "in range(whole, len(a))", "in range(len(a), len(a))", "l2_cost"),
    ),
    "tuned: what fills no vector has no product": (
        *("numba_tuned.reductions", "products_of", "in range(whole, len(a))", "in range(len(a), len(a))"),
        "batch_norm_backward",
    ),
}
if os.environ.get(registers.VARIABLE):
    FAULTS |= EDGES


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(tmp_path, kind):
    *place, operation = FAULTS[kind]
    if kind == "fused or reordered sums" and numba.config.DISABLE_JIT:
        pytest.skip("only the compiler reorders")
    if kind == "an unseen race" and numba.config.DISABLE_JIT:
        pytest.skip("prange is range: nobody to race")
    twin = faulty_twin(tmp_path, *place)
    # A race may be won now and then, so it has more than one chance to show.
    chances = 20 if kind == "an unseen race" else 1
    with pytest.raises(DisagreementError, match="breaks its"):
        hold_all(twin, first=operation, times=chances)


@pytest.mark.parametrize("name", ["python_loops", "numba_loops", "numba_parallel", "numpy_vectorized", "numba_tuned"])
def test_unchanged_twin_is_accepted(tmp_path, name):
    hold_all(faulty_twin(tmp_path, name, "", "", ""))
