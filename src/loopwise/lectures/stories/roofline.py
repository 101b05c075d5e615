"""The roofline: what keeps the fastest loop from being faster.

Source: B "Vectorization"; Williams, Waterman, Patterson: Roofline (2009)
"""

from ...measure import limits
from ...measure.limits import DRAM
from ...measure.machine import default_threads
from ...report import units
from ...report.roofline import DTYPE, example_workloads, measured_points
from ..story import Seen, table

QUESTION = """
A step of logistic regression on 100 000 examples with 100 features, as fast as we can make it on all cores. What
keeps it from being faster?
"""
CHOICES = ("the multiplier: so many multiply-adds", "memory: X has to be read", "Python")
CODE = [
    "flops = 4 · n_x · m           # a multiply-add for z, one for dw\n"
    "bytes = 8 · n_x · m           # X is read once at least\n"
    "limit = min(peak GFLOP/s, flops / bytes · GB/s)"
]


def measure():
    """The machine's limits first, then three workloads against them."""
    count = default_threads()
    known = limits.measure(count, seconds=0.1)
    peak, read = known.peak_gflops[DTYPE][count], known.read_gbytes_per_s[DRAM][count]
    points = measured_points(count, budget=2.0, works=example_workloads())
    rows, best = [], {}
    for work, name, gflops in points:
        if gflops > best.get(work.name, (0.0,))[0]:
            best[work.name] = (gflops, name, work)
    for gflops, name, work in best.values():
        intensity = work.flops / work.bytes
        roof = min(peak, intensity * read)
        limit = "memory" if intensity * read < peak else "multiplier"
        rows.append((work.name, f"{intensity:.2g}", limit, units.three(roof), units.three(gflops), name))
    gflops, name, work = best["logistic_step"]
    intensity = work.flops / work.bytes
    memory = intensity * read < peak
    gbytes = gflops / intensity
    so = "it waits for memory." if memory else "here it computes."
    said = f"""
    This machine reads {units.three(read)} GB/s from memory and multiplies and adds {units.three(peak)} GFLOP/s. To be
    busy, the multiplier needs {units.three(peak / read)} operations for each byte. Logistic regression offers
    {intensity:.2g}: however clever the program, {so}

    The fastest of ours ({name}) reads {units.three(gbytes)} GB/s, {gbytes / read:.0%} of what can be read. Where it is
    more than 100 %, a cache holds part of X from one step to the next.

    A product of matrices uses every number n times: there the multiplier is the limit, and tiles and registers pay.
    `loopwise machine --plot roofline.png` draws it.
    """
    heads = ("work", "operations\na byte", "limit", "GFLOP/s\nat most", "GFLOP/s\nreached", "by")
    figures = {"peak_gflops": peak, "read_gbytes_per_s": read, "logistic_gbytes_per_s": gbytes, "intensity": intensity}
    return Seen(1 if memory else 0, [table(heads, rows)], said, figures)
