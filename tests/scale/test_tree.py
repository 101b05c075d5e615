"""The tree in which blocks are added: the same sum whoever adds which part of it."""

import numpy as np
import pytest

from loopwise.scale.tree import add_up


def by_recursion(vectors):
    """Level by level: pairs of neighbours, and a last one alone goes up as it is."""
    while len(vectors) > 1:
        pairs = [vectors[i : i + 2] for i in range(0, len(vectors), 2)]
        vectors = [added(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return vectors[0]


def added(a, b):
    return b if a is None else a if b is None else a + b


@pytest.mark.parametrize("blocks", [*range(1, 18), 64, 1000])
def test_any_shares_give_the_same_bits(blocks):
    rng = np.random.default_rng(blocks)
    vectors = list(rng.standard_normal((blocks, 3)) * np.exp(5 * rng.standard_normal((blocks, 3))))
    for k in range(0, blocks, 5):
        vectors[k] = None if blocks > 1 else vectors[k]
    wanted = by_recursion(vectors)
    for workers in (1, 2, 3, 4, 7, blocks):
        whose = rng.integers(workers, size=blocks) if workers % 2 else np.arange(blocks) * workers // blocks
        shares = [{(0, k): vectors[k] for k in np.flatnonzero(whose == w)} for w in range(workers)]
        found = [add_up(share, blocks) for share in rng.permutation(shares)]
        (total,) = add_up({place: vector for nodes in found for place, vector in nodes.items()}, blocks).values()
        np.testing.assert_array_equal(total, wanted)


def test_neighbours_come_back_as_one_node():
    nodes = add_up({(0, k): np.ones(1) for k in range(4, 8)}, 16)
    assert list(nodes) == [(2, 1)]
    nodes = add_up({(0, k): np.ones(1) for k in range(3, 7)}, 16)
    assert sorted(nodes) == [(0, 3), (0, 6), (1, 2)]
