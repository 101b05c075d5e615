"""The lecture's array expressions: every example at once, no loop in sight.

Beside `python_loops` this shows what vectorization replaces: `W @ A_prev` stands for three nested loops, `+ b`
is broadcast over the examples, `axis=1, keepdims=True` sums over them and keeps the column. NumPy and BLAS choose
the order of the sums, so results agree up to rounding, within a bound computed from the data.
"""

from .activations import activate, activation_backward, activation_slope
from .layers import layer_backward, layer_forward, layer_gradient
from .losses import cost, example_losses, output_delta
from .neurons import adaline_step, logistic_forward, logistic_step, perceptron_step
from .normalization import batch_norm_backward, batch_norm_forward, batch_norm_predict
from .regularization import dropout, l2_cost, l2_gradient
from .sums import dot, matmul, matvec
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
