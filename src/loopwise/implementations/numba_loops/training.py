"""Training: the outer loops, over epochs and batches, around forward, backward and update."""

import numpy as np

from ...interface import (
    ADALINE,
    ADAM,
    DESCENT,
    EPSILON,
    LOGISTIC,
    MOMENTUM,
    NETWORK,
    PERCEPTRON,
    STATISTICS_MOMENTUM,
    STEP,
)
from ...jit.decorators import njit
from ...jit.matmul.matrix import matrix
from .activations import activate, activation_backward, g, sigmoid
from .layers import layer_backward, layer_forward, layer_gradient
from .losses import cost, logistic_loss, output_delta, squared_loss
from .normalization import batch_norm_backward, batch_norm_forward
from .regularization import dropout, l2_cost, l2_gradient
from .sums import matmul
from .updates import adam, descend, momentum, rmsprop


def train_epochs(learned, X, Y, order, masks, model, descent):
    """For each epoch, for each batch: forward, backward, update."""
    if model.kind == NETWORK:
        return network_epochs(learned, matrix(X), matrix(Y), order, masks, model, descent)  # for all orders of memory
    return neuron_epochs(learned, X, Y, order, model, descent)


@njit
def update(theta, gradient, velocity, square, t, alpha, descent):
    """What descent's step t makes of theta and of what the optimizer remembers."""
    real = theta.dtype.type
    beta_1, beta_2, epsilon = real(descent.beta_1), real(descent.beta_2), real(descent.epsilon)
    if descent.optimizer == DESCENT:
        theta = descend(theta, gradient, alpha)
    elif descent.optimizer == MOMENTUM:
        theta, velocity = momentum(theta, gradient, velocity, alpha, beta_1)
    elif descent.optimizer == ADAM:
        theta, velocity, square = adam(theta, gradient, velocity, square, real(t), alpha, beta_1, beta_2, epsilon)
    else:
        theta, square = rmsprop(theta, gradient, square, alpha, beta_2, epsilon)
    return theta, velocity, square


# === a single neuron ==================================================================================


@njit
def neuron_epochs(learned, X, Y, order, model, descent):
    """The epochs of one neuron; theta is w, then b."""
    m, size = descent.m, descent.batch_size
    costs = []
    theta, velocity, square, statistics, epoch, t, total = learned
    P, theta, gradient = len(theta), theta.copy(), np.zeros(len(theta), theta.dtype)
    for e in range(len(order)):
        alpha = theta.dtype.type(descent.alpha / (1.0 + descent.decay * (epoch + e)))
        examples = order[e]
        for first in range(0, len(examples), size):
            last = min(first + size, len(examples))
            J = neuron_gradient(theta, X, Y, examples, first, last, model, gradient)
            t += 1
            if descent.optimizer != DESCENT:
                theta, velocity, square = update(theta, gradient, velocity, square, t, alpha, descent)
            elif model.kind != PERCEPTRON or J > 0.0:  # no error, no gradient
                for p in range(P):
                    theta[p] -= alpha * gradient[p]
            total += (last - first) / m * J if model.kind == LOGISTIC else J
        costs.append(total)
        if model.kind != LOGISTIC and total == 0.0:
            break
        total = 0.0
    return theta, velocity, square, statistics, costs


@njit(inlined=True)
def neuron_gradient(theta, X, Y, examples, first, last, model, gradient):
    """J of a batch, the examples from `first` to before `last`; dw and db are written to `gradient`."""
    real = theta.dtype.type
    n_x, J, db = len(X), real(0.0), real(0.0)
    b, l2 = theta[n_x], real(model.l2)
    for j in range(n_x):
        gradient[j] = 0.0
    for k in range(first, last):
        i = examples[k]
        z = real(0.0)
        for j in range(n_x):
            z += theta[j] * X[j, i]
        loss, dz = loss_and_delta(z + b, Y[0, i], model.kind)
        J += real(loss)
        dz = real(dz)
        if dz != 0.0:
            for j in range(n_x):
                gradient[j] += X[j, i] * dz
            db += dz
    gradient[n_x] = db
    if model.kind == LOGISTIC and last - first > 1:
        for p in range(n_x + 1):
            gradient[p] /= last - first
        J = J / (last - first)
    penalized = float(J)
    if model.l2 > 0.0:
        penalized += float(l2_cost(theta[:n_x].reshape(1, n_x), l2))
        for j in range(n_x):
            gradient[j] += l2 * theta[j]
    return penalized


@njit
def loss_and_delta(z, y, kind):
    """What an example costs, and dz = a - y."""
    if kind == LOGISTIC:
        return logistic_loss(z, y), sigmoid(z) - y
    if kind == ADALINE:
        return squared_loss(z, y), z - y
    dz = g(z, STEP) - y
    return (1.0 if dz != 0.0 else 0.0), dz


# === a network ========================================================================================


@njit
def network_epochs(learned, X, Y, order, masks, model, descent):
    """The epochs of an L-layer network."""
    m, size, at = descent.m, descent.batch_size, 0
    n, L = model.layer_sizes, len(model.layer_sizes) - 1
    costs = []
    theta, velocity, square, statistics, epoch, t, total = learned
    for e in range(len(order)):
        alpha = theta.dtype.type(descent.alpha / (1.0 + descent.decay * (epoch + e)))
        for first in range(0, len(order[e]), size):
            examples = order[e][first : first + size]
            D, at = masks_of_batch(masks, at, len(examples), model)
            X_batch, Y_batch = take(X, n[0], examples), take(Y, n[L], examples)
            J, gradient, mean, variance = network_gradient(theta, X_batch, Y_batch, D, model)
            t += 1
            theta, velocity, square = update(theta, gradient, velocity, square, t, alpha, descent)
            statistics = running(statistics, mean, variance)
            total += len(examples) / m * J
        costs.append(total)
        total = 0.0
    return theta, velocity, square, statistics, costs


@njit
def network_gradient(theta, X, Y, D, model):
    """J, the gradient, and each normalized layer's mean and variance: the lecture's summary, layer by layer."""
    L, g, real = len(model.layer_sizes) - 1, model.activations, theta.dtype.type
    epsilon, keep_prob, l2 = real(EPSILON), real(model.keep_prob), real(model.l2)
    W, b, gamma = parameters(theta, model)
    A, Z, Z_hat, mean, variance = [X], [X], [X], [X], [X]  # only A has a layer 0: X
    for l in range(1, L + 1):
        if model.batch_norm and l < L:
            z, z_hat, mean_l, variance_l = batch_norm_forward(matmul(W[l], A[l - 1]), gamma[l], b[l], epsilon)
            a = activate(z, g[l])
            Z_hat.append(z_hat)
            mean.append(mean_l)
            variance.append(variance_l)
        else:
            z, a = layer_forward(W[l], b[l], A[l - 1], g[l])
        if model.keep_prob < 1.0 and l < L:
            a = dropout(a, D[l], keep_prob)
        Z.append(z)
        A.append(a)
    J = float(cost(Z[L], A[L], Y, model.loss, g[L]))
    if model.l2 > 0.0:
        for l in range(1, L + 1):
            J += float(l2_cost(W[l], l2))
    dZ, gradient, end = output_delta(Z[L], A[L], Y, model.loss, g[L]), np.zeros(len(theta), theta.dtype), len(theta)
    for l in range(L, 0, -1):  # theta is W[1], b[1], gamma[1], W[2], …: so its gradient is filled from the end
        if model.batch_norm and l < L:
            dZ, dgamma, dbeta = batch_norm_backward(dZ, Z_hat[l], gamma[l], variance[l], epsilon)
            end = put(dgamma, gradient, end)
        if l == 1:
            dW, db = layer_gradient(dZ, A[0])
        else:
            dA, dW, db = layer_backward(dZ, W[l], A[l - 1])
            if model.keep_prob < 1.0:
                dA = dropout(dA, D[l - 1], keep_prob)
            dZ = activation_backward(dA, Z[l - 1], g[l - 1])
        if model.batch_norm and l < L:
            db = dbeta
        if model.l2 > 0.0:
            dW = l2_gradient(dW, W[l], l2)
        end = put(dW, gradient, put(db, gradient, end))
    return J, gradient, mean, variance


# === what the loops need besides ======================================================================


@njit
def take(X, n, examples):
    """A batch: some columns of X, which has n rows."""
    X_batch = np.zeros((n, len(examples)), X.numbers.dtype)
    for k in range(len(examples)):
        for j in range(n):
            X_batch[j, k] = X.numbers[j * X.row + examples[k] * X.column]
    return X_batch


@njit
def rows(vector, start, n, m):
    """n rows of m numbers each, which follow one another in a vector."""
    return vector[start : start + n * m].reshape(n, m)


@njit
def put(part, vector, end):
    """Write a matrix row by row so that it ends before `end`; returns where it begins."""
    n, m = len(part), part.shape[1]
    start = end - n * m
    for k in range(n):
        for j in range(m):
            vector[start + k * m + j] = part[k, j]
    return start


@njit
def parameters(theta, model):
    """W[l], b[l] and gamma[l] for l = 1 … L; there is no layer 0."""
    n, start, none = model.layer_sizes, 0, rows(theta, 0, 0, 0)
    W, b, gamma = [none], [none], [none]
    for l in range(1, len(n)):
        W.append(rows(theta, start, n[l], n[l - 1]))
        start += n[l] * n[l - 1]
        b.append(rows(theta, start, n[l], 1))
        start += n[l]
        if model.batch_norm and l < len(n) - 1:
            gamma.append(rows(theta, start, n[l], 1))
            start += n[l]
    return W, b, gamma


@njit
def masks_of_batch(masks, start, m, model):
    """D[l] for the hidden layers of a batch of m examples, and where those of the next batch begin."""
    n, D = model.layer_sizes, [rows(masks, 0, 0, 0)]
    if model.keep_prob < 1.0:
        for l in range(1, len(n) - 1):
            D.append(rows(masks, start, n[l], m))
            start += n[l] * m
    return D, start


@njit
def running(statistics, mean, variance):
    """The running mean and variance of every normalized unit, moved towards a batch's."""
    real, moved, s = statistics.dtype.type, statistics.copy(), 0
    kept, new = real(STATISTICS_MOMENTUM), real(1.0 - STATISTICS_MOMENTUM)
    for l in range(1, len(mean)):
        for part in (mean[l], variance[l]):
            for k in range(len(part)):
                moved[s] = kept * statistics[s] + new * part[k, 0]
                s += 1
    return moved
