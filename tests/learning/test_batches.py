"""Batches: every example once an epoch, and random numbers that depend on (seed, epoch, batch) alone."""

import numpy as np
import pytest

from loopwise.learning.batches import DROP, SHUFFLE, Batches


@pytest.mark.parametrize(
    ("batch_size", "sizes"), [(None, [50]), (50, [50]), (99, [50]), (1, [1] * 50), (16, [16] * 3 + [2])]
)
def test_every_example_is_in_one_batch_of_each_epoch(batch_size, sizes):
    batches, orders = Batches(50, batch_size, seed=0), []
    for epoch in range(2):
        parts = [batches.examples(epoch, k) for k in range(batches.count)]
        parts = [np.arange(50) if part is None else part for part in parts]
        assert [len(part) for part in parts] == sizes
        orders.append(np.concatenate(parts))
        assert sorted(orders[-1]) == list(range(50))
        assert np.array_equal(batches.order(epoch), orders[-1])
    shuffled = batch_size in (1, 16)
    assert np.array_equal(orders[0], orders[1]) is not shuffled


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1, 2**32, 2**70])
def test_order_and_masks_are_drawn_from_the_seed_as_numpy_draws_them(seed):
    batches = Batches(50, 8, seed)
    for epoch in (3, 0, 3):  # in whatever order they are asked for
        expected = np.random.default_rng([seed, SHUFFLE, epoch]).permutation(50)
        assert batches.order(epoch).tolist() == expected.tolist()
        given, expected = (np.random.default_rng(s) for s in (batches.seed_of_masks(epoch, 2), [seed, DROP, epoch, 2]))
        assert given.random(5).tolist() == expected.random(5).tolist()
