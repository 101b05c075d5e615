"""How a class with weights and biases takes part: eight lines, as docs/own-code.md has them."""

RECIPE = """\
from loopwise.learning.parameters import views


def network_step(architecture, theta, X, Y):
    (W, b, _), net = views(theta, architecture), Network(architecture.layer_sizes)
    net.weights, net.biases = [W[l].copy() for l in W], [b[l].copy() for l in b]
    A, alpha = net.forward(X), 2.0**60  # what is subtracted is all that is left
    net.learn(Y, alpha)
    grads = {f"dW{l}": (W[l] - net.weights[l - 1]) / alpha for l in W}
    grads |= {f"db{l}": (b[l] - net.biases[l - 1]) / alpha for l in b}
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)), grads
"""
