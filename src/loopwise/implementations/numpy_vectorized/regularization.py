"""Regularization: the L2 penalty and dropout."""


def l2_cost(W, l2):
    """l2/2 ΣΣ W²."""
    return 0.5 * l2 * (W * W).sum()


def l2_gradient(dW, W, l2):
    """dW + l2 W."""
    return dW + l2 * W


def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    return A * D / keep_prob
