"""Time per example of numba_tuned's logistic step, n_x = 100, for m from 10³ to 10⁶: is it flat?

The fixed cost of a call is what a step on one example takes; it is taken off before dividing by m.
"""

import sys

from common import TUNED, options, print_machine
from rich.console import Console
from rich.table import Table

from loopwise import get_implementation, workloads
from loopwise.machine.load import Load
from loopwise.machine.threads import threads
from loopwise.measure.interleaved import interleave


def main(given):
    """All sizes, interleaved; exit code 1 unless every time per example is within 15 % of their middle."""
    sizes = [1, *(10**power for power in range(3, 7))]
    steps = {str(m): workloads.operation("logistic_step", 1, 100, m).bind(get_implementation(TUNED)) for m in sizes}
    load = Load()
    with threads(given.threads):
        for step in steps.values():
            step()
        samples, _ = interleave(steps, given.budget)
    medians = {m: samples[str(m)].quartiles()["median"] for m in sizes}
    each = {m: (medians[m] - medians[1]) / m for m in sizes[1:]}
    middle = (max(each.values()) * min(each.values())) ** 0.5
    table = Table("m", "step", "ns per example", "of the middle")
    for m, seconds in each.items():
        table.add_row(str(m), f"{1e3 * medians[m]:.3g} ms", f"{1e9 * seconds:.2f}", f"{seconds / middle:.2f}")
    Console().print(table)
    print_machine(Console(), given.threads, load)
    return any(abs(seconds / middle - 1) > 0.15 for seconds in each.values())


if __name__ == "__main__":
    sys.exit(main(options(__doc__, budget=30.0)))
