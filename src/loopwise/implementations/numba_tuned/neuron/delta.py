"""What an example costs a neuron, and its dz: where logistic regression, Adaline and the perceptron differ."""

from ....interface import ADALINE, LOGISTIC
from ....jit.decorators import kernel
from ....jit.simd.functions import sigmoid
from ....jit.simd.vectors import add_up, broadcast, keep_first, lanes, load, load_first, magnitude, select, store
from ..functions import binary_cross_entropy


@kernel
def costs_and_deltas(z, offset, neuron, Y, first, count):
    """dz = a − y, written over z = wᵀx without b, for `count` examples; returns the sum of their costs, and Σ dz."""
    n = lanes(z)
    cost, db, bias = broadcast(z, 0.0), broadcast(z, 0.0), broadcast(z, neuron.b)
    for i in range(0, count, n):
        more, dz = cost_and_delta(load(z, offset + i) + bias, load_first(Y, first + i, count - i), neuron.kind)
        dz = keep_first(dz, count - i)
        cost, db = cost + keep_first(more, count - i), db + dz
        store(z, offset + i, dz)
    return add_up(cost), add_up(db)


@kernel
def divisor_of(kind, m):
    """What cost and gradients are divided by: means over m examples for logistic regression, else sums."""
    return m if kind == LOGISTIC else 1


@kernel
def cost_and_delta(z, y, kind):
    """The cost of z where y was wanted, and dz = a − y."""
    zero, one = broadcast(z, 0.0), broadcast(z, 1.0)
    if kind == LOGISTIC:
        return binary_cross_entropy(z, y), sigmoid(z) - y
    if kind == ADALINE:
        return broadcast(z, 0.5) * (z - y) * (z - y), z - y
    dz = select(z < zero, zero, one) - y
    return select(zero < magnitude(dz), one, zero), dz  # an error is an error, however large
