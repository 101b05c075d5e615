"""One layer: forward, its gradients, and backward."""

from .activations import activate


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z)."""
    Z = W @ A_prev + b
    return Z, activate(Z, activation)


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ."""
    m = A_prev.shape[1]
    return dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    dW, db = layer_gradient(dZ, A_prev)
    return W.T @ dZ, dW, db
