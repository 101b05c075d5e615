"""The interface once more, in ball arithmetic: every result with a bound on how far rounding can move it.

A `Ball` holds numbers and, for each, a radius. Whatever order an implementation adds in, with or without fused
multiply-adds, its result lies within the radius of the exact one; two implementations differ by at most twice that.
The radii are first-order forward error analysis (Higham, *Accuracy and Stability of Numerical Algorithms*, ch. 3),
computed from the data: a sum of n products contributes `γ_n Σ|a||b|`, `γ_n = n·u/(1 − n·u)`, and what the inputs are
already off is carried along. Where an input's ball touches a jump (the slope of relu at 0), the radius is the jump.

The module supplies the interface's operations, so the L-layer driver runs on it like on any implementation.
"""

from dataclasses import dataclass

import numpy as np

from ..interface import CROSS_ENTROPY, IDENTITY, LEAKY_RELU, RELU, SIGMOID, SIGN, SOFTMAX, SQUARED, STEP, TANH

__all__ = ["dot", "matvec", "matmul"]
__all__ += ["activate", "activation_slope", "activation_backward"]
__all__ += ["cost", "output_delta"]
__all__ += ["perceptron_step", "adaline_step"]
__all__ += ["logistic_forward", "logistic_step"]
__all__ += ["layer_forward", "layer_gradient", "layer_backward"]
__all__ += ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

# exp, log, log1p and tanh are taken to be right to 4 units in the last place, in libm as in NumPy: what NumPy's own
# suite demands of them, checked here against mpmath. A unit in the last place is at most 2u of the value.
FUNCTION_ULPS = 4
FUNCTION = 2 * FUNCTION_ULPS


@dataclass
class Ball:
    """Numbers `mid`, each within `rad` of the exact value; `u` is the unit roundoff of the arithmetic bounded."""

    mid: np.ndarray
    rad: np.ndarray
    u: float

    @property
    def T(self):
        return Ball(self.mid.T, self.rad.T, self.u)

    @property
    def top(self):
        """The largest magnitude in each ball."""
        return np.abs(self.mid) + self.rad

    def __getitem__(self, where):
        return Ball(self.mid[where], self.rad[where], self.u)

    def __add__(self, other):
        return rounded(self.mid + other.mid, self.rad + other.rad, self.u)

    def __sub__(self, other):
        return rounded(self.mid - other.mid, self.rad + other.rad, self.u)

    def __mul__(self, other):
        rad = self.top * other.rad + self.rad * np.abs(other.mid)
        return rounded(self.mid * other.mid, rad, self.u)

    def __matmul__(self, other):
        n = self.mid.shape[-1]
        carried = self.top @ other.rad + self.rad @ np.abs(other.mid)
        rad = carried + gamma(n, self.u) * (self.top @ other.top) + n * tiny(self.u)
        return Ball(self.mid @ other.mid, rad, self.u)

    def __truediv__(self, other):
        """Divided by a whole number, or multiplied by its rounded reciprocal; or divided by balls away from 0."""
        if not isinstance(other, Ball):
            return rounded(self.mid / other, self.rad / other, self.u, times=2)
        mid, least = self.mid / other.mid, np.abs(other.mid) - other.rad
        carried = (self.rad + np.abs(mid) * other.rad) / np.maximum(least, 1e-300)
        return rounded(mid, carried, self.u, times=2)

    def sqrt(self):
        """√x, as far as it can fall below √mid and rise above it."""
        root, least = np.sqrt(self.mid), np.finfo(np.float64).tiny
        below = np.minimum(self.rad, self.mid) / np.maximum(root + np.sqrt(np.maximum(self.mid - self.rad, 0)), least)
        above = self.rad / np.maximum(root + np.sqrt(self.mid + self.rad), least)
        return rounded(root, np.maximum(below, above), self.u)

    def sum(self, axis=None):
        n = self.mid.size if axis is None else self.mid.shape[axis]
        rad = self.rad.sum(axis=axis, keepdims=axis is not None)
        rad = rad + gamma(n, self.u) * self.top.sum(axis=axis, keepdims=axis is not None)
        return Ball(self.mid.sum(axis=axis, keepdims=axis is not None), rad, self.u)


def gamma(n, u):
    """Higham's γ_n: the relative error that n roundings in any order can add up to."""
    return n * u / (1 - n * u)


def tiny(u):
    """What underflow can add to one product or function: the smallest subnormal number."""
    return float(np.finfo(np.float64 if u < 1e-10 else np.float32).smallest_subnormal)


def rounded(mid, rad, u, times=1):
    """The result of an operation that rounds `times` times."""
    return Ball(mid, rad + gamma(times, u) * (np.abs(mid) + rad) + times * tiny(u), u)


def exact(mid, u):
    return Ball(mid, np.zeros_like(mid), u)


# === sums by hand =====================================================================================


def dot(w, x):
    return w @ x


def matvec(A, v):
    return A @ v


def matmul(A, B):
    return A @ B


# === activations ======================================================================================


def nearest_to_zero(Z):
    """The point of each ball where sigmoid and tanh are steepest."""
    return np.maximum(np.abs(Z.mid) - Z.rad, 0)


def sigmoid(Z):
    """1/(1+e) or e/(1+e), with e = e^-|z|: one function, then at most three roundings."""
    e, steepest = np.exp(-np.abs(Z.mid)), np.exp(-nearest_to_zero(Z))
    mid = np.where(Z.mid >= 0, 1 / (1 + e), e / (1 + e))
    carried = Z.rad * steepest / (1 + steepest) ** 2
    return rounded(mid, carried, Z.u, times=FUNCTION + 3)


def tanh(Z):
    carried = Z.rad * (1 - np.tanh(nearest_to_zero(Z)) ** 2)
    return rounded(np.tanh(Z.mid), carried, Z.u, times=FUNCTION)


def jump(Z, below, above):
    """`above` where z ≥ 0, `below` elsewhere; anything between where the ball holds both sides of 0."""
    astride = (Z.mid - Z.rad < 0) & (Z.mid + Z.rad >= 0)
    return Ball(np.where(Z.mid >= 0, above, below) * 1.0, np.where(astride, above - below, 0.0), Z.u)


def relu(Z):
    return Ball(np.maximum(Z.mid, 0), Z.rad, Z.u)


def leaky_relu(Z):
    # 0.01 is itself rounded, then the product.
    return rounded(np.where(Z.mid >= 0, Z.mid, 0.01 * Z.mid), Z.rad, Z.u, times=2)


def softmax(Z):
    """e^(z−top) / Σ e^(z−top): each exponent off by its ball and a rounding; then a function, a sum, a division."""
    n = len(Z.mid)
    below_top = Z.mid - Z.mid.max(axis=0, keepdims=True)
    exponent = Z.rad + Z.rad.max(axis=0, keepdims=True) + Z.u * np.abs(below_top)
    relative = (np.expm1(exponent) + gamma(FUNCTION, Z.u) * np.exp(exponent)).max(axis=0, keepdims=True)
    e = np.exp(below_top)
    mid = e / e.sum(axis=0, keepdims=True)
    carried = mid * np.minimum(2 * relative / (1 - np.minimum(relative, 0.5)), 1 / np.maximum(mid, 1e-300))
    return rounded(mid, carried, Z.u, times=n + 1)


def activate(Z, activation):
    bounded = {
        IDENTITY: lambda: Z,
        STEP: lambda: jump(Z, 0, 1),
        SIGN: lambda: jump(Z, -1, 1),
        SIGMOID: lambda: sigmoid(Z),
        TANH: lambda: tanh(Z),
        RELU: lambda: relu(Z),
        LEAKY_RELU: lambda: leaky_relu(Z),
        SOFTMAX: lambda: softmax(Z),
    }
    if activation not in bounded:
        raise NotImplementedError(f"no rounding bound for activation {activation}")
    return bounded[activation]()


def activation_slope(Z, activation):
    one = exact(np.ones_like(Z.mid), Z.u)
    if activation in (SIGMOID, SOFTMAX):
        A = activate(Z, activation)
        return A * (one - A)
    if activation == TANH:
        A = tanh(Z)
        return one - A * A
    if activation == RELU:
        return jump(Z, 0, 1)
    if activation == LEAKY_RELU:
        slope = jump(Z, 0.01, 1)
        return rounded(slope.mid, slope.rad, Z.u)
    if activation in (STEP, SIGN):
        return exact(np.zeros_like(Z.mid), Z.u)
    if activation == IDENTITY:
        return one
    raise NotImplementedError(f"no rounding bound for the slope of activation {activation}")


def activation_backward(dA, Z, activation):
    if activation == SOFTMAX:
        A = softmax(Z)
        return A * (dA - (A * dA).sum(axis=0))
    return dA * activation_slope(Z, activation)


# === losses ===========================================================================================


def logistic_loss(Z, Y):
    """max(z,0) − zy + log1p(e^−|z|): for y in {0, 1} the first two cancel exactly or not at all."""
    e = np.exp(-np.abs(Z.mid))
    linear = np.maximum(Z.mid, 0) - Z.mid * Y.mid
    carried = Z.rad * np.minimum(1.0, np.abs(sigmoid(Z).mid - Y.mid) + Z.rad / 4)
    function = gamma(2 * FUNCTION, Z.u) * np.log1p(e)
    product = 2 * Z.u * np.where((Y.mid == 0) | (Y.mid == 1), 0.0, np.abs(Z.mid * Y.mid))
    return rounded(linear + np.log1p(e), carried + function + product, Z.u, times=3)


def softmax_loss(Z, Y):
    """y (top − z + log Σ e^(z−top)), summed over units."""
    n = len(Z.mid)
    gap = Z.mid.max(axis=0, keepdims=True) - Z.mid
    total = np.exp(-gap).sum(axis=0, keepdims=True)
    # The sum's relative error becomes the logarithm's absolute one.
    exponent = Z.u * gap.max(axis=0, keepdims=True)
    of_log = gamma(n + FUNCTION, Z.u) + np.expm1(exponent) + gamma(FUNCTION, Z.u) * np.log(total)
    # d log Σ e^z / dz is at most 1 in all, so the balls carry at most their own and the largest radius.
    carried = Z.rad + Z.rad.max(axis=0, keepdims=True) + of_log + Z.u * gap
    return Y * rounded(gap + np.log(total), carried, Z.u)


def cost(Z, A, Y, loss, activation):
    m = Y.mid.shape[1]
    if loss == CROSS_ENTROPY:
        losses = softmax_loss(Z, Y) if activation == SOFTMAX else logistic_loss(Z, Y)
    elif loss == SQUARED:
        error = A - Y
        losses = error * error / 2
    else:
        error = A - Y
        losses = Ball(np.abs(error.mid), error.rad, error.u)
    return losses.sum() / m


def output_delta(Z, A, Y, loss, activation):
    error = A - Y
    if loss == CROSS_ENTROPY:
        return error
    if loss == SQUARED:
        return activation_backward(error, Z, activation)
    # A difference of two numbers never rounds to the wrong sign: only what they are off themselves can turn it.
    off = A.rad + Y.rad
    unsure = (np.abs(A.mid - Y.mid) <= off) & (off > 0)
    direction = Ball(np.sign(error.mid), np.where(unsure, 2.0, 0.0), error.u)
    return activation_backward(direction, Z, activation)


# === single neurons ===================================================================================


def perceptron_step(w, b, X, Y):
    a = jump(w.T @ X + b, 0, 1)
    dZ = a - Y
    # An example counts as wrong or not: where the step is unsure, the count is off by one.
    errors = Ball(np.count_nonzero(dZ.mid) * 1.0, a.rad.sum(), a.u)
    return errors, X @ dZ.T, dZ.sum()


def adaline_step(w, b, X, Y):
    dZ = w.T @ X + b - Y
    return (dZ * dZ / 2).sum(), X @ dZ.T, dZ.sum()


# === logistic regression ==============================================================================


def logistic_forward(w, b, X):
    return sigmoid(w.T @ X + b)


def logistic_step(w, b, X, Y):
    m = X.mid.shape[1]
    Z = w.T @ X + b
    dZ = sigmoid(Z) - Y
    return logistic_loss(Z, Y).sum() / m, X @ dZ.T / m, dZ.sum() / m


# === one layer ========================================================================================


def layer_forward(W, b, A_prev, activation):
    Z = W @ A_prev + b
    return Z, activate(Z, activation)


def layer_gradient(dZ, A_prev):
    m = A_prev.mid.shape[1]
    return dZ @ A_prev.T / m, dZ.sum(axis=1) / m


def layer_backward(dZ, W, A_prev):
    return W.T @ dZ, *layer_gradient(dZ, A_prev)


# === regularization ===================================================================================


def l2_cost(W, l2):
    return l2 * (W * W).sum() / 2


def l2_gradient(dW, W, l2):
    return dW + l2 * W


def dropout(A, D, keep_prob):
    return A * D / keep_prob


# === batch normalization ==============================================================================


def batch_norm_forward(Z, gamma, beta, epsilon):
    m = Z.mid.shape[1]
    mean = Z.sum(axis=1) / m
    centred = Z - mean
    variance = (centred * centred).sum(axis=1) / m
    Z_hat = centred / (variance + epsilon).sqrt()
    return gamma * Z_hat + beta, Z_hat, mean, variance


def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    m = Z_hat.mid.shape[1]
    dgamma, dbeta = (dZ_tilde * Z_hat).sum(axis=1) / m, dZ_tilde.sum(axis=1) / m
    return gamma / (variance + epsilon).sqrt() * (dZ_tilde - dbeta - Z_hat * dgamma), dgamma, dbeta


def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    return gamma * ((Z - mean) / (variance + epsilon).sqrt()) + beta


# === update ===========================================================================================


def one(number):
    return exact(np.float64(1), number.u)


def descend(theta, gradient, alpha):
    return theta - alpha * gradient


def momentum(theta, gradient, velocity, alpha, beta):
    v = beta * velocity + (one(beta) - beta) * gradient
    return theta - alpha * v, v


def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    s = beta * square + (one(beta) - beta) * (gradient * gradient)
    return theta - alpha * gradient / (s.sqrt() + epsilon), s


def power(beta, t):
    return rounded(beta.mid**t.mid, np.zeros_like(beta.mid), beta.u, times=FUNCTION)


def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    v = beta_1 * velocity + (one(beta_1) - beta_1) * gradient
    s = beta_2 * square + (one(beta_2) - beta_2) * (gradient * gradient)
    v_hat, s_hat = v / (one(beta_1) - power(beta_1, t)), s / (one(beta_2) - power(beta_2, t))
    return theta - alpha * v_hat / (s_hat.sqrt() + epsilon), v, s


# === data =============================================================================================


class Balls:
    """Balls as an implementation's native data: what enters is exact. `dtype` is the arithmetic that is bounded."""

    kind = "a ball"

    def __init__(self, dtype):
        self.real, self.u = np.dtype(dtype).type, float(np.finfo(dtype).eps) / 2
        self.dtypes = (self.real,)

    def from_array(self, array):
        if isinstance(array, Ball):
            return array
        return exact(np.asarray(array, np.float64), self.u)

    def to_array(self, native):
        return native

    def is_native(self, value):
        return isinstance(value, Ball)

    def shape(self, native):
        return native.mid.shape

    def dtype(self, native):
        return self.real

    def number(self, value, dtype):
        return exact(np.float64(self.real(value)), self.u)

    def result(self, number):
        return number

    def end_to_end(self, parts, dtype):
        mid, rad = (np.concatenate([getattr(part, field).ravel() for part in parts]) for field in ("mid", "rad"))
        return Ball(mid, rad, self.u)

    def flatten(self, column):
        return column[:, 0]

    def column(self, vector):
        return vector[:, None]
