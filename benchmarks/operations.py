"""Every operation of the interface by itself."""

from loopwise import workloads
from loopwise.interface import OPERATIONS

from . import cells
from .timed import Timed


def operation(name):
    """Small enough for python_loops, large enough for the others to show what they can do."""
    return workloads.operation(name, units=16, features=32, examples=512)


class Operation(Timed):
    """One operation: 16 units, 32 features, 512 examples."""

    param_names = ["implementation", "operation"]
    params = [cells.IMPLEMENTATIONS, list(OPERATIONS)]

    def setup(self, implementation, name):
        self.prepare(implementation, operation, name)

    def time_operation(self, implementation, name):
        self.sample()
