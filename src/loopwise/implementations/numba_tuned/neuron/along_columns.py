"""A neuron over an X that lies column by column: one example is contiguous."""

from ....jit.decorators import kernel
from ....jit.simd.vectors import add_up, broadcast, lanes, load, load_first, multiply_add, prefetch, store, store_first
from .delta import costs_and_deltas


@kernel
def four_products(w, numbers, x0, x1, x2, x3, z, z_offset):
    """z = wᵀx for the four examples at these offsets: w is loaded once for all."""
    n_x, n = len(w), lanes(numbers)
    s0 = s1 = s2 = s3 = broadcast(numbers, 0.0)
    whole = n_x - n_x % n
    for j in range(0, whole, n):
        wj = load(w, j)
        s0 = multiply_add(load(numbers, x0 + j), wj, s0)
        s1 = multiply_add(load(numbers, x1 + j), wj, s1)
        s2 = multiply_add(load(numbers, x2 + j), wj, s2)
        s3 = multiply_add(load(numbers, x3 + j), wj, s3)
    if whole < n_x:
        j, rest = whole, n_x - whole
        wj = load_first(w, j, rest)
        s0 = multiply_add(load_first(numbers, x0 + j, rest), wj, s0)
        s1 = multiply_add(load_first(numbers, x1 + j, rest), wj, s1)
        s2 = multiply_add(load_first(numbers, x2 + j, rest), wj, s2)
        s3 = multiply_add(load_first(numbers, x3 + j, rest), wj, s3)
    z[z_offset], z[z_offset + 1], z[z_offset + 2], z[z_offset + 3] = add_up(s0), add_up(s1), add_up(s2), add_up(s3)


@kernel
def add_four_examples(numbers, x0, x1, x2, x3, dz, dz_offset, dw):
    """dw += x0 dz0 + x1 dz1 + x2 dz2 + x3 dz3 for the four examples at these offsets."""
    n_x, n = len(dw), lanes(numbers)
    d0, d1 = broadcast(numbers, dz[dz_offset]), broadcast(numbers, dz[dz_offset + 1])
    d2, d3 = broadcast(numbers, dz[dz_offset + 2]), broadcast(numbers, dz[dz_offset + 3])
    for j in range(0, n_x, n):
        left = n_x - j
        s = multiply_add(load_first(numbers, x0 + j, left), d0, load_first(dw, j, left))
        s = multiply_add(load_first(numbers, x1 + j, left), d1, s)
        s = multiply_add(load_first(numbers, x2 + j, left), d2, s)
        store_first(dw, j, multiply_add(load_first(numbers, x3 + j, left), d3, s), left)


@kernel
def add_four_and_next(w, X, first, size, z, dz_offset, z_offset, dw):
    """dw += Σ x dz for four examples from `first` on, and z = wᵀx for four of the next block, `size` examples later.

    This block is in cache by now, the next one comes from memory; the four after those are prefetched.
    """
    numbers, stride, n_x, n = X.numbers, X.stride, len(w), lanes(z)
    x0, ahead = X.offset + first * stride, size * stride
    x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
    d0, d1 = broadcast(numbers, z[dz_offset]), broadcast(numbers, z[dz_offset + 1])
    d2, d3 = broadcast(numbers, z[dz_offset + 2]), broadcast(numbers, z[dz_offset + 3])
    s0 = s1 = s2 = s3 = broadcast(numbers, 0.0)
    whole, after = n_x - n_x % n, ahead + 4 * stride
    for j in range(0, whole, n):
        for x in (x0, x1, x2, x3):
            prefetch(numbers, x + after + j)
        wj = load(w, j)
        s0 = multiply_add(load(numbers, x0 + ahead + j), wj, s0)
        s1 = multiply_add(load(numbers, x1 + ahead + j), wj, s1)
        s2 = multiply_add(load(numbers, x2 + ahead + j), wj, s2)
        s3 = multiply_add(load(numbers, x3 + ahead + j), wj, s3)
        s = multiply_add(load(numbers, x0 + j), d0, load(dw, j))
        s = multiply_add(load(numbers, x1 + j), d1, s)
        s = multiply_add(load(numbers, x2 + j), d2, s)
        store(dw, j, multiply_add(load(numbers, x3 + j), d3, s))
    if whole < n_x:
        j, left = whole, n_x - whole
        wj = load_first(w, j, left)
        s0 = multiply_add(load_first(numbers, x0 + ahead + j, left), wj, s0)
        s1 = multiply_add(load_first(numbers, x1 + ahead + j, left), wj, s1)
        s2 = multiply_add(load_first(numbers, x2 + ahead + j, left), wj, s2)
        s3 = multiply_add(load_first(numbers, x3 + ahead + j, left), wj, s3)
        s = multiply_add(load_first(numbers, x0 + j, left), d0, load_first(dw, j, left))
        s = multiply_add(load_first(numbers, x1 + j, left), d1, s)
        s = multiply_add(load_first(numbers, x2 + j, left), d2, s)
        store_first(dw, j, multiply_add(load_first(numbers, x3 + j, left), d3, s), left)
    z[z_offset], z[z_offset + 1], z[z_offset + 2], z[z_offset + 3] = add_up(s0), add_up(s1), add_up(s2), add_up(s3)


@kernel
def products_along_columns(w, X, first, count, z, z_offset):
    """z = wᵀx for `count` examples from `first` on, four at a time; the last group repeats its last one to fill up."""
    for i in range(0, count, 4):
        x0, left = X.offset + (first + i) * X.stride, count - 1 - i
        x1, x2, x3 = x0 + min(1, left) * X.stride, x0 + min(2, left) * X.stride, x0 + min(3, left) * X.stride
        four_products(w, X.numbers, x0, x1, x2, x3, z, z_offset + i)


@kernel
def add_examples_along_columns(X, first, count, dz, dz_offset, dw):
    """dw += Σ x dz for `count` examples from `first` on, four at a time; zeros must follow the last dz."""
    for i in range(0, count, 4):
        x0, left = X.offset + (first + i) * X.stride, count - 1 - i
        x1, x2, x3 = x0 + min(1, left) * X.stride, x0 + min(2, left) * X.stride, x0 + min(3, left) * X.stride
        add_four_examples(X.numbers, x0, x1, x2, x3, dz, dz_offset + i, dw)


@kernel
def step_along_columns(neuron, X, Y, first, last, size, z, dw):
    """Examples first … last - 1, in blocks of `size`: while one block is added to dw, the next one gets its z.

    z has room for two blocks, which take turns. Returns the sum of the costs, and Σ dz.
    """
    w, cost, db = neuron.w, z.dtype.type(0.0), z.dtype.type(0.0)
    this, following = 0, size
    if first < last:
        products_along_columns(w, X, first, min(size, last - first), z, this)
    for i in range(first, last, size):
        count = min(size, last - i)
        more, d = costs_and_deltas(z, this, neuron, Y, i, count)
        if i + 2 * size <= last:
            for k in range(0, size, 4):
                add_four_and_next(w, X, i + k, size, z, this + k, following + k, dw)
        else:
            for k in range(count, count + 3):
                z[this + k] = 0.0
            add_examples_along_columns(X, i, count, z, this, dw)
            if i + size < last:
                products_along_columns(w, X, i + size, last - i - size, z, following)
        this, following = following, this
        cost += more
        db += d
    return cost, db
