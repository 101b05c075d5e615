"""The last layer: its activation, the cost and dZ[L], one vector of examples after another."""

from ....interface import CROSS_ENTROPY, SOFTMAX
from ....jit.decorators import kernel
from ....jit.simd.functions import sigmoid
from ....jit.simd.tiles import tile_shape
from ....jit.simd.vectors import add_up, broadcast, keep_first, lanes, load, load_first, store
from ..functions import binary_cross_entropy, g, loss_and_slope, slope, softmax_columns


@kernel
def output(Z, dZ, panels, layer, theta, Y, first, costs):
    """dZ[L] of some panels from Z[L] without its bias, and in `costs` the sum of each panel's losses.

    `first` is the first panel's first example. Empty lanes of a last vector cost nothing, and their dZ is zero.
    """
    width = tile_shape(dZ)[1]
    for p in range(panels):
        offset, done = Z.offset + p * Z.size, p * width
        losses = output_of_panel(Z.numbers, dZ, offset, layer, theta, Y, first + done, Z.examples - done)
        costs[p] = add_up(losses)


@kernel
def output_of_panel(A, dZ, offset, layer, theta, Y, first, count):
    """dZ[L] of one panel, from Z[L] without its bias; returns a vector of losses."""
    units, loss, activation, stride = layer.units, layer.loss, layer.activation, tile_shape(dZ)[1]
    total = broadcast(A, 0.0)
    for c in range(0, min(stride, count), lanes(A)):
        for k in range(units):
            z_at = offset + k * stride + c
            store(A, z_at, load(A, z_at) + broadcast(A, theta[layer.b + k]))
        if activation == SOFTMAX:
            losses = softmax_output(A, dZ, offset + c, stride, units, Y, first + c, count - c, loss)
        else:
            losses = broadcast(A, 0.0)
            for k in range(units):
                z, y = load(A, offset + k * stride + c), labels(Y, k, first + c, count - c)
                if loss == CROSS_ENTROPY:
                    value, dz = binary_cross_entropy(z, y), sigmoid(z) - y
                else:
                    a = g(z, activation)
                    value, da = loss_and_slope(a, y, loss)
                    dz = da * slope(a, activation)
                losses = losses + value
                store(dZ, offset + k * stride + c, keep_first(dz, count - c))
        total = total + keep_first(losses, count - c)
    return total


@kernel
def softmax_output(A, dZ, at, stride, units, Y, first, count, loss):
    """Losses and dZ of one vector of examples after softmax."""
    top, log_total = softmax_columns(A, at, dZ, at, units, stride, lanes(A))
    losses, mixed = broadcast(A, 0.0), broadcast(A, 0.0)
    for k in range(units):
        a, y = load(dZ, at + k * stride), labels(Y, k, first, count)
        if loss == CROSS_ENTROPY:
            losses = losses + y * ((top - load(A, at + k * stride)) + log_total)
            store(dZ, at + k * stride, keep_first(a - y, count))
        else:
            value, da = loss_and_slope(a, y, loss)
            losses, mixed = losses + value, mixed + a * da
    if loss != CROSS_ENTROPY:
        for k in range(units):
            a, y = load(dZ, at + k * stride), labels(Y, k, first, count)
            da = loss_and_slope(a, y, loss)[1]
            store(dZ, at + k * stride, keep_first(a * (da - mixed), count))
    return losses


@kernel
def labels(Y, k, first, count):
    """y of unit k for one vector of examples; zeros after the last one."""
    return load_first(Y.numbers, k * Y.row + first, count)
