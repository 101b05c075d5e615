"""Arrays as they lie in memory: every order is a `Matrix` of the same numbers."""

import numpy as np
import pytest

from loopwise.jit.matmul.matrix import Matrix, matrix, plain

A = np.arange(24.0).reshape(4, 6)
WAYS = {
    "C": A,
    "F": np.asfortranarray(A),
    "strided": np.arange(96.0).reshape(8, 12)[::2, ::2],
    "columns of F": np.asfortranarray(A)[:, 1::2],
    "backwards": A[::-1],
    "a row": A[:1],
    "a column": A[:, 2:3],
    "not aligned": np.frombuffer(bytearray(8 * 6 + 4), np.uint8)[4:].view(np.float64).reshape(2, 3),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_matrix_has_the_numbers_of_the_array(way):
    array = WAYS[way]
    numbers, row, column = matrix(array)
    assert numbers.ndim == 1
    assert [[numbers[r * row + c * column] for c in range(array.shape[1])] for r in range(len(array))] == array.tolist()


@pytest.mark.parametrize("way", ["C", "F", "strided", "columns of F"])
def test_nothing_is_copied_where_memory_can_be_walked(way):
    assert np.shares_memory(matrix(WAYS[way]).numbers, WAYS[way])


def test_what_may_not_be_written_to_is_shown_without_that_mark():
    frozen = A.copy()
    frozen.flags.writeable = False
    assert plain(frozen).flags.writeable
    assert np.shares_memory(plain(frozen), frozen)
    assert isinstance(matrix(frozen), Matrix)
