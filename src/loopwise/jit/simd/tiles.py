"""Tiles for Numba: several vectors that are advanced together, as many as the host's registers hold.

A tile has TILE_ROWS rows of TILE_VECTORS vectors (`host.py`), or of fewer where no more columns are left. What
`vectors.py` says of offsets holds here too.
"""

from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic, overload

from .host import TILE_ROWS, TILE_VECTORS
from .vectors import _address, _call, _index, _splat, vector_of


def _tile_of(array, vectors=TILE_VECTORS):
    return types.UniTuple(vector_of(array.dtype), TILE_ROWS * vectors)


def _vectors_of(tile):
    """How many vectors a row of a tile has."""
    return tile.count // TILE_ROWS


def tile_shape(array):
    """Rows and columns of a register tile: known when the kernel is compiled."""
    raise NotImplementedError


@overload(tile_shape)
def _tile_shape(array):
    shape = TILE_ROWS, TILE_VECTORS * vector_of(array.dtype).lanes
    return lambda array: shape


@intrinsic
def zero_tile(typing, array):
    """A tile of zeros: as many sums as the host's registers hold."""
    tile = _tile_of(array)

    def emit(context, builder, sig, args):
        return ir.Constant(context.get_value_type(tile), None)

    return tile(array), emit


@intrinsic(prefer_literal=True)
def zero_tile_of(typing, array, vectors):
    """A tile of zeros whose rows are so many vectors, a literal."""
    tile = _tile_of(array, vectors.literal_value)

    def emit(context, builder, sig, args):
        return ir.Constant(context.get_value_type(tile), None)

    return tile(array, vectors), emit


def _tile_addresses(context, builder, array_type, array, offset, stride, tile):
    """The address of every vector of a tile whose rows are `stride` elements apart."""
    llvm_type = context.get_value_type(tile.dtype)
    vectors = _vectors_of(tile)
    for row in range(TILE_ROWS):
        start = builder.add(offset, builder.mul(stride, _index(row)))
        for v in range(vectors):
            at = builder.add(start, _index(v * tile.dtype.lanes))
            yield row * vectors + v, _address(context, builder, array_type, array, at, llvm_type)


@intrinsic
def load_tile(typing, array, offset, stride):
    """A tile from memory: rows begin at `offset`, `offset + stride`, …"""
    tile = _tile_of(array)

    def emit(context, builder, sig, args):
        return _load(context, builder, array, args, tile)

    return tile(array, types.intp, types.intp), emit


@intrinsic
def load_like(typing, tile, array, offset, stride):
    """The same, as wide as another tile."""

    def emit(context, builder, sig, args):
        return _load(context, builder, array, args[1:], tile)

    return tile(tile, array, types.intp, types.intp), emit


def _load(context, builder, array_type, where, tile):
    value = ir.Constant(context.get_value_type(tile), ir.Undefined)
    for index, address in _tile_addresses(context, builder, array_type, *where, tile):
        value = builder.insert_value(value, builder.load(address, align=tile.dtype.bits // 8), index)
    return value


@intrinsic
def store_tile(typing, array, offset, stride, tile):
    """Write a tile to memory: rows begin at `offset`, `offset + stride`, …"""

    def emit(context, builder, sig, args):
        for index, address in _tile_addresses(context, builder, array, *args[:3], tile):
            builder.store(builder.extract_value(args[3], index), address, align=tile.dtype.bits // 8)
        return context.get_dummy_value()

    return types.none(array, types.intp, types.intp, tile), emit


@intrinsic
def add_outer_product(typing, tile, a, a_offset, a_stride, b, b_offset):
    """tile[r, c] += a[a_offset + r · a_stride] · b[b_offset + c]: one term for every sum of the tile.

    A few vectors of b and one number of a at a time are multiplied with everything: few loads, many multiply-adds.
    """

    def emit(context, builder, sig, args):
        value, a_array, a_start, stride, b_array, b_start = args
        vector, llvm_type, vectors = tile.dtype, context.get_value_type(tile.dtype), _vectors_of(tile)
        columns = [
            builder.load(
                _address(context, builder, b, b_array, builder.add(b_start, _index(v * vector.lanes)), llvm_type),
                align=vector.bits // 8,
            )
            for v in range(vectors)
        ]
        for row in range(TILE_ROWS):
            at = builder.add(a_start, builder.mul(stride, _index(row)))
            number = builder.load(_address(context, builder, a, a_array, at, llvm_type.element))
            spread = _splat(builder, number, llvm_type)
            for v in range(vectors):
                k = row * vectors + v
                terms = [spread, columns[v], builder.extract_value(value, k)]
                value = builder.insert_value(
                    value, _call(builder, f"llvm.fmuladd.{vector.suffix}", llvm_type, terms), k
                )
        return value

    return tile(tile, a, types.intp, types.intp, b, types.intp), emit


@intrinsic
def add_products(typing, tile, a, a_offset, a_stride, b, b_offset, b_stride):
    """tile[r, v] += a[a_offset + r · a_stride …] · b[b_offset + v · b_stride …], for every vector v of a row.

    Each vector of the tile is a sum for one row of a and one row of b, still to be added up over its lanes.
    """

    def emit(context, builder, sig, args):
        value, a_array, a_start, a_step, b_array, b_start, b_step = args
        vector, llvm_type, vectors = tile.dtype, context.get_value_type(tile.dtype), _vectors_of(tile)

        def row(array_type, array, start, step, k):
            at = builder.add(start, builder.mul(step, _index(k)))
            address = _address(context, builder, array_type, array, at, llvm_type)
            return builder.load(address, align=vector.bits // 8)

        factors = [row(b, b_array, b_start, b_step, v) for v in range(vectors)]
        for r in range(TILE_ROWS):
            factor = row(a, a_array, a_start, a_step, r)
            for v in range(vectors):
                k = r * vectors + v
                terms = [factor, factors[v], builder.extract_value(value, k)]
                value = builder.insert_value(
                    value, _call(builder, f"llvm.fmuladd.{vector.suffix}", llvm_type, terms), k
                )
        return value

    return tile(tile, a, types.intp, types.intp, b, types.intp, types.intp), emit


def _each_vector(builder, tile, function):
    """A tile whose vectors are function(k, vector k of `tile`)."""
    value = tile
    for k in range(len(tile.type)):
        value = builder.insert_value(value, function(k, builder.extract_value(tile, k)), k)
    return value


@intrinsic
def add_tiles(typing, a, b):
    """a + b, vector by vector."""

    def emit(context, builder, sig, args):
        return _each_vector(builder, args[0], lambda k, sum_: builder.fadd(sum_, builder.extract_value(args[1], k)))

    return a(a, a), emit


@intrinsic
def multiply_add_tile(typing, tile, factor, term):
    """tile · factor + term, with the same two vectors for every vector of the tile."""

    def emit(context, builder, sig, args):
        name = f"llvm.fmuladd.{factor.suffix}"
        return _each_vector(builder, args[0], lambda k, v: _call(builder, name, v.type, [v, args[1], args[2]]))

    return tile(tile, factor, factor), emit


if config.DISABLE_JIT:
    from .numpy_vectors import *  # noqa: F403
