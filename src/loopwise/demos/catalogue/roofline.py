"""The roofline: which limit a loop meets first.

Source: goes beyond B "Vectorization"; Williams, Waterman, Patterson: Roofline (2009)
"""

from numba import get_num_threads

from ...machine import limits
from ...machine.limits import DRAM
from ...measure.roofline import DTYPE, example_workloads, measured_points
from ...report import units
from ..demo import Outcome
from ..kit import table

QUESTION = """
A step of logistic regression on 100 000 examples with 100 features reads 80 MB and does 40 million floating-point
operations. On this machine, which limit would a perfect program meet first?
"""
CHOICES = ("arithmetic: so many multiply-adds", "memory: X has to be read")
CODE = [
    "operations = 4 * n_x * m      # a multiply-add for z and one for dw: two each\n"
    "bytes = 8 * n_x * m           # X is read once at least\n"
    "limit = min(peak, operations / bytes * bandwidth)"
]


def measure():
    """The machine's limits first, then three workloads against them."""
    count = get_num_threads()
    known = limits.measure(count, seconds=0.1)
    peak, read = known.peak_gflops[DTYPE][count], known.read_gbytes_per_s[DRAM][count]
    best = {}
    for work, name, gflops in measured_points(count, budget=2.0, works=example_workloads(), spoilt=True):
        if gflops > best.get(work.name, (0.0,))[0]:
            best[work.name] = (gflops, name, work)
    rows, shares = [], {}
    for gflops, _, work in best.values():
        intensity = work.flops / work.bytes
        roof, limit = min((peak, "arithmetic"), (intensity * read, "memory"))
        shares[work.name] = gflops / roof
        numbers = (f"{intensity:.2g}", limit, units.three(roof), units.three(gflops), f"{gflops / roof:.0%}")
        rows.append((work.name, *numbers))
    gflops, name, work = best["logistic_step"]
    intensity = work.flops / work.bytes
    memory = intensity * read < peak
    said = f"""
    This machine reads {units.three(read)} GB/s from memory and does {units.three(peak)} GFLOP/s, billions of
    multiplications and additions a second. To be busy, its arithmetic needs {units.three(peak / read)} operations for
    each byte. Logistic regression offers {intensity:.2g}:
    {"memory is its limit, however clever the program" if memory else "arithmetic is its limit"}.

    The fastest of ours ({name}) reached {shares["logistic_step"]:.0%} of that limit. {remark(shares)}

    A product of matrices uses every number many times: there arithmetic is the limit, and tiles and registers pay.
    `loopwise machine --plot roofline.png` draws it.
    """
    heads = ("work", "operations\na byte", "limit", "GFLOP/s\nat most", "GFLOP/s\nreached", "share")
    figures = {"peak_gflops": peak, "read_gbytes_per_s": read, "intensity": intensity, "shares": shares}
    return Outcome(int(memory), [table(heads, rows)], said, figures)


def remark(shares):
    """What to make of shares that are small, or too large."""
    if max(shares.values()) > 1:
        return "More than 100 % is no wonder but noise: limit and work were not measured in the same moment."
    if shares["logistic_step"] < 0.6:
        return "So something else held it back, too: what computes σ and waits for threads, or another program."
    return "So it is memory that it waits for."
