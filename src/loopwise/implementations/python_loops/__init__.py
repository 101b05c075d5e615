"""The slide: nested loops over examples, units and features, on lists of floats. No NumPy.

Read these files beside the lecture, and those of `numba_loops` beside them: the same text, compiled
(`diff -r python_loops numba_loops`). A matrix is a list of rows, so `X[j][i]` is feature j of example i. Every sum
starts at 0.0 and runs in the slide's order: that order is what the other exact implementations reproduce bit for bit.
Float64 only, since Python has no other float.
"""

from .activations import activate, activation_backward, activation_slope
from .layers import layer_backward, layer_forward, layer_gradient
from .losses import cost, example_losses, output_delta
from .neurons import adaline_step, logistic_forward, logistic_step, perceptron_step
from .normalization import batch_norm_backward, batch_norm_forward, batch_norm_predict
from .regularization import dropout, l2_cost, l2_gradient
from .sums import dot, matmul, matvec
from .training import train_epochs
from .updates import adam, descend, momentum, rmsprop

__all__ = ["dot", "matvec", "matmul"]
__all__ += ["activate", "activation_slope", "activation_backward"]
__all__ += ["cost", "example_losses", "output_delta"]
__all__ += ["perceptron_step", "adaline_step"]
__all__ += ["logistic_forward", "logistic_step"]
__all__ += ["layer_forward", "layer_gradient", "layer_backward"]
__all__ += ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]
__all__ += ["train_epochs"]
