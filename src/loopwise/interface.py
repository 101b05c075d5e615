"""WHAT is computed: every operation that an implementation supplies, with its shapes, formula and source.

This is the only place where an operation is documented in full. The functions below have no body: they are the
contract. `loopwise.implementations` holds them against each implementation when it is registered (same names,
same order, same parameters) and checks shapes by the annotations given here before a kernel is called.

Lectures: **P** Building Neural Network from Scratch, **B** Deep Neural Network, **C** Neural Networks and Deep
Learning Notes (Course 1), **F** Shallow Neural Networks.
"""

import inspect
from dataclasses import dataclass
from typing import Any, NamedTuple

from .process.docstrings import documentation

ACTIVATIONS = ("identity", "step", "sign", "sigmoid", "tanh", "relu", "leaky_relu", "softmax")
LOSSES = ("absolute", "squared", "cross_entropy")

# Kernels take arrays and numbers only, so a name travels as its index in the tuple above.
IDENTITY, STEP, SIGN, SIGMOID, TANH, RELU, LEAKY_RELU, SOFTMAX = range(len(ACTIVATIONS))
ABSOLUTE, SQUARED, CROSS_ENTROPY = range(len(LOSSES))
KINDS = ("logistic", "perceptron", "adaline", "network")  # of models
LOGISTIC, PERCEPTRON, ADALINE, NETWORK = range(len(KINDS))
OPTIMIZERS = ("descent", "momentum", "rmsprop", "adam")
DESCENT, MOMENTUM, RMSPROP, ADAM = range(len(OPTIMIZERS))

EPSILON = 1e-5  # added to the variance in batch normalization, so that a unit that never varies is not divided by 0
STATISTICS_MOMENTUM = 0.9  # of the running mean and variance of each normalized unit, at every step of training

NAMES = {"activation": ACTIVATIONS, "loss": LOSSES}
# What says how a network is built: its layers' sizes, and a name for each layer.
SETTINGS = (*NAMES, "layer_sizes", "activations", "learned", "order", "masks", "model", "descent")


@dataclass(frozen=True)
class Operation:
    """One row of the interface: `shapes[parameter]` is a tuple of symbols, or () for a number."""

    name: str
    section: str
    parameters: tuple
    shapes: dict
    returns: dict
    documentation: str


# Each section, and the file in which every implementation has its operations.
SECTIONS = {
    "sums by hand": "sums",
    "activations": "activations",
    "losses": "losses",
    "single neurons": "neurons",
    "logistic regression": "neurons",
    "one layer": "layers",
    "regularization": "regularization",
    "batch normalization": "normalization",
    "update": "updates",
    "whole networks": None,  # optional: wherever it pays
    "training": "training",  # optional
}

OPERATIONS: dict[str, Operation] = {}
# What an implementation may supply besides; where it does not, `learning/network.py` composes it from the operations.
OPTIONAL: dict[str, Operation] = {}


def _operation(section, returns, into=OPERATIONS, **shapes):
    def declare(function):
        parameters = tuple(inspect.signature(function).parameters)
        if section not in SECTIONS:
            raise TypeError(f"{function.__name__}: section {section!r} is none of {', '.join(SECTIONS)}")
        if set(shapes) != set(parameters) - set(SETTINGS):
            raise TypeError(f"{function.__name__}: shapes are declared for other parameters than it has")
        into[function.__name__] = Operation(
            function.__name__, section, parameters, shapes, returns, documentation(function)
        )
        return function

    return declare


# === sums by hand =====================================================================================


@_operation("sums by hand", {"z": ()}, w=("n",), x=("n",))
def dot(w, x):
    """`z = wᵀx`: the lecture's loop over features.

    w, x : (n,) vectors; columns (n, 1) are taken too. Returns a number.
    Source: B, "Vectorization" (non-vectorize against `np.dot`).
    """


@_operation("sums by hand", {"u": ("n",)}, A=("n", "k"), v=("k",))
def matvec(A, v):
    """`u = A·v`, `u_i = Σ_j A_ij v_j`: two nested loops.

    A : (n, k); v : (k,), or a column (k, 1), which gives a column back. Returns u : (n,).
    Source: B, "Vectorization" (`for i in rows(A): for j in cols(A)`).
    """


@_operation("sums by hand", {"C": ("n", "p")}, A=("n", "k"), B=("k", "p"))
def matmul(A, B):
    """`C = A·B`, `C_ij = Σ_k A_ik B_kj`: three nested loops.

    A : (n, k); B : (k, p). Returns C : (n, p).
    Source: B, "Vectorization", one loop more.
    """


# === activations ======================================================================================


@_operation("activations", {"A": ("n", "m")}, Z=("n", "m"))
def activate(Z, activation):
    """`A = g(Z)`, element by element; softmax example by example (down a column).

    identity z · step 1 if z ≥ 0 else 0 · sign 1 if z ≥ 0 else −1 · sigmoid 1/(1+e^−z) · tanh · relu max(0, z) ·
    leaky_relu max(0.01z, z) · softmax e^z_k / Σ e^z_l. Sigmoid and softmax are computed in the form that never
    overflows, `e^z/(1+e^z)` for z < 0 and `e^(z−max z)`: equal to the lecture's wherever that is finite.

    Z : (n, m). Returns A : (n, m).
    Source: P, B and F "Activation functions"; C 13; softmax: F, Questions 4.
    """


@_operation("activations", {"slope": ("n", "m")}, Z=("n", "m"))
def activation_slope(Z, activation):
    """`g'(Z)`, element by element.

    identity 1 · step and sign 0 · sigmoid a(1−a) · tanh 1−a² · relu 0 if z < 0 else 1 · leaky_relu 0.01 if z < 0
    else 1 · softmax a(1−a), the diagonal of its Jacobian (`activation_backward` uses the whole of it).

    Z : (n, m). Returns (n, m).
    Source: P "Activation functions" (table), B, C 13, F "Derivatives of activation functions".
    """


@_operation("activations", {"dZ": ("n", "m")}, dA=("n", "m"), Z=("n", "m"))
def activation_backward(dA, Z, activation):
    """`dZ = dA * g'(Z)`; for softmax `dZ_k = a_k (dA_k − Σ_l a_l dA_l)`.

    dA, Z : (n, m). Returns dZ : (n, m).
    Source: B, "Backward propagation at layer l"; P, F "Backward propagation".
    """


# === losses ===========================================================================================


@_operation("losses", {"J": ()}, Z=("n_y", "m"), A=("n_y", "m"), Y=("n_y", "m"))
def cost(Z, A, Y, loss, activation):
    """`J = 1/m Σ_examples Σ_units loss(ŷ, y)`, with ŷ = A = g(Z).

    absolute |ŷ−y| · squared ½(ŷ−y)² · cross_entropy −(y log ŷ + (1−y) log(1−ŷ)) after a sigmoid and −y log ŷ after
    softmax. Cross-entropy is computed from z, `max(z,0) − zy + log1p(e^−|z|)`: equal to the lecture's form and
    finite at z = ±1000, where that form takes the logarithm of 0.

    Z, A, Y : (n_y, m). Returns J, a number.
    Raises `OptionError` for cross_entropy after any other activation.
    Source: B "Loss function"; C 7.1; P "Logistic Regression".
    """


@_operation("losses", {"losses": ("m",)}, into=OPTIONAL, Z=("n_y", "m"), A=("n_y", "m"), Y=("n_y", "m"))
def example_losses(Z, A, Y, loss, activation):
    """Each example's loss `L(ŷ, y)`, summed over its units: what `cost` is the mean of. Examples with weights need it.

    Where it is not supplied, it is the cost of each example alone.

    Z, A, Y : (n_y, m). Returns losses : (m,).
    Raises `OptionError` for cross_entropy after any other activation.
    Source: B "Loss function"; C 7.1.
    """


@_operation("losses", {"dZ": ("n_y", "m")}, Z=("n_y", "m"), A=("n_y", "m"), Y=("n_y", "m"))
def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ, per example (the mean's 1/m comes with dW and db, as in the lecture).

    cross_entropy after sigmoid or softmax: `A − Y`. Otherwise `dA * g'(Z)` with dA = A − Y for squared and
    dA = −1, 0 or 1, the sign of A − Y, for absolute.

    Z, A, Y : (n_y, m). Returns dZ : (n_y, m).
    Source: B "Derivatives in Logistic Regression"; P, F "Gradient descent": `dZ[2] = A[2] − Y`.
    """


# === single neurons ===================================================================================


@_operation(
    "single neurons",
    {"errors": (), "dw": ("n_x", 1), "db": ()},
    w=("n_x", 1),
    b=(),
    X=("n_x", "m"),
    Y=(1, "m"),
)
def perceptron_step(w, b, X, Y):
    """How many of m examples the unit step gets wrong, and `dw = X dZᵀ`, `db = Σ dZ` with `dZ = step(wᵀX + b) − Y`.

    Rosenblatt's rule `w := w + α (y − ŷ) x` is `descend` on one example at a time (m = 1); with more it is the batch
    rule. Sums, not means: an example that is right adds nothing.

    w : (n_x, 1); b : number; X : (n_x, m); Y : (1, m), 0 or 1. Returns (errors, dw, db) : number, (n_x, 1), number.
    Source: P "Frank Rosenblatt's Perceptron" and "Artificial Neurons and the McCulloch-Pitts Model".
    """


@_operation(
    "single neurons",
    {"J": (), "dw": ("n_x", 1), "db": ()},
    w=("n_x", 1),
    b=(),
    X=("n_x", "m"),
    Y=(1, "m"),
)
def adaline_step(w, b, X, Y):
    """Adaline's sum of squared errors `J = ½ Σ (y − z)²`, and `dw = X dZᵀ`, `db = Σ dZ` with `dZ = wᵀX + b − Y`.

    The delta rule `Δw = α Σ (y − z) x` is `descend` on all examples (batch) or on one at a time. Sums, not means.

    w : (n_x, 1); b : number; X : (n_x, m); Y : (1, m), any numbers. Returns (J, dw, db) : number, (n_x, 1), number.
    Source: P "Adaptive Linear Neurons and the Delta Rule".
    """


# === logistic regression ==============================================================================


@_operation("logistic regression", {"A": (1, "m")}, w=("n_x", 1), b=(), X=("n_x", "m"))
def logistic_forward(w, b, X):
    """`A = σ(wᵀX + b)`: the probability that each example is of class 1.

    w : (n_x, 1); b : number; X : (n_x, m). Returns A : (1, m).
    Source: B "Vectorization in logistic regression"; C 7; P "Logistic Regression".
    """


@_operation(
    "logistic regression",
    {"J": (), "dw": ("n_x", 1), "db": ()},
    w=("n_x", 1),
    b=(),
    X=("n_x", "m"),
    Y=(1, "m"),
)
def logistic_step(w, b, X, Y):
    """One pass over m examples: cost `J`, `dw = 1/m X dZᵀ`, `db = 1/m Σ dZ`, with `dZ = A − Y`.

    w : (n_x, 1); b : number; X : (n_x, m); Y : (1, m), 0 or 1. Returns (J, dw, db) : number, (n_x, 1), number.
    Source: B, slide "Gradient descent on m training data" (loop) and "Vectorization in gradient descent".
    """


# === one layer ========================================================================================


@_operation(
    "one layer",
    {"Z": ("n[l]", "m"), "A": ("n[l]", "m")},
    W=("n[l]", "n[l-1]"),
    b=("n[l]", 1),
    A_prev=("n[l-1]", "m"),
)
def layer_forward(W, b, A_prev, activation):
    """`Z = W A_prev + b`, `A = g(Z)`.

    W : (n[l], n[l-1]); b : (n[l], 1); A_prev : (n[l-1], m). Returns (Z, A), both (n[l], m).
    Source: B "Forward propagation at layer l"; C 16; F "Vectorizing across multiple examples".
    """


@_operation(
    "one layer",
    {"dW": ("n[l]", "n[l-1]"), "db": ("n[l]", 1)},
    dZ=("n[l]", "m"),
    A_prev=("n[l-1]", "m"),
)
def layer_gradient(dZ, A_prev):
    """`dW = 1/m dZ A_prevᵀ`, `db = 1/m Σ_examples dZ`: all that the first layer needs, since dX is not needed.

    dZ : (n[l], m); A_prev : (n[l-1], m). Returns (dW, db) : (n[l], n[l-1]), (n[l], 1).
    Source: B "Backward propagation at layer l"; P, F "Backward propagation".
    """


@_operation(
    "one layer",
    {"dA_prev": ("n[l-1]", "m"), "dW": ("n[l]", "n[l-1]"), "db": ("n[l]", 1)},
    dZ=("n[l]", "m"),
    W=("n[l]", "n[l-1]"),
    A_prev=("n[l-1]", "m"),
)
def layer_backward(dZ, W, A_prev):
    """`dA_prev = Wᵀ dZ`, and dW, db as in `layer_gradient`.

    dZ : (n[l], m); W : (n[l], n[l-1]); A_prev : (n[l-1], m). Returns (dA_prev, dW, db).
    Source: B "Backward propagation at layer l"; P, F "Backward propagation".
    """


# === regularization ===================================================================================


@_operation("regularization", {"J": ()}, W=("n[l]", "n[l-1]"), l2=())
def l2_cost(W, l2):
    """`l2/2 ΣΣ W²`: what one layer's weights add to the cost. Biases are free.

    `l2` does not depend on m, so a mini-batch feels the same penalty as all examples: the form with λ/2m is l2 = λ/m.

    W : (n[l], n[l-1]); l2 : number. Returns J, a number.
    Source: P, contents 4 "Regularization"; C 19.
    """


@_operation("regularization", {"dW": ("n[l]", "n[l-1]")}, dW=("n[l]", "n[l-1]"), W=("n[l]", "n[l-1]"), l2=())
def l2_gradient(dW, W, l2):
    """`dW + l2 W`: the gradient with the penalty's own; the update then shrinks every weight ("weight decay").

    dW, W : (n[l], n[l-1]); l2 : number. Returns the new dW : (n[l], n[l-1]).
    Source: P, contents 4 "Regularization"; C 19.
    """


@_operation("regularization", {"A": ("n[l]", "m")}, A=("n[l]", "m"), D=("n[l]", "m"), keep_prob=())
def dropout(A, D, keep_prob):
    """`A * D / keep_prob`: inverted dropout. The mask D is 1 where a unit stays, with probability keep_prob, else 0.

    Dividing keeps the expectation, so prediction needs no change. Backward is the same operation on dA.

    A, D : (n[l], m); keep_prob : number, 0 < keep_prob ≤ 1. Returns (n[l], m).
    Source: P, contents 5 "Dropout"; Srivastava et al. 2014.
    """


# === batch normalization ==============================================================================


@_operation(
    "batch normalization",
    {"Z_tilde": ("n[l]", "m"), "Z_hat": ("n[l]", "m"), "mean": ("n[l]", 1), "variance": ("n[l]", 1)},
    Z=("n[l]", "m"),
    gamma=("n[l]", 1),
    beta=("n[l]", 1),
    epsilon=(),
)
def batch_norm_forward(Z, gamma, beta, epsilon):
    """`Z_hat = (Z − mean) / √(variance + epsilon)`, `Z_tilde = gamma * Z_hat + beta`, each unit over its m examples.

    mean = 1/m Σ z and variance = 1/m Σ (z − mean)². Stands between Z and the activation.

    Z : (n[l], m); gamma, beta : (n[l], 1); epsilon : number. Returns (Z_tilde, Z_hat, mean, variance).
    Source: P, contents 6 "Batch Normalization"; Ioffe and Szegedy 2015, algorithm 1.
    """


@_operation(
    "batch normalization",
    {"dZ": ("n[l]", "m"), "dgamma": ("n[l]", 1), "dbeta": ("n[l]", 1)},
    dZ_tilde=("n[l]", "m"),
    Z_hat=("n[l]", "m"),
    gamma=("n[l]", 1),
    variance=("n[l]", 1),
    epsilon=(),
)
def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """`dZ = gamma/√(variance + epsilon) * (dZ_tilde − dbeta − Z_hat * dgamma)`, through mean and variance too.

    dgamma = 1/m Σ dZ_tilde Z_hat, dbeta = 1/m Σ dZ_tilde. Like every dZ here it is per example: 1/m comes with dW.

    dZ_tilde, Z_hat : (n[l], m); gamma, variance : (n[l], 1); epsilon : number. Returns (dZ, dgamma, dbeta).
    Source: P, contents 6 "Batch Normalization"; Ioffe and Szegedy 2015, section 3.
    """


@_operation(
    "batch normalization",
    {"Z_tilde": ("n[l]", "m")},
    Z=("n[l]", "m"),
    gamma=("n[l]", 1),
    beta=("n[l]", 1),
    mean=("n[l]", 1),
    variance=("n[l]", 1),
    epsilon=(),
)
def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """`gamma * (Z − mean) / √(variance + epsilon) + beta` with running statistics: one example suffices.

    Z : (n[l], m); gamma, beta, mean, variance : (n[l], 1); epsilon : number. Returns Z_tilde : (n[l], m).
    Source: P, contents 6 "Batch Normalization"; Ioffe and Szegedy 2015, algorithm 2.
    """


# === update ===========================================================================================


@_operation("update", {"theta": ("P",)}, theta=("P",), gradient=("P",), alpha=())
def descend(theta, gradient, alpha):
    """`theta − alpha * gradient`: one step of gradient descent on every parameter at once.

    theta, gradient : (P,), or columns (P, 1); alpha : number. Returns the new theta; the old one is unchanged.
    Source: B "Gradient descent"; C 8; P "Gradient Descent".
    """


@_operation(
    "update",
    {"theta": ("P",), "velocity": ("P",)},
    theta=("P",),
    gradient=("P",),
    velocity=("P",),
    alpha=(),
    beta=(),
)
def momentum(theta, gradient, velocity, alpha, beta):
    """`v := beta v + (1 − beta) gradient`, `theta − alpha v`: a running mean of gradients goes on where they agree.

    theta, gradient, velocity : (P,); alpha, beta : numbers. Returns (theta, velocity), both new.
    Source: P, contents 7 "Optimizers"; C 19 "momentum term".
    """


@_operation(
    "update",
    {"theta": ("P",), "square": ("P",)},
    theta=("P",),
    gradient=("P",),
    square=("P",),
    alpha=(),
    beta=(),
    epsilon=(),
)
def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """`s := beta s + (1 − beta) gradient²`, `theta − alpha gradient / (√s + epsilon)`: steep directions go slower.

    theta, gradient, square : (P,); alpha, beta, epsilon : numbers. Returns (theta, square), both new.
    Source: P, contents 7 "Optimizers"; Tieleman and Hinton 2012.
    """


@_operation(
    "update",
    {"theta": ("P",), "velocity": ("P",), "square": ("P",)},
    theta=("P",),
    gradient=("P",),
    velocity=("P",),
    square=("P",),
    t=(),
    alpha=(),
    beta_1=(),
    beta_2=(),
    epsilon=(),
)
def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, `theta − alpha v̂ / (√ŝ + epsilon)`, both corrected for having begun at zero.

    v := beta_1 v + (1 − beta_1) gradient; s := beta_2 s + (1 − beta_2) gradient²; v̂ = v / (1 − beta_1ᵗ) and
    ŝ = s / (1 − beta_2ᵗ) in step t = 1, 2, …

    theta, gradient, velocity, square : (P,); t, alpha, beta_1, beta_2, epsilon : numbers.
    Returns (theta, velocity, square), all new.
    Source: P, contents 7 "Optimizers"; Kingma and Ba 2015, algorithm 1.
    """


# === whole networks: optional ==========================================================================


@_operation(
    "whole networks",
    {"J": (), "gradient": ("P",)},
    into=OPTIONAL,
    theta=("P",),
    X=("n[0]", "m"),
    Y=("n[L]", "m"),
)
def network_step(theta, X, Y, layer_sizes, activations, loss):
    """Cost J and gradient of a whole network over m examples in one call: forward, cost, backward.

    What `layer_forward`, `cost`, `output_delta`, `activation_backward`, `layer_backward` and `layer_gradient` compute
    one after the other, for a network without penalty, dropout and batch normalization.

    theta : (P,), `W[1]` row by row, `b[1]`, `W[2]`, …; X : (n[0], m); Y : (n[L], m); layer_sizes : n[0] … n[L];
    activations : one for each of the L layers. Returns J and the gradient, laid out like theta, both new.
    Source: B "Deep N-layers Neural Network"; C 16 "Putting it all together".
    """


# === training: optional ================================================================================


class Learned(NamedTuple):
    """What training has learned so far, and where it stands."""

    theta: Any  # (P,)
    velocity: Any  # (P,), of momentum and Adam; other optimizers leave it as it is, and it may be empty
    square: Any  # (P,), of RMSprop and Adam; the same
    statistics: Any  # running mean and variance of every normalized layer, one after the other; or empty
    epoch: int  # whole epochs done
    step: int  # updates done
    cost: float  # what the batches that are done of the next epoch add to its cost


class Model(NamedTuple):
    """What is trained, in numbers."""

    kind: int  # one of KINDS
    layer_sizes: Any  # n[0] … n[L]
    activations: Any  # g[1] … g[L]
    loss: int
    l2: float
    keep_prob: float
    batch_norm: bool


class Descent(NamedTuple):
    """How it is trained, in numbers: see `learning.training.HyperParameters`."""

    optimizer: int  # one of OPTIMIZERS
    alpha: float
    decay: float
    beta_1: float
    beta_2: float
    epsilon: float
    batch_size: int  # at most m
    m: int  # examples in all


@_operation(
    "training",
    dict.fromkeys(("theta", "velocity", "square", "statistics", "costs"), ("P",)),
    into=OPTIONAL,
    X=("n[0]", "m"),
    Y=("n[L]", "m"),
)
def train_epochs(learned, X, Y, order, masks, model, descent):
    """Whole epochs of training in one call: for each epoch, for each batch, forward, backward, update.

    What the step of the model and the update of the optimizer compute one after the other, bit for bit: `train` makes
    such calls where an implementation supplies it, and goes step by step where it does not, or returns None.

    learned : `Learned`, unchanged; order : (epochs, at most m) numbers of examples, a row for each epoch: batches are
    taken from it one after the other, the last one may be smaller; masks : those of all these batches in one vector,
    for each batch those of layer 1, 2, …, row by row; empty without dropout; model : `Model`; descent : `Descent`.
    Returns (theta, velocity, square, statistics, costs), all new: what is learned after them, and each epoch's cost,
    the mean of its batches' J, each weighted with its share of the m examples (a sum for perceptron and Adaline, which
    end after an epoch that cost nothing: a perceptron that makes no error has converged).
    Source: B "Gradient descent"; C 8 and 10; P "Gradient Descent", "Stochastic", "Mini-batch", contents 7.
    """
