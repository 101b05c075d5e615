"""Whether 64 threads have enough to do, by counting what each is given."""

import importlib
import sys
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest

from loopwise.implementations.numba_parallel.products import EXAMPLES
from loopwise.implementations.numba_tuned import thresholds

GOALS = Path(__file__).parents[2] / "benchmarks" / "goals"


def script(name):
    """A script of that folder as a module; what it imports from there is forgotten: others have the same names."""
    with patch.object(sys, "path", [str(GOALS), *sys.path]):
        module = importlib.import_module(name)
    for other, found in list(sys.modules.items()):
        if Path(getattr(found, "__file__", None) or "").parent == GOALS:
            del sys.modules[other]
    return module


shares = script("shares")

THREADS = 64
# Where there is a piece for each thread, the busiest has less than two for one that another has: half as fast at worst.
ENOUGH = THREADS / 2
NEURON, NARROW = THREADS * thresholds.NEURON_CHUNK_NUMBERS, THREADS * thresholds.NARROW_CHUNK_FLOPS


@pytest.mark.parametrize(("loads", "threads", "times"), [([1, 1, 1], 2, 1.5), ([4, 1, 1, 2], 2, 1.6), ([5], 64, 1.0)])
def test_the_busiest_thread_counts(loads, threads, times):
    assert shares.speedup([(1.0, loads)], threads) == times


def test_phases_follow_each_other():
    assert shares.speedup([(0.5, [1, 1]), (0.5, [1])], 2) == pytest.approx(1 / (0.25 + 0.5))


@pytest.mark.parametrize(("down", "across"), list(product((1, 2, 3, 5, 13, 64, 100), (1, 7, 22, 64, 65, 417))))
def test_blocks_of_a_product_suffice(down, across):
    if down * across >= THREADS:
        n, p = down * shares.TILE_ROWS, across * shares.plan.width_of(shares.DTYPE.itemsize)
        assert shares.speedup(shares.of_product(n, 64 * 500_000 // (n * p) + 1, p, THREADS), THREADS) >= ENOUGH


@pytest.mark.parametrize("n_x", [1, 7, 30, 100, 784, 1448])
@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("times", [1, 1.3, 7])
def test_chunks_of_examples_suffice(n_x, order, times):
    m = int(times * NEURON / n_x) + 1
    assert shares.speedup(shares.of_neuron(n_x, m, order, THREADS), THREADS) >= ENOUGH


@pytest.mark.parametrize("m", [9, 64, 209, 1448])
@pytest.mark.parametrize("order", "CF")
def test_chunks_of_features_suffice(m, order):
    assert shares.speedup(shares.of_neuron(NEURON // m + 1, m, order, THREADS), THREADS) >= ENOUGH


@pytest.mark.parametrize(("n_x", "layers"), [(2, (4, 1)), (30, (16, 1)), (60, (20, 10, 3))])
def test_chunks_of_a_narrow_network_suffice(n_x, layers):
    P = sum((before + 1) * n for before, n in shares.pairwise((n_x, *layers)))
    m = NARROW // (thresholds.FLOPS_PER_PARAMETER * P) + 1
    m = max(m, THREADS * thresholds.NARROW_BLOCK_PANELS * shares.plan.width_of(shares.DTYPE.itemsize))
    assert shares.speedup(shares.of_network(n_x, layers, m, THREADS), THREADS) >= ENOUGH


@pytest.mark.parametrize(("n_x", "layers"), [(784, (256, 128, 10)), (64, (128, 64, 10)), (784, (128, 10))])
@pytest.mark.parametrize("batches", [1, 3.3])
def test_chunks_of_a_wide_network_suffice(n_x, layers, batches):
    """Whose weights make at least as many tiles: threads share a gradient by whole tiles."""
    m = int(batches * 3 * THREADS * shares.plan.width_of(shares.DTYPE.itemsize))  # a batch has a third of the examples
    assert shares.speedup(shares.of_network(n_x, layers, m, THREADS), THREADS) >= ENOUGH


@pytest.mark.parametrize("n_x", [512, 784, 4000])
@pytest.mark.parametrize("order", "CF")
def test_tasks_of_the_exact_tier_suffice(n_x, order):
    """As many features as 64 tasks take: of fewer, the slide's order of a sum leaves no more to share."""
    for m in (THREADS * EXAMPLES // 8, 10_000, 100_000):
        assert shares.speedup(shares.of_exact_neuron(n_x, m, order, THREADS), THREADS) >= ENOUGH, m
