"""What a process takes before its first result: importing, compiling, loading what was compiled before.

Each sample is a process of its own, and only the one line is timed that is returned first.
"""

from . import cells, programs

COMPILED = [name for name in cells.IMPLEMENTATIONS if name.startswith("numba")]


class Import:
    """`import loopwise`, NumPy and Numba included."""

    rounds, repeat, number, warmup_time = 1, 5, 1, 0

    def timeraw_import(self):
        return "import loopwise; loopwise.get_implementation('numba_loops')"


class FirstStep:
    """The first step in a process, after importing: with all to compile, and with all compiled and in the cache."""

    param_names = ["implementation", "work"]
    params = [COMPILED, ["logistic", "network"]]
    rounds, number, warmup_time = 1, 1, 0
    timeout = 300

    def timeraw_compiling(self, implementation, work):
        return "step()", programs.WITH_AN_EMPTY_CACHE + programs.before_first_step(implementation, work)

    def timeraw_cached(self, implementation, work):
        return "step()", programs.before_first_step(implementation, work)

    def setup(self, implementation, work):
        if not self.__dict__.get("cached"):
            programs.compile_elsewhere(implementation, work)
            self.cached = True

    timeraw_compiling.repeat = 1  # many seconds, so little noise
    timeraw_cached.repeat = 3
