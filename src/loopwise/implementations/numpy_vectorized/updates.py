"""Array expressions, continued: regularization, batch normalization and the updates.

Beside `python_loops_training.py`: one line for every loop.
"""

import numpy as np

__all__ = ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

# === regularization ===================================================================================


def l2_cost(W, l2):
    """l2/2 ΣΣ W²."""
    return 0.5 * l2 * (W * W).sum()


def l2_gradient(dW, W, l2):
    """dW + l2 W."""
    return dW + l2 * W


def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    return A * D / keep_prob


# === batch normalization ==============================================================================


def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, over the examples."""
    mean = Z.mean(axis=1, keepdims=True)
    variance = ((Z - mean) ** 2).mean(axis=1, keepdims=True)
    Z_hat = (Z - mean) / np.sqrt(variance + epsilon)
    return gamma * Z_hat + beta, Z_hat, mean, variance


def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    dgamma = (dZ_tilde * Z_hat).mean(axis=1, keepdims=True)
    dbeta = dZ_tilde.mean(axis=1, keepdims=True)
    return gamma / np.sqrt(variance + epsilon) * (dZ_tilde - dbeta - Z_hat * dgamma), dgamma, dbeta


def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    return gamma * ((Z - mean) / np.sqrt(variance + epsilon)) + beta


# === update ===========================================================================================


def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    return theta - alpha * gradient


def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    v = beta * velocity + (1 - beta) * gradient
    return theta - alpha * v, v


def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    s = beta * square + (1 - beta) * gradient**2
    return theta - alpha * gradient / (np.sqrt(s) + epsilon), s


def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    v = beta_1 * velocity + (1 - beta_1) * gradient
    s = beta_2 * square + (1 - beta_2) * gradient**2
    v_hat, s_hat = v / (1 - beta_1**t), s / (1 - beta_2**t)
    return theta - alpha * v_hat / (np.sqrt(s_hat) + epsilon), v, s
