"""The machine's limits: how fast it reads, and how fast it multiplies and adds, measured on the spot.

A limit is the *best* of many samples, not their median: whatever else happens on a machine only makes a sample slower,
and what it has done once it can do. A sample lasts for 6 ms: so long that neither the clock nor the threads' start
matters, so short that some find every core free. Quantities are sampled alternately, so that a slow moment affects none
of them alone.
"""

import time
from dataclasses import asdict, dataclass, field

import numba
import numpy as np

from ..errors import LoopwiseError, OptionError
from ..jit.simd.host import VECTOR_BYTES
from ..jit.turns import ONE_AT_A_TIME
from . import limit_kernels as kernels
from .caches import caches, memory_bytes
from .threads import default_threads, settle
from .threads import threads as with_threads

SAMPLE_SECONDS = 0.006
ROUNDS = 2
DRAM = "DRAM"
TIMES_THE_CACHE = 4  # STREAM's rule: an array has four times the size of all last-level caches
LEAST_IN_DRAM, MOST_IN_DRAM = 2**26, 2**30  # bytes of one array, whatever the caches are
LINE = 64  # bytes: a vector that lies across two cache lines is loaded twice
NUMBER = 8  # bytes of a float64: bandwidth is measured with them
DTYPES = ("float64", "float32")
# Quantities of arithmetic, and how each uses the registers: half of one tells what 512 bits are worth beside 256.
WAYS = {"peak": kernels.FUSED, "apart": kernels.APART}
WAYS |= {"half": kernels.HALF} if VECTOR_BYTES == 64 else {}
TRIAD_BYTES = 3 * NUMBER  # STREAM counts two reads and a write; that the line written to is read first, it does not


def way_label(way):
    """How a way uses the registers, in words."""
    bits = 8 * VECTOR_BYTES // (2 if way == "half" else 1)
    return f"multiply, then add, {bits} bits" if way == "apart" else f"multiply-add, {bits} bits"


@dataclass(frozen=True)
class Quantity:
    """One thing to measure: "read" from a level, "triad" in DRAM, or one of the `WAYS` with a number type."""

    kind: str
    what: str
    threads: int


@dataclass(frozen=True)
class Limits:
    """What the machine reaches at best, each by number of threads; a quantity not asked for is missing.

    Attributes
    ----------
    threads : tuple of int
    caches : tuple of Cache
    read_gbytes_per_s : dict of str to dict of int to float
        By level ("L1", "L2", …, "DRAM"), then by threads.
    read_buffer_bytes : dict
        The same way: how much was read again and again, by all threads together.
    triad_gbytes_per_s : dict of int to float
        a = b + s · c in DRAM, in STREAM's bytes: 24 for each number of float64.
    peak_gflops : dict of str to dict of int to float
        By number type, then by threads; a multiply-add is two operations.
    other_peaks_gflops : dict of str to dict of str to dict of int to float
        Without all that the registers can do, by way: "apart" rounds each product before it is added, as the
        exact implementations must; "half" uses half of each register, where they have 512 bits. Then as above.
    """

    threads: tuple
    caches: tuple
    read_gbytes_per_s: dict = field(default_factory=dict)
    read_buffer_bytes: dict = field(default_factory=dict)
    triad_gbytes_per_s: dict = field(default_factory=dict)
    peak_gflops: dict = field(default_factory=dict)
    other_peaks_gflops: dict = field(default_factory=dict)

    def of(self, work_flops, work_bytes, dtype, threads):
        """Seconds that the machine needs at least for some work: for its traffic or its arithmetic, whichever is more.

        Work is repeated on the same data when it is timed, so its data may stay in a cache. The bandwidth is that of
        the fastest level in which all of it has room, each thread holding a part in the caches of its core. That is
        generous to the machine: intermediate results take room too and move too, and a write counts like a read.
        exp, log and tanh are not counted. So 100 % is never reached; what is near it cannot become much faster.

        Raises
        ------
        OptionError
            This was not measured: another number of threads, level or number type.
        """
        level = level_of(work_bytes, threads, self.caches)
        try:
            bandwidth, peak = self.read_gbytes_per_s[level][threads], self.peak_gflops[dtype][threads]
        except KeyError:
            raise OptionError(f"no limit was measured for {dtype}, {level} and threads = {threads}") from None
        return max(work_bytes / bandwidth, work_flops / peak) / 1e9

    def share(self, workload, seconds, threads):
        """How much of the limit a workload that took `seconds` has reached: 1 is all."""
        return self.of(workload.flops, workload.bytes, workload.dtype, threads) / seconds

    def as_dict(self):
        """The limits for machines: the schema is in docs/commands.md."""
        return asdict(self)


# === what there is to measure =========================================================================


def level_of(size_bytes, threads, known):
    """The fastest level in which so many bytes have room."""
    return next((cache.name for cache in known if size_bytes <= cache.holds_bytes(threads)), DRAM)


def everything(threads, known):
    """Every quantity, with one thread and with all."""
    whats = [("read", name) for name in (*(cache.name for cache in known), DRAM)]
    whats += [("triad", DRAM), *((way, dtype) for way in WAYS for dtype in DTYPES)]
    return [Quantity(kind, what, count) for kind, what in whats for count in sorted({1, threads})]


def for_workload(workload, threads):
    """The two quantities that a workload's limit is made of."""
    level = level_of(workload.bytes, threads, caches())
    return [Quantity("read", level, threads), Quantity("peak", workload.dtype, threads)]


def buffer_bytes(level, threads, known):
    """How much is read to measure a level: half of it, and more than the level before can hold; for DRAM, far more."""
    if level == DRAM:
        most = min(MOST_IN_DRAM, memory_bytes() // 16)
        return min(most, max(LEAST_IN_DRAM, TIMES_THE_CACHE * known[-1].size_bytes * known[-1].count))
    k = next(k for k, cache in enumerate(known) if cache.name == level)
    before = known[k - 1].holds_bytes(threads) if k else 0
    return max(known[k].holds_bytes(threads) // 2, 3 * before // 2)


# === measuring ========================================================================================


def measure(threads=None, progress=None, only=None, seconds=0.2):
    """Measure the machine's limits with 1 thread and with `threads`.

    Parameters
    ----------
    threads : int, optional
        Every core by default.
    progress : callable(text, share), optional
    only : sequence of Quantity, optional
        What to measure; everything by default (about 20 quantities, 5 s).
    seconds : float
        For each quantity.

    Returns
    -------
    Limits

    Raises
    ------
    OptionError, LoopwiseError
        More threads than Numba has; or nothing is compiled, so that Python would be measured.
    """
    if not measurable():
        raise LoopwiseError("limits are measured by compiled code, and NUMBA_DISABLE_JIT=1 is set")
    threads, known = threads or default_threads(), caches()
    quantities = list(only or everything(threads, known))
    best, passes = dict.fromkeys(quantities, 0.0), {}
    with ONE_AT_A_TIME, with_threads(threads):
        bench = Bench(quantities, threads, known)
        settle()
        for step in range(ROUNDS * len(quantities)):
            quantity = quantities[step % len(quantities)]
            if progress is not None:
                progress(f"{quantity.kind}: {quantity.what}", step / (ROUNDS * len(quantities)))
            run, work = bench.work(quantity)
            if quantity not in passes:
                passes[quantity] = enough_passes(run, quantity.threads)
            with with_threads(quantity.threads):
                best[quantity] = max(best[quantity], best_rate(run, work, passes[quantity], seconds / ROUNDS))
    return limits_from_rates(best, known)


def measurable():
    """Whether kernels are compiled: else Python would be measured."""
    return not numba.config.DISABLE_JIT


def limits_from_rates(best, known):
    """`Limits` from a rate for each quantity.

    A limit for n threads is at least that for one, which n threads reach by leaving the others idle. It matters where
    another process keeps a core busy: then all threads wait for the one on that core.
    """
    limits = Limits(tuple(sorted({quantity.threads for quantity in best})), known)
    tables = {"read": limits.read_gbytes_per_s, "peak": limits.peak_gflops, "triad": {DRAM: limits.triad_gbytes_per_s}}
    for quantity, rate in best.items():
        alone = best.get(Quantity(quantity.kind, quantity.what, 1), 0.0)
        table = tables.get(quantity.kind)
        if table is None:
            table = limits.other_peaks_gflops.setdefault(quantity.kind, {})
        table.setdefault(quantity.what, {})[quantity.threads] = max(rate, alone)
        if quantity.kind == "read":
            size = buffer_bytes(quantity.what, quantity.threads, known)
            limits.read_buffer_bytes.setdefault(quantity.what, {})[quantity.threads] = size
    return limits


def enough_passes(run, parts):
    """How many passes give each of so many threads work for a sample: calibrated on one thread, which does all parts.

    On one thread, to exclude waiting: where other processes are busy, threads wait for each other at each barrier.
    """
    with with_threads(1):
        run(1)  # compiled or loaded, and its data where it belongs
        passes, elapsed = 1, timed(run, 1)
        while elapsed < SAMPLE_SECONDS:
            passes = int(passes * min(10.0, 1.2 * SAMPLE_SECONDS / max(elapsed, 1e-9))) + 1
            elapsed = min(timed(run, passes) for _ in range(2))
    return -int(-passes * parts * SAMPLE_SECONDS // elapsed)


def best_rate(run, work, passes, seconds):
    """Giga-units per second of `run(passes)`, which does `passes` · `work`: the best sample, of three at least."""
    deadline, times = time.perf_counter() + seconds, []
    while len(times) < 3 or time.perf_counter() < deadline:
        times.append(timed(run, passes))
    return passes * work / min(times) / 1e9


def timed(run, passes):
    """Seconds that `run(passes)` takes."""
    begun = time.perf_counter()
    run(passes)
    return time.perf_counter() - begun


class Bench:
    """Memory that is read and written, first touched by the threads that will use it; the call for each quantity."""

    def __init__(self, quantities, threads, known):
        self.known, self.tile = known, int(kernels.tile_size(np.empty(1)))
        sizes = [buffer_bytes(q.what, q.threads, known) for q in quantities if q.kind not in WAYS]
        arrays = 3 if any(q.kind == "triad" for q in quantities) else 1
        self.arrays = [self.empty(max(sizes, default=0), threads) for _ in range(arrays)]
        for array in self.arrays:
            kernels.touch(array, threads, 1.0)

    def count(self, size_bytes, parts):
        """How many numbers: every part whole tiles."""
        return max(1, size_bytes // (NUMBER * self.tile * parts)) * self.tile * parts

    def empty(self, size_bytes, parts):
        """Memory that begins with a cache line."""
        size = self.count(size_bytes, parts)
        raw = np.empty(size + LINE // NUMBER)
        start = -raw.ctypes.data % LINE // NUMBER
        return raw[start : start + size]

    def work(self, quantity):
        """What `best_rate` needs: a call, and the bytes or flops that one pass of it does."""
        if quantity.kind in WAYS:
            return self.multiply_adds(np.dtype(quantity.what), quantity.threads, WAYS[quantity.kind])
        size = self.count(buffer_bytes(quantity.what, quantity.threads, self.known), quantity.threads)
        used = [array[:size] for array in self.arrays]
        if quantity.kind == "read":
            return lambda passes: kernels.read_parts(used[0], quantity.threads, passes), NUMBER * size
        return lambda passes: kernels.triad_parts(*used, 3.0, quantity.threads, passes), TRIAD_BYTES * size

    def multiply_adds(self, dtype, threads, way):
        """Numbers that begin at 1 and more and approach 2."""
        numbers = np.linspace(1.0, 1.5, int(kernels.tile_size(np.empty(1, dtype))), dtype=dtype)
        factor, term = dtype.type(0.5), dtype.type(1.0)
        flops = (1 if way == kernels.HALF else 2) * len(numbers) * threads
        return lambda passes: kernels.multiply_adds_parts(numbers, factor, term, threads, passes, way), flops
