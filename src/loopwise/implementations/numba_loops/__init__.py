"""The slide's loops, compiled: the text of `python_loops` with `@njit` on arrays.

`diff -r` the two folders: `X[j][i]` has become `X[j, i]`, lists have become arrays, and a table of functions has become
the branches of `g`, which the compiler lifts out of the loop. Nothing else: no fastmath, no reordering, so every
result has the same bits. `real` is the data's own number type, float64 or float32: sums over examples and features
run in it.
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
