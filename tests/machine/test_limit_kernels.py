"""The kernels behind the limits: they do what is counted."""

import numba
import numpy as np
import pytest
from helpers.limits_by_hand import KNOWN

from loopwise.jit.simd.host import TILE_ROWS, TILE_VECTORS
from loopwise.jit.simd.tiles import exact_tile, narrow_tile, zero_tile
from loopwise.machine import limit_kernels as kernels
from loopwise.machine import limits


@pytest.mark.parametrize("dtype", limits.DTYPES)
@pytest.mark.parametrize("parts", [1, 3])
def test_what_is_read_is_everything_as_often_as_asked(dtype, parts):
    tile = kernels.tile_size(np.empty(1, dtype))
    x = np.arange(5 * tile * parts).astype(dtype) % 7
    sums = kernels.read_parts(x, parts, 2)
    assert sums.tolist() == [2 * part.sum() for part in np.split(x.astype(np.float64), parts)]


@pytest.mark.parametrize("parts", [1, 3])
def test_triad_is_b_plus_s_times_c_everywhere(parts):
    size = 4 * kernels.tile_size(np.empty(1)) * parts
    a, b, c = np.full(size, np.nan), np.arange(size) * 1.0, np.arange(size) * 10.0
    kernels.triad_parts(a, b, c, 3.0, parts, 1)
    np.testing.assert_array_equal(a, b + 3 * c)


each_way = pytest.mark.parametrize("way", [kernels.FUSED, kernels.APART, kernels.HALF])


@each_way
@pytest.mark.parametrize("dtype", limits.DTYPES)
@pytest.mark.parametrize("parts", [1, 3])
def test_every_operation_that_is_counted_is_done(dtype, parts, way):
    """Times 1 plus 1, begun at 0: every number counts its own multiply-adds."""
    zeros, one = np.zeros(kernels.tile_size(np.empty(1, dtype)), dtype), np.dtype(dtype).type(1)
    sums = kernels.multiply_adds_parts(zeros, one, one, parts, 100, way)
    bench = limits.Bench([], 1, KNOWN)
    assert 2 * sums.sum() == 100 * bench.multiply_adds(np.dtype(dtype), parts, way)[1]


@each_way
@pytest.mark.parametrize("dtype", limits.DTYPES)
def test_the_numbers_multiplied_stay_ordinary(dtype, way):
    run, flops = limits.Bench([], 1, KNOWN).multiply_adds(np.dtype(dtype), 1, way)
    for count in (1, 10, 10_000):
        mean = run(count).sum() / (flops / 2)
        assert 1 <= mean <= 2


def test_every_page_is_touched():
    x = np.zeros(3 * 1000)
    kernels.touch(x, 3, 2.5)
    assert (x == 2.5).all()


@pytest.mark.compilation
@pytest.mark.parametrize("dtype", limits.DTYPES)
@pytest.mark.parametrize("tile", [zero_tile, exact_tile, narrow_tile])
def test_the_sums_stay_in_registers(dtype, tile):
    """A spilled register is a store in the loop: between the first and the last multiplication nothing is stored."""
    advance = numba.njit(kernels.multiply_adds.py_func)  # code from the cache cannot be read

    @numba.njit
    def compiled(x, factor, term, count):
        return advance(tile(x), x, factor, term, count)

    ones = np.ones(kernels.tile_size(np.empty(1, dtype)), dtype)
    compiled(ones, ones[0], ones[0], 1)
    (assembly,) = compiled.inspect_asm().values()
    lines, exact = assembly.splitlines(), tile is exact_tile
    products = [place for place, line in enumerate(lines) if ("vmulp" if exact else "vfmadd") in line]
    if not products:
        pytest.skip("no instruction that multiplies and adds, or no vectors of three operands")
    loop = lines[products[0] : products[-1] + 1]
    assert not [line for line in loop if "rsp" in line or "rbp" in line]
    assert exact is not any("vfmadd" in line for line in lines)
    # As many as the tile holds, and not one of them done for another.
    assert len(products) % (TILE_ROWS * TILE_VECTORS) == 0
