"""Free order, and as fast as the machine allows: one pass over memory, tiles in registers, several lanes at a time.

Sums may run in any order here, and multiply-adds round once: the *rounding* contract. But the order is fixed by the
sizes alone, never by the number of threads: every sum is cut into a fixed number of chunks, and those are added in
order. So the same call gives the same bits on one core and on a hundred.

The eight files of the interface's sections choose the kernels; `neuron` holds those of a neuron's step (both products
in one pass over X), `network` those of a whole network's step in one call, `elementwise` and `reductions` the rest.
`jit/matmul/product.py` is the top of the matmul ladder, `jit/simd/vectors.py` and `tiles.py` the intrinsics.
"""

from .activations import activate, activation_backward, activation_slope
from .layers import layer_backward, layer_forward, layer_gradient
from .losses import cost, example_losses, output_delta
from .network.plan import network_step
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
__all__ += ["network_step", "train_epochs"]

USES_THREADS = True  # so calls from several Python threads take turns
