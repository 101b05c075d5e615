"""Which cells of the suite are compared: all that time a call."""

import inspect
from dataclasses import dataclass
from importlib import import_module
from itertools import product

MODULES = ("steps", "operations")


@dataclass(frozen=True)
class Cell:
    """One benchmark with its parameters; `str` is what asv calls it."""

    module: str
    owner: str
    function: str
    parameters: tuple

    def __str__(self):
        said = ", ".join(map(repr, self.parameters))
        return f"{self.module}.{self.owner}.{self.function}({said})"

    def prepared(self):
        """The benchmark, with its work built and called once."""
        benchmark = getattr(import_module(f"benchmarks.{self.module}"), self.owner)()
        benchmark.setup(*self.parameters)
        return benchmark


def cells():
    """Every cell that is not left out."""
    for module in MODULES:
        for owner, kind in inspect.getmembers(import_module(f"benchmarks.{module}"), inspect.isclass):
            if kind.__module__ != f"benchmarks.{module}":
                continue
            for function in (name for name in vars(kind) if name.startswith("time_")):
                left_out = getattr(vars(kind)[function], "left_out", {})
                for parameters in product(*kind.params):
                    if parameters not in left_out:
                        yield Cell(module, owner, function, parameters)
