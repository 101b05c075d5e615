"""Copying numbers so that they lie in the order in which a product reads them, whatever order they came in."""

from ..decorators import kernel
from ..simd.vectors import copy_transposed, lanes, load, load_first, store, store_first


@kernel
def copy_block(S, source, s_row, s_column, rows, columns, target, at, stride):
    """target[at + i·stride + j] = S[source + i·s_row + j·s_column], in the order in which S lies in memory.

    Where neighbours in the target are neighbours in S, vectors are copied; where S runs the other way, squares of
    numbers are transposed in registers.
    """
    n = lanes(target)
    done = 0
    if s_column == 1:
        done = columns
        for i in range(rows):
            for j in range(0, columns - n + 1, n):
                store(target, at + i * stride + j, load(S, source + i * s_row + j))
            rest = columns % n
            if rest:
                j = columns - rest
                store_first(target, at + i * stride + j, load_first(S, source + i * s_row + j, rest), rest)
    elif s_row == 1:
        done = columns - columns % n
        for j in range(0, done, n):
            for i in range(0, rows - n + 1, n):
                copy_transposed(S, source + i + j * s_column, s_column, target, at + i * stride + j, stride)
            whole, rest = rows - rows % n, rows % n
            copy_numbers(
                S, source + whole + j * s_column, 1, s_column, rest, n, target, at + whole * stride + j, stride
            )
    left = columns - done
    copy_numbers(S, source + done * s_column, s_row, s_column, rows, left, target, at + done, stride)


@kernel
def copy_numbers(S, source, s_row, s_column, rows, columns, target, at, stride):
    """What `copy_block` does, number by number: the edges, and strides of more than one in both directions."""
    for i in range(rows):
        for j in range(columns):
            target[at + i * stride + j] = S[source + i * s_row + j * s_column]


@kernel
def fill_columns(rows, first, last, target, at, stride):
    """Zeros in some columns."""
    for i in range(rows):
        for j in range(first, last):
            target[at + i * stride + j] = 0.0
