"""What a step costs that no noise changes: instructions, bytes allocated, compiled signatures, machine code.

A difference of one per cent means something here, on any machine: what is counted is compiled for the same processor
everywhere, with one thread (`counting/costs.py` says which).
"""

import math
from functools import partial
from hashlib import sha256
from itertools import product
from pathlib import Path

from . import cells
from .cells import IMPLEMENTATIONS
from .counting.costs import NO_COUNTS, NO_INSTRUCTIONS, counted
from .operations import operation

WORKS = {
    "logistic 30 × 2^10": partial(cells.logistic, 2**10),
    "network 2-4-1 × 400": partial(cells.network, 400, "2-4-1"),
    "network 64-32-10 × 2^6": partial(cells.network, 2**6),
}
WORKS |= {name: partial(operation, name) for name in ("matmul", "layer_forward", "layer_backward", "cost", "adam")}
# For asv: where something else is counted, or otherwise, values of before do not go on.
VERSION = sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("counting/*.py")))
).hexdigest()
COMPILED = [name for name in IMPLEMENTATIONS if name.startswith("numba")]


def without(reason, names=IMPLEMENTATIONS):
    """All cells of some implementations, left out for a reason, if there is one."""
    return {(name, work): reason for name in names for work in WORKS}


NOT_COMPILED = without("nothing is compiled", [name for name in IMPLEMENTATIONS if name not in COMPILED])


class Step:
    """Costs of one step, or of one operation."""

    param_names = ["implementation", "work"]
    params = [IMPLEMENTATIONS, list(WORKS)]
    version = VERSION

    def setup_cache(self):
        """Count them all at once; nothing where all are left out, of which asv knows only later."""
        return {} if NO_COUNTS else counted(list(product(IMPLEMENTATIONS, WORKS)))

    setup_cache.timeout = 900

    @cells.leave_out(without(NO_INSTRUCTIONS))
    def track_instructions(self, costs, implementation, work):
        return cost(costs, implementation, work, "instructions")

    track_instructions.unit = "instructions"

    @cells.leave_out(without(NO_COUNTS))
    def track_allocated(self, costs, implementation, work):
        return cost(costs, implementation, work, "allocated")

    track_allocated.unit = "bytes"

    @cells.leave_out(without(NO_COUNTS) | NOT_COMPILED)
    def track_signatures(self, costs, implementation, work):
        return cost(costs, implementation, work, "signatures")

    track_signatures.unit = "signatures"

    @cells.leave_out(without(NO_COUNTS) | NOT_COMPILED)
    def track_machine_code(self, costs, implementation, work):
        return cost(costs, implementation, work, "machine_code")

    track_machine_code.unit = "bytes"


def cost(costs, implementation, work, name):
    """One cost; not a number where a commit cannot do this."""
    return costs.get((implementation, work), {}).get(name, math.nan)
