"""A neuron over an X that lies row by row: one feature of many examples is contiguous."""

from ....jit.decorators import kernel
from ....jit.simd.vectors import add_up, broadcast, lanes, load, load_first, multiply_add, prefetch, store
from .delta import costs_and_deltas


@kernel
def add_rows(w, X, at, stride, n_x, count, z, z_at):
    """z[i] = Σ_j w[j] X[j, i] for `count` examples, four features a time."""
    n = lanes(X)
    for i in range(0, count, n):
        store(z, z_at + i, broadcast(z, 0.0))
    whole = count - count % n
    for j in range(0, n_x - 3, 4):
        w0, w1, w2, w3 = broadcast(z, w[j]), broadcast(z, w[j + 1]), broadcast(z, w[j + 2]), broadcast(z, w[j + 3])
        x = at + j * stride
        for i in range(0, whole, n):
            s = multiply_add(load(X, x + i), w0, load(z, z_at + i))
            s = multiply_add(load(X, x + stride + i), w1, s)
            s = multiply_add(load(X, x + 2 * stride + i), w2, s)
            store(z, z_at + i, multiply_add(load(X, x + 3 * stride + i), w3, s))
    for j in range(n_x - n_x % 4, n_x):
        for i in range(0, whole, n):
            store(z, z_at + i, multiply_add(load(X, at + j * stride + i), broadcast(z, w[j]), load(z, z_at + i)))
    if whole < count:
        s = broadcast(z, 0.0)
        for j in range(n_x):
            s = multiply_add(load_first(X, at + j * stride + whole, count - whole), broadcast(z, w[j]), s)
        store(z, z_at + whole, s)


@kernel
def add_to_dw(X, at, stride, n_x, count, dz, dz_at, dw, dw_at):
    """dw[j] += Σ_i X[j, i] dz[i], four features a time."""
    n = lanes(X)
    whole = count - count % n
    for j in range(0, n_x - 3, 4):
        x0 = at + j * stride
        x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
        s0 = s1 = s2 = s3 = broadcast(dz, 0.0)
        for i in range(0, whole, n):
            d = load(dz, dz_at + i)
            s0 = multiply_add(load(X, x0 + i), d, s0)
            s1 = multiply_add(load(X, x1 + i), d, s1)
            s2 = multiply_add(load(X, x2 + i), d, s2)
            s3 = multiply_add(load(X, x3 + i), d, s3)
        if whole < count:
            i, d, left = whole, load(dz, dz_at + whole), count - whole
            s0 = multiply_add(load_first(X, x0 + i, left), d, s0)
            s1 = multiply_add(load_first(X, x1 + i, left), d, s1)
            s2 = multiply_add(load_first(X, x2 + i, left), d, s2)
            s3 = multiply_add(load_first(X, x3 + i, left), d, s3)
        dw[dw_at + j] += add_up(s0)
        dw[dw_at + j + 1] += add_up(s1)
        dw[dw_at + j + 2] += add_up(s2)
        dw[dw_at + j + 3] += add_up(s3)
    for j in range(n_x - n_x % 4, n_x):
        s = broadcast(dz, 0.0)
        for i in range(0, count, n):
            s = multiply_add(load_first(X, at + j * stride + i, count - i), load(dz, dz_at + i), s)
        dw[dw_at + j] += add_up(s)


@kernel
def add_to_dw_and_next_rows(w, X, at, stride, n_x, count, dz, dz_at, dw, dw_at, ahead, z, z_at):
    """dw[j] += Σ_i X[j, i] dz[i], and z[i] = Σ_j w[j] X[j, ahead + i] for the next block, four features a time.

    The first block is in cache by now, the next one comes from memory: neither waits for the other.
    """
    n = lanes(X)
    for i in range(0, count, n):
        store(z, z_at + i, broadcast(z, 0.0))
    for j in range(0, n_x - 3, 4):
        w0, w1, w2, w3 = broadcast(z, w[j]), broadcast(z, w[j + 1]), broadcast(z, w[j + 2]), broadcast(z, w[j + 3])
        x0 = at + j * stride
        x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
        s0 = s1 = s2 = s3 = broadcast(dz, 0.0)
        for i in range(0, count, n):
            for x in (x0, x1, x2, x3):
                prefetch(X, x + 4 * stride + ahead + i)
            zi = multiply_add(load(X, x0 + ahead + i), w0, load(z, z_at + i))
            zi = multiply_add(load(X, x1 + ahead + i), w1, zi)
            zi = multiply_add(load(X, x2 + ahead + i), w2, zi)
            store(z, z_at + i, multiply_add(load(X, x3 + ahead + i), w3, zi))
            d = load(dz, dz_at + i)
            s0 = multiply_add(load(X, x0 + i), d, s0)
            s1 = multiply_add(load(X, x1 + i), d, s1)
            s2 = multiply_add(load(X, x2 + i), d, s2)
            s3 = multiply_add(load(X, x3 + i), d, s3)
        dw[dw_at + j] += add_up(s0)
        dw[dw_at + j + 1] += add_up(s1)
        dw[dw_at + j + 2] += add_up(s2)
        dw[dw_at + j + 3] += add_up(s3)
    for j in range(n_x - n_x % 4, n_x):
        x, wj, s = at + j * stride, broadcast(z, w[j]), broadcast(dz, 0.0)
        for i in range(0, count, n):
            store(z, z_at + i, multiply_add(load(X, x + ahead + i), wj, load(z, z_at + i)))
            s = multiply_add(load(X, x + i), load(dz, dz_at + i), s)
        dw[dw_at + j] += add_up(s)


@kernel
def step_along_rows(w, b, X, at, stride, n_x, Y, neuron, first, last, size, z, z_at, dw, dw_at):
    """Examples first … last - 1, `size` at a time: while one block is added to dw, the next one gets its z."""
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    this, following = z_at, z_at + size
    if first < last:
        add_rows(w, X, at, stride, n_x, min(size, last - first), z, this)
    for i in range(first, last, size):
        count, x = min(size, last - i), at + i - first
        more, d = costs_and_deltas(z, this, b, Y, neuron, i, count)
        if i + 2 * size <= last:
            add_to_dw_and_next_rows(w, X, x, stride, n_x, size, z, this, dw, dw_at, size, z, following)
        else:
            add_to_dw(X, x, stride, n_x, count, z, this, dw, dw_at)
            if i + size < last:
                add_rows(w, X, x + size, stride, n_x, last - i - size, z, following)
        this, following = following, this
        cost += more
        db += d
    return cost, db
