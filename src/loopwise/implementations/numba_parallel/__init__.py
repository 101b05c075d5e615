"""`prange` over independent outputs: the slide's sums on every core, and still the slide's bits.

A sum of floating-point numbers depends on its order, so no sum is ever split or reordered here. What changes is who
computes which output, and in which order *outputs* are visited:

- threads share outputs (examples, units, features), never the terms of one sum;
- loops are interchanged so that the inner index runs over independent outputs that lie side by side in memory: one
  vector instruction then advances several sums by one term each, and each sum still runs in the slide's order.

So the number of threads cannot change a bit. What is done example by example is `numba_loops`, on a block of examples.
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

USES_THREADS = True  # so calls from several Python threads take turns
