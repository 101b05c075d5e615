"""One step of gradient descent: its time against the number of examples, the layers and the threads; its memory."""

from functools import partial
from itertools import product

from loopwise import get_implementation
from loopwise.machine.threads import threads

from . import CORES, cells, programs
from .timed import Timed

EXAMPLES = {"2-4-1": 400, "784-128-10": 1024, "12288-20-7-5-1": 209}  # flower, digits, cats
BIG = {"logistic": partial(cells.logistic, 2**16, 100), "network": partial(cells.network, 2**11, "784-128-10")}
SHARED = ["numba_parallel", "numpy_vectorized", "numba_tuned"]  # whose work threads share
LARGE_LOG2_M = [14, 18]


class Logistic(Timed):
    """`logistic_step` with 30 features: as it grows, the data leaves one cache after the other."""

    param_names = ["implementation", "log2_m"]
    params = [cells.IMPLEMENTATIONS, cells.LOGISTIC_LOG2_M]

    def setup(self, implementation, log2_m):
        self.prepare(implementation, cells.logistic, 2**log2_m)

    @cells.leave_out(cells.slow(cells.logistic, cells.LOGISTIC_LOG2_M))
    def time_step(self, implementation, log2_m):
        self.sample()


class Network(Timed):
    """`network_step` of 64-32-10."""

    param_names = ["implementation", "log2_m"]
    params = [cells.IMPLEMENTATIONS, cells.NETWORK_LOG2_M]

    def setup(self, implementation, log2_m):
        self.prepare(implementation, cells.network, 2**log2_m)

    @cells.leave_out(cells.slow(cells.network, cells.NETWORK_LOG2_M))
    def time_step(self, implementation, log2_m):
        self.sample()


class Layers(Timed):
    """`network_step` of other networks: as small as a figure, as wide as a picture."""

    param_names = ["implementation", "layer_sizes"]
    params = [cells.IMPLEMENTATIONS, list(EXAMPLES)]

    def setup(self, implementation, layer_sizes):
        self.prepare(implementation, cells.network, EXAMPLES[layer_sizes], layer_sizes)

    @cells.leave_out(
        {
            (name, sizes): cells.too_slow(name, partial(cells.network, layers=sizes), EXAMPLES[sizes])
            for name, sizes in product(cells.IMPLEMENTATIONS, EXAMPLES)
        }
    )
    def time_step(self, implementation, layer_sizes):
        self.sample()


class Threads(Timed):
    """A large step with more and more threads, BLAS and Numba alike."""

    param_names = ["implementation", "work", "threads"]
    params = [SHARED, list(BIG), [1, 2, 4, 8]]

    def setup(self, implementation, work, count):
        if self.step is None:
            self.threads = threads(count)
            self.threads.__enter__()
        self.prepare(implementation, BIG[work])

    @cells.leave_out({cell: f"this machine has {CORES} cores" for cell in product(*params) if cell[-1] > CORES})
    def time_step(self, implementation, work, count):
        self.sample()


class Memory:
    """The peak of the process that makes one logistic step: Python, its libraries, the data and what the step adds."""

    param_names = ["implementation", "log2_m"]
    params = [cells.IMPLEMENTATIONS, LARGE_LOG2_M]
    timeout = 120

    def setup(self, implementation, log2_m):
        programs.compile_elsewhere(implementation, "logistic")  # that takes more memory than a step
        self.step = cells.logistic(2**log2_m).bind(get_implementation(implementation))

    @cells.leave_out(cells.slow(cells.logistic, LARGE_LOG2_M))
    def peakmem_step(self, implementation, log2_m):
        self.step()
