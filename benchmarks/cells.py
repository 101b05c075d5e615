"""The parameters of every benchmark, the same for all commits; what is left out, and why."""

from itertools import product

from asv_runner.benchmarks.mark import skip_for_params

from loopwise import implementation_names, workloads

IMPLEMENTATIONS = implementation_names()
LOGISTIC_LOG2_M = [4, 7, 10, 13, 16, 18]
NETWORK_LOG2_M = [3, 6, 9, 12, 15]
PYTHON_FLOPS = 10_000_000  # so many take the slide's loop about a second


def logistic(m, features=30):  # as the breast cancer data has
    """`logistic_step` on drawn data."""
    return workloads.drawn("logistic", m, features)


def network(m, layers="64-32-10"):  # as for the digits
    """`network_step` with relu on drawn data."""
    n_x, *rest = map(int, layers.split("-"))
    return workloads.drawn("network", m, n_x, rest)


def too_slow(implementation, build, m):
    """Why python_loops sits out a workload of m examples; None where it does not, and for all others."""
    flops = build(1).flops * m
    if implementation != "python_loops" or flops <= PYTHON_FLOPS:
        return None
    return f"one step has {flops:.1e} operations; python_loops sits out those with more than {PYTHON_FLOPS:.0e}"


def slow(build, log2_m):
    """`too_slow` for each cell (implementation, log2_m)."""
    return {(name, k): too_slow(name, build, 2**k) for name, k in product(IMPLEMENTATIONS, log2_m)}


def leave_out(reasons):
    """Skip cells of a benchmark: a dict from parameters to a reason, or to None where nothing is against them."""
    reasons = {cell: reason for cell, reason in reasons.items() if reason}

    def mark(function):
        function.left_out = reasons  # for the overview
        return skip_for_params(list(reasons))(function)

    return mark
