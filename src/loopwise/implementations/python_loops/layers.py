"""One layer: forward, its gradients, and backward."""

from .activations import activate
from .sums import zeros


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z), example by example, unit by unit."""
    n, n_prev, m = len(W), len(A_prev), len(A_prev[0])
    Z = zeros(n, m)
    for i in range(m):
        for k in range(n):
            z = 0.0
            for j in range(n_prev):
                z += W[k][j] * A_prev[j][i]
            Z[k][i] = z + b[k][0]
    return Z, activate(Z, activation)


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ, summed example by example."""
    n, n_prev, m = len(dZ), len(A_prev), len(A_prev[0])
    dW, db = zeros(n, n_prev), zeros(n, 1)
    for i in range(m):
        for k in range(n):
            dz = dZ[k][i]
            for j in range(n_prev):
                dW[k][j] += dz * A_prev[j][i]
            db[k][0] += dz
    for k in range(n):
        for j in range(n_prev):
            dW[k][j] /= m
        db[k][0] /= m
    return dW, db


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    n, n_prev, m = len(dZ), len(A_prev), len(A_prev[0])
    dA_prev = zeros(n_prev, m)
    for i in range(m):
        for j in range(n_prev):
            da = 0.0
            for k in range(n):
                da += W[k][j] * dZ[k][i]
            dA_prev[j][i] = da
    dW, db = layer_gradient(dZ, A_prev)
    return dA_prev, dW, db
