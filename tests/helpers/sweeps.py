"""What sweeps are tried with."""

from loopwise.measure.break_even import Cost
from loopwise.measure.first_call import Start

SMALL = ("--examples", "40", "--features", "4", "--implementations", "numba_loops,numpy_vectorized", "--budget", "2")


def cost(name, cold, cached, step):
    """A `Cost` of planted seconds."""
    return Cost(name, Start(cold, cold), Start(cached, 0.0), {"median": step})
