"""Vector values for Numba: several numbers that one instruction loads, multiplies or compares at once.

A kernel written with these intrinsics is still a loop in Python; it just takes `lanes(X)` steps at a time::

    for i in range(0, m, lanes(X)):
        z = load(X, i)
        store(A, i, maximum(z, broadcast(A, 0.0)))

A vector has the number type of the array it came from, and as many lanes as the host's registers hold (AVX-512: 8
float64 or 16 float32, AVX2: 4 or 8, NEON and plain x86-64: 2 or 4). `+ - * /`, `<` and unary minus work lane by lane.

An `offset` counts elements from the first element of an array, whatever its dimensions and whatever its layout:
`X[j, i]` of a row-by-row array stands at `j * X.shape[1] + i`. Nothing checks it: like C, unlike Python.

With NUMBA_DISABLE_JIT=1 they work on NumPy arrays (`numpy_vectors.py`), so kernels can be stepped through.

Functions of vectors (exp, log, tanh …) are in `functions.py`, written with these intrinsics.
"""

import operator

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.core.datamodel import PrimitiveModel
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, overload, register_model

from .host import VECTOR_BYTES

# === the type =========================================================================================


class Vector(types.Type):
    """`lanes` numbers of one type in a register; `fused`: whether a product is added with a single rounding."""

    def __init__(self, element, lanes, fused=True):
        self.element, self.lanes, self.fused = element, lanes, fused
        super().__init__(f"vector({lanes} x {element}{'' if fused else ', rounded products'})")

    @property
    def bits(self):
        return self.element.bitwidth

    @property
    def suffix(self):
        """How LLVM's intrinsics spell the type."""
        return f"v{self.lanes}f{self.bits}"


@register_model(Vector)
class VectorModel(PrimitiveModel):
    def __init__(self, manager, vector):
        element = manager.lookup(vector.element).get_value_type()
        super().__init__(manager, vector, ir.VectorType(element, vector.lanes))


def vector_of(element, size=VECTOR_BYTES, fused=True):
    """The vector type for numbers of one type on this host, or for fewer bytes than its registers have."""
    return Vector(element, size * 8 // element.bitwidth, fused)


def _index(number):
    return ir.Constant(ir.IntType(64), number)


def _lane(number):
    return ir.Constant(ir.IntType(32), number)


def _address(context, builder, array_type, array, offset, llvm_type):
    """A pointer to a vector (or a number) that begins `offset` elements after the array's first."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), llvm_type.as_pointer())


def _call(builder, name, result, arguments):
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def _splat(builder, number, llvm_type):
    """One number in every lane."""
    nothing = ir.Constant(llvm_type, ir.Undefined)
    first = builder.insert_element(nothing, number, _lane(0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), llvm_type.count), None))


def _multiply_add(builder, vector, a, b, c):
    """a * b + c; never fused where the slide's two roundings are wanted."""
    if vector.fused:
        return _call(builder, f"llvm.fmuladd.{vector.suffix}", a.type, [a, b, c])
    return builder.fadd(c, builder.fmul(a, b))


# === memory ===========================================================================================


def lanes(array):
    """How many numbers of the array's type a vector holds: known when the kernel is compiled."""
    raise NotImplementedError


@overload(lanes)
def _lanes(array):
    count = (array if isinstance(array, Vector) else vector_of(array.dtype)).lanes
    return lambda array: count


@intrinsic
def load(typing, array, offset):
    """The numbers at `offset`, `offset + 1`, …"""
    vector = vector_of(array.dtype)

    def emit(context, builder, sig, args):
        address = _address(context, builder, array, args[0], args[1], context.get_value_type(vector))
        return builder.load(address, align=vector.bits // 8)

    return vector(array, types.intp), emit


@intrinsic
def copy_transposed(typing, array, offset, stride, target, t_offset, t_stride):
    """A square of numbers, lanes × lanes, copied so that its rows become columns.

    Rows are loaded and transposed in registers: halves, quarters and eighths change places.
    """
    vector = vector_of(array.dtype)

    def emit(context, builder, sig, args):
        llvm_type, half = context.get_value_type(vector), vector.lanes // 2

        def address(array_type, array, offset, stride, row):
            at = builder.add(offset, builder.mul(stride, _index(row)))
            return _address(context, builder, array_type, array, at, llvm_type)

        align = vector.bits // 8
        rows = [builder.load(address(array, *args[:3], row), align=align) for row in range(vector.lanes)]
        while half:
            rows = _exchange(builder, rows, half)
            half //= 2
        for row, numbers in enumerate(rows):
            builder.store(numbers, address(target, *args[3:], row), align=align)
        return context.get_dummy_value()

    return types.none(array, types.intp, types.intp, target, types.intp, types.intp), emit


def _exchange(builder, rows, half):
    """Row r and row r + half exchange the blocks of `half` lanes that lie off the diagonal."""
    rows, count = list(rows), len(rows)
    for r in (r for r in range(count) if not r & half):
        low = [lane if not lane & half else count + (lane ^ half) for lane in range(count)]
        high = [lane | half if not lane & half else count + lane for lane in range(count)]
        rows[r], rows[r + half] = (
            builder.shuffle_vector(rows[r], rows[r + half], ir.Constant(ir.VectorType(ir.IntType(32), count), places))
            for places in (low, high)
        )
    return rows


@intrinsic
def store(typing, array, offset, vector):
    """Write a vector at `offset`, `offset + 1`, …"""

    def emit(context, builder, sig, args):
        address = _address(context, builder, array, args[0], args[1], args[2].type)
        builder.store(args[2], address, align=vector.bits // 8)
        return context.get_dummy_value()

    return types.none(array, types.intp, vector), emit


def _first(builder, count, lanes):
    """The mask of the first `count` lanes."""
    places = ir.Constant(ir.VectorType(ir.IntType(64), lanes), list(range(lanes)))
    return builder.icmp_signed("<", places, _splat(builder, count, places.type))


@intrinsic
def load_first(typing, array, offset, count):
    """The first `count` numbers at `offset`, and zeros: nothing else is touched. The end of a row."""
    vector = vector_of(array.dtype)

    def emit(context, builder, sig, args):
        llvm_type = context.get_value_type(vector)
        address = _address(context, builder, array, args[0], args[1], llvm_type)
        mask = _first(builder, args[2], vector.lanes)
        arguments = [address, _lane(vector.bits // 8), mask, ir.Constant(llvm_type, None)]
        return _call(builder, f"llvm.masked.load.{vector.suffix}.p0", llvm_type, arguments)

    return vector(array, types.intp, types.intp), emit


@intrinsic
def keep_first(typing, vector, count):
    """The first `count` lanes, and zeros."""

    def emit(context, builder, sig, args):
        mask = _first(builder, args[1], vector.lanes)
        return builder.select(mask, args[0], ir.Constant(args[0].type, None))

    return vector(vector, types.intp), emit


@intrinsic
def store_first(typing, array, offset, vector, count):
    """Write the first `count` lanes at `offset`: nothing else is touched."""

    def emit(context, builder, sig, args):
        address = _address(context, builder, array, args[0], args[1], args[2].type)
        mask = _first(builder, args[3], vector.lanes)
        arguments = [args[2], address, _lane(vector.bits // 8), mask]
        _call(builder, f"llvm.masked.store.{vector.suffix}.p0", ir.VoidType(), arguments)
        return context.get_dummy_value()

    return types.none(array, types.intp, vector, types.intp), emit


@intrinsic
def prefetch(typing, array, offset):
    """Ask for the cache line at `offset` without waiting for it. It may lie outside the array."""

    def emit(context, builder, sig, args):
        address = _address(context, builder, array, args[0], args[1], ir.IntType(8))
        _call(builder, "llvm.prefetch.p0", ir.VoidType(), [address, _lane(0), _lane(3), _lane(1)])
        return context.get_dummy_value()

    return types.none(array, types.intp), emit


@intrinsic
def broadcast(typing, like, number):
    """One number in every lane; `like` is an array or a vector of the wanted type."""
    vector = like if isinstance(like, Vector) else vector_of(like.dtype)

    def emit(context, builder, sig, args):
        return _splat(builder, context.cast(builder, args[1], number, vector.element), context.get_value_type(vector))

    return vector(like, number), emit


# === arithmetic =======================================================================================


@intrinsic
def multiply_add(typing, a, b, c):
    """a * b + c: one instruction and one rounding where the host has it, two where it has not."""

    def emit(context, builder, sig, args):
        return _multiply_add(builder, a, *args)

    return a(a, a, a), emit


@intrinsic
def select(typing, mask, yes, no):
    """Lane by lane: yes where the mask holds, else no."""

    def emit(context, builder, sig, args):
        return builder.select(*args)

    return yes(mask, yes, yes), emit


@intrinsic
def add_up(typing, a):
    """The sum of all lanes, halves first: (a0 + a2) + (a1 + a3)."""

    def emit(context, builder, sig, args):
        vector, count = args[0], a.lanes
        while count > 1:
            count //= 2
            nothing = ir.Constant(vector.type, ir.Undefined)
            indices = [ir.Constant(ir.IntType(32), k) for k in range(2 * count)]
            mask_type = ir.VectorType(ir.IntType(32), count)
            low = builder.shuffle_vector(vector, nothing, ir.Constant(mask_type, indices[:count]))
            high = builder.shuffle_vector(vector, nothing, ir.Constant(mask_type, indices[count:]))
            vector = builder.fadd(low, high)
        return builder.extract_element(vector, _lane(0))

    return a.element(a), emit


def _arithmetic(python_operator, instruction, comparison=False):
    """Make a Python operator work on vectors."""

    @infer_global(python_operator)
    class OnVectors(AbstractTemplate):
        def generic(self, arguments, keywords):
            first = arguments[0]
            if isinstance(first, Vector) and all(argument == first for argument in arguments):
                return signature(Vector(types.boolean, first.lanes) if comparison else first, *arguments)

    def emit(context, builder, sig, args):
        return instruction(builder, *args)

    lower_builtin(python_operator, *[Vector] * (1 if python_operator is operator.neg else 2))(emit)


_arithmetic(operator.add, lambda builder, a, b: builder.fadd(a, b))
_arithmetic(operator.sub, lambda builder, a, b: builder.fsub(a, b))
_arithmetic(operator.mul, lambda builder, a, b: builder.fmul(a, b))
_arithmetic(operator.truediv, lambda builder, a, b: builder.fdiv(a, b))
_arithmetic(operator.neg, lambda builder, a: builder.fneg(a))
_arithmetic(operator.lt, lambda builder, a, b: builder.fcmp_ordered("<", a, b), comparison=True)


# === bits =============================================================================================

FRACTION_BITS = {64: 52, 32: 23}
BIAS = {64: 1023, 32: 127}


def _bits_type(vector):
    return ir.VectorType(ir.IntType(vector.bits), vector.lanes)


def _all_lanes(kind, number):
    return ir.Constant(kind, [number] * kind.count)


@intrinsic
def magnitude(typing, a):
    """|a|: the sign bit cleared."""

    def emit(context, builder, sig, args):
        return _call(builder, f"llvm.fabs.{a.suffix}", args[0].type, args)

    return a(a), emit


@intrinsic
def with_sign_of(typing, a, b):
    """|a| with the sign of b, also of -0.0."""

    def emit(context, builder, sig, args):
        return _call(builder, f"llvm.copysign.{a.suffix}", args[0].type, args)

    return a(a, b), emit


@intrinsic
def two_to_the(typing, k):
    """2^k for lanes that hold whole numbers of the exponent's range: k goes where the exponent stands.

    Adding 1.5 · 2^52 (float32: 2^23) leaves k in the last bits of the sum; a shift brings it to its place.
    """
    fraction = FRACTION_BITS[k.bits]

    def emit(context, builder, sig, args):
        kind = _bits_type(k)
        shifted = builder.fadd(args[0], _all_lanes(args[0].type, 1.5 * 2.0**fraction + BIAS[k.bits]))
        bits = builder.shl(builder.bitcast(shifted, kind), _all_lanes(kind, fraction))
        return builder.bitcast(bits, args[0].type)

    return k(k), emit


@intrinsic
def exponent_of(typing, a):
    """k with a = f · 2^k and √½ ≤ f < √2, for normal a > 0."""
    fraction = FRACTION_BITS[a.bits]
    root_of_half = {64: 0x3FE6A09E667F3BCD, 32: 0x3F3504F4}[a.bits]

    def emit(context, builder, sig, args):
        kind = _bits_type(a)
        above = builder.sub(builder.bitcast(args[0], kind), _all_lanes(kind, root_of_half))
        k = builder.ashr(above, _all_lanes(kind, fraction))
        # The other way round than in `two_to_the`: k into the last bits of 1.5 · 2^52, and that is taken off again.
        big = 1.5 * 2.0**fraction
        shifted = builder.add(k, builder.bitcast(_all_lanes(args[0].type, big), kind))
        return builder.fsub(builder.bitcast(shifted, args[0].type), _all_lanes(args[0].type, big))

    return a(a), emit


if config.DISABLE_JIT:
    from .numpy_vectors import *  # noqa: F403
