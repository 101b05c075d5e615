"""The contract's tests of operations, written once; each section of the interface has them in its own test module."""

import numba
import numpy as np
import pytest

from helpers.contract import frozen, hold, operation_workloads
from loopwise.interface import OPERATIONS, SECTIONS
from loopwise.machine.threads import threads
from loopwise.workloads import LAYOUTS

MORE_THREADS_THAN_CORES = numba.config.NUMBA_NUM_THREADS
FILES = sorted({SECTIONS[operation.section] for operation in OPERATIONS.values()})


def operations_in(file):
    """The operations that stand in a file of every implementation, in the interface's order."""
    return tuple(name for name, operation in OPERATIONS.items() if SECTIONS[operation.section] == file)


@pytest.mark.contract
class OperationContract:
    """What every implementation keeps in every operation named in `names`: see `conftest.pytest_generate_tests`."""

    names = ()

    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_operation_keeps_the_contract(self, implementation, name, layout):
        for work in operation_workloads(name, layout):
            hold(implementation, work)

    def test_operation_keeps_the_contract_in_float32(self, implementation, name):
        if implementation.family == "python":
            with pytest.raises(TypeError, match="float64"):
                implementation.asnative(np.zeros((2, 2), np.float32))
            return
        for work in operation_workloads(name, dtype="float32"):
            hold(implementation, work)

    def test_inputs_may_be_read_only(self, implementation, name):
        for work in operation_workloads(name):
            hold(implementation, frozen(work))

    def test_inputs_are_left_as_they_were(self, implementation, name):
        for work in operation_workloads(name):
            before = {key: np.array(value) for key, value in work.inputs.items()}
            work.outputs(implementation)
            for key, value in work.inputs.items():
                assert np.array_equal(before[key], value), key

    @pytest.mark.parametrize("thread_count", [1, 2, MORE_THREADS_THAN_CORES])
    def test_any_number_of_threads_keeps_the_contract(self, implementation, name, thread_count):
        if implementation.family != "numpy":
            return  # has no threads, or is asked for more: the same bits, below
        with threads(thread_count):  # BLAS and Numba alike
            for work in operation_workloads(name):
                hold(implementation, work)

    def test_the_same_bits_at_any_number_of_threads_and_again(self, implementation, name):
        # What BLAS does with its threads is not ours to promise: without Numba this is "the same bits again".
        counts = (1, 2, MORE_THREADS_THAN_CORES, 2) if implementation.family == "numba" else (1, 1)
        for work in operation_workloads(name):
            bits = set()
            for thread_count in counts:
                numba.set_num_threads(thread_count)
                bits.add(tuple(np.asarray(value).tobytes() for value in work.outputs(implementation).values()))
            assert len(bits) == 1, work.sizes
            hold(implementation, work)  # and so with any of these numbers of threads
