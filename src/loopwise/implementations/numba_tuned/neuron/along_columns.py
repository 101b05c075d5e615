"""A neuron over an X that lies column by column: one example is contiguous."""

from ....jit.decorators import kernel
from ....jit.simd.vectors import add_up, broadcast, lanes, load, load_first, multiply_add, prefetch, store, store_first
from .delta import costs_and_deltas


@kernel
def four_products(w, X, x0, x1, x2, x3, n_x, z, z_at):
    """z = wᵀx for four examples: w is loaded once for all."""
    n = lanes(X)
    s0 = s1 = s2 = s3 = broadcast(X, 0.0)
    whole = n_x - n_x % n
    for j in range(0, whole, n):
        wj = load(w, j)
        s0 = multiply_add(load(X, x0 + j), wj, s0)
        s1 = multiply_add(load(X, x1 + j), wj, s1)
        s2 = multiply_add(load(X, x2 + j), wj, s2)
        s3 = multiply_add(load(X, x3 + j), wj, s3)
    if whole < n_x:
        j, rest = whole, n_x - whole
        wj = load_first(w, j, rest)
        s0 = multiply_add(load_first(X, x0 + j, rest), wj, s0)
        s1 = multiply_add(load_first(X, x1 + j, rest), wj, s1)
        s2 = multiply_add(load_first(X, x2 + j, rest), wj, s2)
        s3 = multiply_add(load_first(X, x3 + j, rest), wj, s3)
    z[z_at], z[z_at + 1], z[z_at + 2], z[z_at + 3] = add_up(s0), add_up(s1), add_up(s2), add_up(s3)


@kernel
def add_four_examples(X, x0, x1, x2, x3, n_x, dz, dz_at, dw, dw_at):
    """dw += x0 dz0 + x1 dz1 + x2 dz2 + x3 dz3."""
    n = lanes(X)
    d0, d1 = broadcast(X, dz[dz_at]), broadcast(X, dz[dz_at + 1])
    d2, d3 = broadcast(X, dz[dz_at + 2]), broadcast(X, dz[dz_at + 3])
    for j in range(0, n_x, n):
        left = n_x - j
        s = multiply_add(load_first(X, x0 + j, left), d0, load_first(dw, dw_at + j, left))
        s = multiply_add(load_first(X, x1 + j, left), d1, s)
        s = multiply_add(load_first(X, x2 + j, left), d2, s)
        store_first(dw, dw_at + j, multiply_add(load_first(X, x3 + j, left), d3, s), left)


@kernel
def add_four_and_next_products(w, X, at, stride, n_x, dz, dz_at, dw, dw_at, ahead, z, z_at):
    """`add_four_examples`, and `four_products` of those that stand `ahead`.

    The first ones are in cache by now, the others come from memory, and those after them are asked for.
    """
    n = lanes(X)
    x0, x1, x2, x3 = at, at + stride, at + 2 * stride, at + 3 * stride
    d0, d1 = broadcast(X, dz[dz_at]), broadcast(X, dz[dz_at + 1])
    d2, d3 = broadcast(X, dz[dz_at + 2]), broadcast(X, dz[dz_at + 3])
    s0 = s1 = s2 = s3 = broadcast(X, 0.0)
    whole, after = n_x - n_x % n, ahead + 4 * stride
    for j in range(0, whole, n):
        for x in (x0, x1, x2, x3):
            prefetch(X, x + after + j)
        wj = load(w, j)
        s0 = multiply_add(load(X, x0 + ahead + j), wj, s0)
        s1 = multiply_add(load(X, x1 + ahead + j), wj, s1)
        s2 = multiply_add(load(X, x2 + ahead + j), wj, s2)
        s3 = multiply_add(load(X, x3 + ahead + j), wj, s3)
        s = multiply_add(load(X, x0 + j), d0, load(dw, dw_at + j))
        s = multiply_add(load(X, x1 + j), d1, s)
        s = multiply_add(load(X, x2 + j), d2, s)
        store(dw, dw_at + j, multiply_add(load(X, x3 + j), d3, s))
    if whole < n_x:
        j, left = whole, n_x - whole
        wj = load_first(w, j, left)
        s0 = multiply_add(load_first(X, x0 + ahead + j, left), wj, s0)
        s1 = multiply_add(load_first(X, x1 + ahead + j, left), wj, s1)
        s2 = multiply_add(load_first(X, x2 + ahead + j, left), wj, s2)
        s3 = multiply_add(load_first(X, x3 + ahead + j, left), wj, s3)
        s = multiply_add(load_first(X, x0 + j, left), d0, load_first(dw, dw_at + j, left))
        s = multiply_add(load_first(X, x1 + j, left), d1, s)
        s = multiply_add(load_first(X, x2 + j, left), d2, s)
        store_first(dw, dw_at + j, multiply_add(load_first(X, x3 + j, left), d3, s), left)
    z[z_at], z[z_at + 1], z[z_at + 2], z[z_at + 3] = add_up(s0), add_up(s1), add_up(s2), add_up(s3)


@kernel
def products(w, X, at, stride, n_x, count, z, z_at):
    """z = wᵀx for `count` examples, four at a time; the last group repeats its last example to fill four lanes."""
    for i in range(0, count, 4):
        x0, left = at + i * stride, count - 1 - i
        x1, x2, x3 = x0 + min(1, left) * stride, x0 + min(2, left) * stride, x0 + min(3, left) * stride
        four_products(w, X, x0, x1, x2, x3, n_x, z, z_at + i)


@kernel
def add_examples(X, at, stride, n_x, count, dz, dz_at, dw, dw_at):
    """dw += Σ x dz for `count` examples, four at a time; zeros must follow the last dz."""
    for i in range(0, count, 4):
        x0, left = at + i * stride, count - 1 - i
        x1, x2, x3 = x0 + min(1, left) * stride, x0 + min(2, left) * stride, x0 + min(3, left) * stride
        add_four_examples(X, x0, x1, x2, x3, n_x, dz, dz_at + i, dw, dw_at)


@kernel
def step_along_columns(w, b, X, stride, n_x, Y, neuron, first, last, size, z, z_at, dw, dw_at):
    """Examples first … last - 1, `size` at a time: while one block is added to dw, the next one gets its z."""
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    this, following, ahead = z_at, z_at + size, size * stride
    if first < last:
        products(w, X, first * stride, stride, n_x, min(size, last - first), z, this)
    for i in range(first, last, size):
        count, at = min(size, last - i), i * stride
        more, d = costs_and_deltas(z, this, b, Y, neuron, i, count)
        if i + 2 * size <= last:
            for k in range(0, size, 4):
                x, dz, next_z = at + k * stride, this + k, following + k
                add_four_and_next_products(w, X, x, stride, n_x, z, dz, dw, dw_at, ahead, z, next_z)
        else:
            for k in range(count, count + 3):
                z[this + k] = 0.0
            add_examples(X, at, stride, n_x, count, z, this, dw, dw_at)
            if i + size < last:
                products(w, X, at + ahead, stride, n_x, last - i - size, z, following)
        this, following = following, this
        cost += more
        db += d
    return cost, db
