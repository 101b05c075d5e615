"""A neuron over an X that lies row by row: one feature of many examples is contiguous."""

from ....jit.decorators import kernel
from ....jit.simd.vectors import add_up, broadcast, lanes, load, load_first, multiply_add, prefetch, store
from .delta import costs_and_deltas


@kernel
def products_along_rows(w, X, first, count, z, z_offset):
    """z[i] = Σ_j w[j] X[j, i] for `count` examples from `first` on, four features a time."""
    numbers, at, stride, n_x, n = X.numbers, X.offset + first, X.stride, len(w), lanes(z)
    for i in range(0, count, n):
        store(z, z_offset + i, broadcast(z, 0.0))
    whole = count - count % n
    for j in range(0, n_x - 3, 4):
        w0, w1, w2, w3 = broadcast(z, w[j]), broadcast(z, w[j + 1]), broadcast(z, w[j + 2]), broadcast(z, w[j + 3])
        x = at + j * stride
        for i in range(0, whole, n):
            s = multiply_add(load(numbers, x + i), w0, load(z, z_offset + i))
            s = multiply_add(load(numbers, x + stride + i), w1, s)
            s = multiply_add(load(numbers, x + 2 * stride + i), w2, s)
            store(z, z_offset + i, multiply_add(load(numbers, x + 3 * stride + i), w3, s))
    for j in range(n_x - n_x % 4, n_x):
        for i in range(0, whole, n):
            store(
                z,
                z_offset + i,
                multiply_add(load(numbers, at + j * stride + i), broadcast(z, w[j]), load(z, z_offset + i)),
            )
    if whole < count:
        s = broadcast(z, 0.0)
        for j in range(n_x):
            s = multiply_add(load_first(numbers, at + j * stride + whole, count - whole), broadcast(z, w[j]), s)
        store(z, z_offset + whole, s)


@kernel
def add_examples_along_rows(X, first, count, dz, dz_offset, dw):
    """dw[j] += Σ_i X[j, i] dz[i] for `count` examples from `first` on, four features a time."""
    numbers, at, stride, n_x, n = X.numbers, X.offset + first, X.stride, len(dw), lanes(dz)
    whole = count - count % n
    for j in range(0, n_x - 3, 4):
        x0 = at + j * stride
        x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
        s0 = s1 = s2 = s3 = broadcast(dz, 0.0)
        for i in range(0, whole, n):
            d = load(dz, dz_offset + i)
            s0 = multiply_add(load(numbers, x0 + i), d, s0)
            s1 = multiply_add(load(numbers, x1 + i), d, s1)
            s2 = multiply_add(load(numbers, x2 + i), d, s2)
            s3 = multiply_add(load(numbers, x3 + i), d, s3)
        if whole < count:
            i, d, left = whole, load(dz, dz_offset + whole), count - whole
            s0 = multiply_add(load_first(numbers, x0 + i, left), d, s0)
            s1 = multiply_add(load_first(numbers, x1 + i, left), d, s1)
            s2 = multiply_add(load_first(numbers, x2 + i, left), d, s2)
            s3 = multiply_add(load_first(numbers, x3 + i, left), d, s3)
        dw[j] += add_up(s0)
        dw[j + 1] += add_up(s1)
        dw[j + 2] += add_up(s2)
        dw[j + 3] += add_up(s3)
    for j in range(n_x - n_x % 4, n_x):
        s = broadcast(dz, 0.0)
        for i in range(0, count, n):
            s = multiply_add(load_first(numbers, at + j * stride + i, count - i), load(dz, dz_offset + i), s)
        dw[j] += add_up(s)


@kernel
def add_and_next_along_rows(w, X, first, count, z, dz_offset, z_offset, dw):
    """dw[j] += Σ_i X[j, i] dz[i] for the block of `count` examples at `first`, and z of the next block.

    This block is in cache by now, the next one comes from memory: neither waits for the other. Both dz and the next z
    are in the array z.
    """
    numbers, at, stride, n_x, n = X.numbers, X.offset + first, X.stride, len(w), lanes(z)
    for i in range(0, count, n):
        store(z, z_offset + i, broadcast(z, 0.0))
    for j in range(0, n_x - 3, 4):
        w0, w1, w2, w3 = broadcast(z, w[j]), broadcast(z, w[j + 1]), broadcast(z, w[j + 2]), broadcast(z, w[j + 3])
        x0 = at + j * stride
        x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
        s0 = s1 = s2 = s3 = broadcast(z, 0.0)
        for i in range(0, count, n):
            for x in (x0, x1, x2, x3):
                prefetch(numbers, x + 4 * stride + count + i)
            zi = multiply_add(load(numbers, x0 + count + i), w0, load(z, z_offset + i))
            zi = multiply_add(load(numbers, x1 + count + i), w1, zi)
            zi = multiply_add(load(numbers, x2 + count + i), w2, zi)
            store(z, z_offset + i, multiply_add(load(numbers, x3 + count + i), w3, zi))
            d = load(z, dz_offset + i)
            s0 = multiply_add(load(numbers, x0 + i), d, s0)
            s1 = multiply_add(load(numbers, x1 + i), d, s1)
            s2 = multiply_add(load(numbers, x2 + i), d, s2)
            s3 = multiply_add(load(numbers, x3 + i), d, s3)
        dw[j] += add_up(s0)
        dw[j + 1] += add_up(s1)
        dw[j + 2] += add_up(s2)
        dw[j + 3] += add_up(s3)
    for j in range(n_x - n_x % 4, n_x):
        x, wj, s = at + j * stride, broadcast(z, w[j]), broadcast(z, 0.0)
        for i in range(0, count, n):
            store(z, z_offset + i, multiply_add(load(numbers, x + count + i), wj, load(z, z_offset + i)))
            s = multiply_add(load(numbers, x + i), load(z, dz_offset + i), s)
        dw[j] += add_up(s)


@kernel
def step_along_rows(neuron, X, Y, first, last, size, z, dw):
    """Examples first … last - 1, in blocks of `size`: while one block is added to dw, the next one gets its z.

    z has room for two blocks, which take turns. Returns the sum of the costs, and Σ dz.
    """
    w, cost, db = neuron.w, z.dtype.type(0.0), z.dtype.type(0.0)
    this, following = 0, size
    if first < last:
        products_along_rows(w, X, first, min(size, last - first), z, this)
    for i in range(first, last, size):
        count = min(size, last - i)
        more, d = costs_and_deltas(z, this, neuron, Y, i, count)
        if i + 2 * size <= last:
            add_and_next_along_rows(w, X, i, size, z, this, following, dw)
        else:
            add_examples_along_rows(X, i, count, z, this, dw)
            if i + size < last:
                products_along_rows(w, X, i + size, last - i - size, z, following)
        this, following = following, this
        cost += more
        db += d
    return cost, db
