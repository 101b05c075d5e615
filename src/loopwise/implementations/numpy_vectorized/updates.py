"""Updates of the parameters: gradient descent, momentum, RMSprop and Adam."""

import numpy as np


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
