"""A neuron and one example whose features lie side by side: one step of stochastic gradient descent.

A step's time is that of a chain: z = wᵀx, then σ(z), then the new w, from which the next z is made. So z is summed in
several registers at once, and dz stays in one, in every lane the same, for the product with x.
"""

from ....jit.decorators import kernel, njit
from ....jit.simd.vectors import add_up, broadcast, keep_first, lanes, load, load_first, multiply_add, store_first
from .delta import cost_and_delta


@kernel
def product(w, n_x, numbers, x):
    """wᵀx, for the x that begins at an offset."""
    n, j = lanes(numbers), 0
    s0 = s1 = s2 = s3 = broadcast(numbers, 0.0)
    while j + 4 * n <= n_x:
        s0 = multiply_add(load(numbers, x + j), load(w, j), s0)
        s1 = multiply_add(load(numbers, x + j + n), load(w, j + n), s1)
        s2 = multiply_add(load(numbers, x + j + 2 * n), load(w, j + 2 * n), s2)
        s3 = multiply_add(load(numbers, x + j + 3 * n), load(w, j + 3 * n), s3)
        j += 4 * n
    while j < n_x:
        s0 = multiply_add(load_first(numbers, x + j, n_x - j), load_first(w, j, n_x - j), s0)
        j += n
    return add_up((s0 + s1) + (s2 + s3))


@kernel
def gradient_of(dz, n_x, numbers, x, dw):
    """dw = x dz, for the x that begins at an offset."""
    zero = broadcast(numbers, 0.0)
    for j in range(0, n_x, lanes(numbers)):
        left = n_x - j
        store_first(dw, j, multiply_add(load_first(numbers, x + j, left), dz, zero), left)


@kernel
def descent_along(dz, n_x, numbers, x, alpha, w):
    """w - alpha (x dz), written over w."""
    zero = broadcast(numbers, 0.0)
    for j in range(0, n_x, lanes(numbers)):
        left = n_x - j
        dw = multiply_add(load_first(numbers, x + j, left), dz, zero)
        store_first(w, j, load_first(w, j, left) - alpha * dw, left)


@kernel
def of_one(vector):
    """The number that every lane holds."""
    return add_up(keep_first(vector, 1))


@njit
def step_of_one(w, b, kind, x, y, dw):
    """The step for one example: its cost, dw and db."""
    n_x = len(dw)
    z = broadcast(x, product(w, n_x, x, 0)) + broadcast(x, b)
    cost, dz = cost_and_delta(z, broadcast(x, y[0]), kind)
    gradient_of(dz, n_x, x, 0, dw)
    return of_one(cost), of_one(dz)
