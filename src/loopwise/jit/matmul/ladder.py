"""The matmul ladder: C = A B nine times over, from the slide's triple loop to the machine's limit.

Each rung changes one thing, and says what and why it helps. Read them from the bottom up, one `diff` at a time:

0 slide            the lecture's loops: i, j, k
1 loop_order       i, k, j: the inner loop walks along memory
2 unroll_and_jam   four terms at a time: a row of C is fetched and put back a quarter as often
3 tiles            a block of B stays in cache while every row of A passes by
4 packing          the block is copied to where it lies without gaps
5 exact_registers  a tile of sums never leaves the registers, as wide as they are
6 registers        a multiply-add is one instruction
7 prefetch         what comes next is fetched while this is computed
8 threads          every core computes columns of its own

Rungs 0 to 5 are *exact*: they change which sum is advanced when, never the order of the terms of one sum, so every bit
is the slide's. From rung 6 on a multiply-add rounds once instead of twice: still in the slide's order, but another
rounding. `loopwise ladder` measures them all.

Shapes: A is (n, inner), B is (inner, p), C is (n, p).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..decorators import njit
from ..simd.tiles import add_outer_product, exact_tile, load_like, store_tile, tile_shape, zero_tile
from .matrix import matrix, plain
from .product import multiply_serial, product

DEPTH = 64  # terms of a block of B (rungs 3 and 4)
COLUMNS = 512  # of a block: 64 × 512 float64 are 256 KiB, a quarter of the second cache
PANEL_DEPTH = 256  # terms of a panel (rungs 5 and 6): with the columns of a tile 24 KiB, with AVX-512 48
GAP = 8  # numbers between rows (rungs 5 and 6)


# === 0: the slide =====================================================================================
# Each step of the inner loop reads the next row of B: p numbers further in memory, another cache line, and for large
# matrices another page. And each addition waits for the one before it.


@njit
def slide(A, B):
    """C = A B: three nested loops."""
    (n, inner), p = A.shape, B.shape[1]
    C = np.empty((n, p), A.dtype)
    for i in range(n):
        for j in range(p):
            c = A.dtype.type(0.0)
            for k in range(inner):
                c += A[i, k] * B[k, j]
            C[i, j] = c
    return C


# === 1: loop order ====================================================================================
# j runs innermost: neighbours in the loop are neighbours in memory, in B and in C. They are also different sums, so one
# vector instruction advances four of them by one term (float32: eight). Each sum still takes its terms in order.


@njit
def loop_order(A, B):
    """C = A B, in the order i, k, j."""
    (n, inner), p = A.shape, B.shape[1]
    C = np.zeros((n, p), A.dtype)
    for i in range(n):
        for k in range(inner):
            a = A[i, k]
            for j in range(p):
                C[i, j] += a * B[k, j]
    return C


# === 2: unroll and jam ================================================================================
# Rung 1 loads and stores a sum for each single term. Here a sum takes four terms, from left to right, while it is in a
# register. (Four rows of C at once would be the other way to jam; but rows that are written to might overlap, and a
# compiler that cannot exclude it makes no vectors.) Where all of B is too large for the near caches, fetching it takes
# the time, and this gains little before rung 3.


@njit
def add_terms(a, B, k, j, c):
    """c[x] += Σ_t a[t] B[k + t, j + x], in order of t, four terms in each pass over c."""
    after, together = j + len(c), len(a) - len(a) % 4
    for t in range(0, together, 4):
        a0, a1, a2, a3 = a[t], a[t + 1], a[t + 2], a[t + 3]
        b0, b1 = B[k + t, j:after], B[k + t + 1, j:after]
        b2, b3 = B[k + t + 2, j:after], B[k + t + 3, j:after]
        for x in range(len(c)):
            c[x] = c[x] + a0 * b0[x] + a1 * b1[x] + a2 * b2[x] + a3 * b3[x]
    for t in range(together, len(a)):
        b = B[k + t, j:after]
        for x in range(len(c)):
            c[x] += a[t] * b[x]


@njit
def unroll_and_jam(A, B):
    """C = A B, four terms at a time."""
    n, p = len(A), B.shape[1]
    C = np.zeros((n, p), A.dtype)
    for i in range(n):
        add_terms(A[i], B, 0, 0, C[i])
    return C


# === 3: tiles =========================================================================================
# For each row of C all of B passes by; if it does not fit into a cache, it comes from memory n times. A block of B that
# fits is used for all n rows before the next one is fetched. Blocks follow each other in order of k.


@njit
def tiles(A, B):
    """C = A B, block of B by block of B."""
    (n, inner), p = A.shape, B.shape[1]
    C = np.zeros((n, p), A.dtype)
    for j in range(0, p, COLUMNS):
        for k in range(0, inner, DEPTH):
            for i in range(n):
                add_terms(A[i, k : k + DEPTH], B, k, j, C[i, j : j + COLUMNS])
    return C


# === 4: packing =======================================================================================
# The rows of a block are p numbers apart: each is in a page of its own, and the TLB has room for only so many pages;
# where p is a power of two all of them compete for the same few lines of the cache. A copy is contiguous. It costs a
# pass over B, and is read n times.


@njit
def packing(A, B):
    """C = A B, with each block of B copied first."""
    (n, inner), p = A.shape, B.shape[1]
    C = np.zeros((n, p), A.dtype)
    for j in range(0, p, COLUMNS):
        for k in range(0, inner, DEPTH):
            block = B[k : k + DEPTH, j : j + COLUMNS].copy()
            for i in range(n):
                add_terms(A[i, k : k + DEPTH], block, 0, 0, C[i, j : j + COLUMNS])
    return C


# === 5: exact registers ===============================================================================
# So far every fourth term still moves a sum from the cache and back. A tile of 4 × 3 vectors of C (8 × 3 with AVX-512)
# stays in registers for PANEL_DEPTH terms: for each term three vectors of B and a number of A for each row are loaded,
# and the products, one for each vector of the tile, rounded and added. The vectors are as wide as the registers: where
# those have 512 bits, LLVM uses half of them for the loops of rungs 1 to 4. The tiles at the edge are made whole with
# zeros.
#
# `exact_product` (product.py) is this rung with what rungs 7 and 8 add: the fastest way to the slide's bits.


@njit
def exact_registers(A, B):
    """C = A B, tile after tile of sums in registers, with the slide's roundings."""
    return in_registers(A, B, exact_tile(B))


@njit
def in_registers(A, B, zero):
    """C = A B with tiles like `zero`."""
    (n, inner), p = A.shape, B.shape[1]
    high, wide = tile_shape(B)
    # A few numbers between the rows: those that lie 4096 bytes apart fight for the same lines of the cache.
    rows = with_zeros(A, n + -n % high, inner + GAP)
    C = np.zeros((n + -n % high, p + -p % wide), A.dtype)
    for k in range(0, inner, PANEL_DEPTH):
        depth = min(PANEL_DEPTH, inner - k)
        for j in range(0, p, wide):
            panel = with_zeros(B[k : k + depth, j : j + wide], depth, wide)
            for i in range(0, n, high):
                corner, stride = i * C.shape[1] + j, C.shape[1]
                tile = load_like(zero, C, corner, stride)
                for term in range(depth):
                    a = i * rows.shape[1] + k + term
                    tile = add_outer_product(tile, rows, a, rows.shape[1], panel, term * wide)
                store_tile(C, corner, stride, tile)
    return C[:n, :p].copy()


@njit
def with_zeros(X, n, p):
    """A copy of X, made larger with zeros."""
    larger = np.zeros((n, p), X.dtype)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            larger[i, j] = X[i, j]
    return larger


# === 6: registers =====================================================================================
# A product and its sum in one instruction, where rung 5 needs two: on processors whose units all do both, twice the
# work in the same time. It rounds once, so from here on the last bits are others than the slide's.


@njit
def registers(A, B):
    """C = A B, tile after tile of sums in registers, with multiply-adds."""
    return in_registers(A, B, zero_tile(B))


# === 7: prefetch ======================================================================================
# While a tile is summed, memory is idle; then the next panel is copied, and the arithmetic waits. `product.py` asks for
# the next panel of B, and for the sums of C under it, while the tiles of this one are computed. It also cuts A into
# blocks that stay in cache, and writes whole tiles to where they belong: zeros stand at the very edge only.


def prefetch(A, B):
    """C = A B, as `product.py` computes it, on one thread."""
    (n, inner), p = A.shape, B.shape[1]
    C = np.empty((n, p), A.dtype)
    multiply_serial(matrix(A), matrix(B), C.reshape(-1), n, inner, p)
    return C


# === 8: threads =======================================================================================
# Columns of C are independent: each thread computes its own, copies its own panels, and no sum is ever shared. So the
# bits are those of rung 7, whatever the number of threads.


def threads(A, B):
    """C = A B, as `product.py` computes it."""
    return product(A, B)


# === the ladder =======================================================================================


@dataclass(frozen=True)
class Rung:
    """One way to multiply; call it with A and B.

    Attributes
    ----------
    multiply : callable(A, B) -> C
    contract : "exact" or "rounding"
        Whether its bits are the slide's, or within the bound for sums in any order.
    idea : str
        What is new, in a few words.
    takes_any_order : bool
        Otherwise arrays that are not C-ordered are copied first.
    uses_threads : bool
    """

    multiply: Callable
    contract: str
    idea: str
    takes_any_order: bool = False
    uses_threads: bool = False

    @property
    def name(self):
        return self.multiply.__name__

    def __call__(self, A, B):
        """C = A B, a new C-ordered array."""
        return self.multiply(A, B) if self.takes_any_order else self.multiply(plain(A), plain(B))


RUNGS = (
    Rung(slide, "exact", "i, j, k"),
    Rung(loop_order, "exact", "i, k, j: along memory"),
    Rung(unroll_and_jam, "exact", "four terms at a time"),
    Rung(tiles, "exact", "blocks stay in cache"),
    Rung(packing, "exact", "blocks lie in one piece"),
    Rung(exact_registers, "exact", "sums stay in registers"),
    Rung(registers, "rounding", "a multiply-add is one instruction"),
    Rung(prefetch, "rounding", "memory works ahead", takes_any_order=True),
    Rung(threads, "rounding", "every core", takes_any_order=True, uses_threads=True),
)
