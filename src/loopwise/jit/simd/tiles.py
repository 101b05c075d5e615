"""Tiles for Numba: several vectors that are advanced together, as many as the host's registers hold.

A tile has TILE_ROWS rows of TILE_VECTORS vectors (`host.py`): of fewer where no more columns are left, and half as many
rows where no more of those are. What `vectors.py` says of offsets holds here too.

A tile's type says how products are added to its sums: with one rounding (`zero_tile`), as a multiply-add does, or with
the slide's two (`exact_tile`). Whatever takes a tile and gives one back keeps that.
"""

from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic, overload

from .host import TILE_ROWS, TILE_VECTORS, VECTOR_BYTES
from .vectors import _address, _index, _multiply_add, _splat, vector_of


def _tile_of(array, size=VECTOR_BYTES, fused=True):
    """A tile's type: a tuple of rows, each a tuple of vectors."""
    return types.UniTuple(types.UniTuple(vector_of(array.dtype, size, fused), TILE_VECTORS), TILE_ROWS)


def _parts(tile):
    """How many rows a tile has, how many vectors each, and the type of a vector."""
    return tile.count, tile.dtype.count, tile.dtype.dtype


def _zeros(tile):
    """What makes a tile of zeros."""
    return lambda context, builder, sig, args: ir.Constant(context.get_value_type(tile), None)


def tile_shape(array):
    """Rows and columns of a register tile: known when the kernel is compiled."""
    raise NotImplementedError


@overload(tile_shape)
def _tile_shape(array):
    shape = TILE_ROWS, TILE_VECTORS * vector_of(array.dtype).lanes
    return lambda array: shape


def tile_rows(tile):
    """How many rows a tile has: known when the kernel is compiled."""
    raise NotImplementedError


@overload(tile_rows)
def _tile_rows(tile):
    count = tile.count
    return lambda tile: count


def tile_columns(tile):
    """How many numbers a row of a tile has: known when the kernel is compiled."""
    raise NotImplementedError


@overload(tile_columns)
def _tile_columns(tile):
    count = tile.dtype.count * tile.dtype.dtype.lanes
    return lambda tile: count


@intrinsic
def zero_tile(typing, array):
    """A tile of zeros: as many sums as the host's registers hold."""
    tile = _tile_of(array)
    return tile(array), _zeros(tile)


@intrinsic
def exact_tile(typing, array):
    """A tile of zeros to which products are added as on the slide: rounded, then added, and rounded again."""
    tile = _tile_of(array, fused=False)
    return tile(array), _zeros(tile)


@intrinsic
def narrow_tile(typing, array):
    """A tile of zeros whose vectors fill half a register."""
    tile = _tile_of(array, size=VECTOR_BYTES // 2)
    return tile(array), _zeros(tile)


@intrinsic
def half_as_high(typing, tile):
    """Zeros in half the rows of another tile, of which nothing but its type is used."""
    half = types.UniTuple(tile.dtype, tile.count // 2)
    return half(tile), _zeros(half)


@intrinsic(prefer_literal=True)
def as_wide(typing, tile, vectors):
    """Zeros in as many rows as another tile has, of so many vectors, a literal."""
    narrower = types.UniTuple(types.UniTuple(tile.dtype.dtype, vectors.literal_value), tile.count)
    return narrower(tile, vectors), _zeros(narrower)


@intrinsic
def zeros_like(typing, tile):
    """Zeros in the shape of another tile, of which nothing but its type is used."""
    return tile(tile), _zeros(tile)


def _tile_addresses(context, builder, array_type, array, offset, stride, tile):
    """The address of every vector of a tile whose rows are `stride` elements apart."""
    rows, vectors, vector = _parts(tile)
    llvm_type = context.get_value_type(vector)
    for row in range(rows):
        start = builder.add(offset, builder.mul(stride, _index(row)))
        for v in range(vectors):
            at = builder.add(start, _index(v * vector.lanes))
            yield [row, v], _address(context, builder, array_type, array, at, llvm_type)


@intrinsic
def load_tile(typing, array, offset, stride):
    """A tile from memory: rows begin at `offset`, `offset + stride`, …"""
    tile = _tile_of(array)

    def emit(context, builder, sig, args):
        return _load(context, builder, array, args, tile)

    return tile(array, types.intp, types.intp), emit


@intrinsic
def load_like(typing, tile, array, offset, stride):
    """The same, as high and as wide as another tile, and with its roundings."""

    def emit(context, builder, sig, args):
        return _load(context, builder, array, args[1:], tile)

    return tile(tile, array, types.intp, types.intp), emit


def _load(context, builder, array_type, where, tile):
    value = ir.Constant(context.get_value_type(tile), ir.Undefined)
    for index, address in _tile_addresses(context, builder, array_type, *where, tile):
        value = builder.insert_value(value, builder.load(address, align=_parts(tile)[2].bits // 8), index)
    return value


@intrinsic
def store_tile(typing, array, offset, stride, tile):
    """Write a tile to memory: rows begin at `offset`, `offset + stride`, …"""

    def emit(context, builder, sig, args):
        for index, address in _tile_addresses(context, builder, array, *args[:3], tile):
            builder.store(builder.extract_value(args[3], index), address, align=_parts(tile)[2].bits // 8)
        return context.get_dummy_value()

    return types.none(array, types.intp, types.intp, tile), emit


@intrinsic
def add_outer_product(typing, tile, a, a_offset, a_stride, b, b_offset):
    """tile[r, c] += a[a_offset + r · a_stride] · b[b_offset + c]: one term for every sum of the tile.

    A few vectors of b and one number of a at a time are multiplied with everything: few loads, many multiply-adds.
    """

    def emit(context, builder, sig, args):
        value, a_array, a_start, stride, b_array, b_start = args
        (rows, vectors, vector), llvm_type = _parts(tile), context.get_value_type(tile.dtype.dtype)
        columns = [
            builder.load(
                _address(context, builder, b, b_array, builder.add(b_start, _index(v * vector.lanes)), llvm_type),
                align=vector.bits // 8,
            )
            for v in range(vectors)
        ]
        for row in range(rows):
            at = builder.add(a_start, builder.mul(stride, _index(row)))
            number = builder.load(_address(context, builder, a, a_array, at, llvm_type.element))
            spread = _splat(builder, number, llvm_type)
            for v in range(vectors):
                total = _multiply_add(builder, vector, spread, columns[v], builder.extract_value(value, [row, v]))
                value = builder.insert_value(value, total, [row, v])
        return value

    return tile(tile, a, types.intp, types.intp, b, types.intp), emit


@intrinsic
def add_products(typing, tile, a, a_offset, a_stride, b, b_offset, b_stride):
    """tile[r, v] += a[a_offset + r · a_stride …] · b[b_offset + v · b_stride …], for every vector v of a row.

    Each vector of the tile is a sum for one row of a and one row of b, still to be added up over its lanes.
    """

    def emit(context, builder, sig, args):
        value, a_array, a_start, a_step, b_array, b_start, b_step = args
        (rows, vectors, vector), llvm_type = _parts(tile), context.get_value_type(tile.dtype.dtype)

        def row(array_type, array, start, step, k):
            at = builder.add(start, builder.mul(step, _index(k)))
            address = _address(context, builder, array_type, array, at, llvm_type)
            return builder.load(address, align=vector.bits // 8)

        factors = [row(b, b_array, b_start, b_step, v) for v in range(vectors)]
        for r in range(rows):
            factor = row(a, a_array, a_start, a_step, r)
            for v in range(vectors):
                total = _multiply_add(builder, vector, factor, factors[v], builder.extract_value(value, [r, v]))
                value = builder.insert_value(value, total, [r, v])
        return value

    return tile(tile, a, types.intp, types.intp, b, types.intp, types.intp), emit


def _each_vector(builder, tile, values, function):
    """A tile whose vectors are `function` of those of `values`, tiles of the same shape."""
    value, (rows, vectors, _) = values[0], _parts(tile)
    for at in ([row, v] for row in range(rows) for v in range(vectors)):
        value = builder.insert_value(value, function(*(builder.extract_value(one, at) for one in values)), at)
    return value


@intrinsic
def add_tiles(typing, a, b):
    """a + b, vector by vector."""

    def emit(context, builder, sig, args):
        return _each_vector(builder, a, args, builder.fadd)

    return a(a, a), emit


@intrinsic
def multiply_add_tile(typing, tile, factor, term):
    """tile · factor + term, with the same two vectors for every vector of the tile."""

    def emit(context, builder, sig, args):
        vector = _parts(tile)[2]
        return _each_vector(builder, tile, args[:1], lambda v: _multiply_add(builder, vector, v, args[1], args[2]))

    return tile(tile, factor, factor), emit


if config.DISABLE_JIT:
    from .numpy_vectors import *  # noqa: F403
