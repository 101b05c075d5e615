"""numba_tuned where work is cut into more chunks than its least: its contract, and the same bits on any threads."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from helpers.contract import hold
from helpers.networks import TUNED, network

from loopwise import workloads
from loopwise.implementations.numba_tuned import thresholds
from loopwise.implementations.numba_tuned.chunks import chunks_of

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="lane by lane in Python it takes minutes")
FEW, MOST = thresholds.CHUNKS, thresholds.MOST_CHUNKS
# More numbers of X, or more floating-point operations, than FEW chunks take: a neuron's examples, a tall X's features,
# z alone, whole arrays, a narrow network, a wide one.
WORKS = {
    "examples": lambda: workloads.operation("logistic_step", 1, 1031, 1067),
    "examples, F": lambda: workloads.operation("logistic_step", 1, 67, 20_011).arranged(layout="F"),
    "examples, strided": lambda: workloads.operation("logistic_step", 1, 67, 20_011).arranged(layout="strided"),
    "features": lambda: workloads.operation("logistic_step", 1, 2111, 517),
    "z alone": lambda: workloads.operation("logistic_forward", 1, 1031, 1067),
    "z of a tall X": lambda: workloads.operation("logistic_forward", 1, 2111, 517),
    "activation": lambda: workloads.operation("activate", 3, 1, 90_001, "softmax"),
    "cost": lambda: workloads.operation("cost", 3, 1, 90_001, "softmax", "cross_entropy"),
    "narrow": lambda: network([21, 9, 3], 67, 2333),
    "wide": lambda: network([40, 9], 300, 701),
}
BITS = """
import sys
sys.path[:0] = {path!r}
import hashlib
import numpy as np
from test_many_chunks import TUNED, WORKS
for name, work in WORKS.items():
    values = b"".join(np.asarray(value).tobytes() for value in work().outputs(TUNED).values())
    print(name, hashlib.sha256(values).hexdigest())
"""


def test_each_chunk_has_enough_to_do():
    for least in (thresholds.NEURON_CHUNK_NUMBERS, thresholds.ELEMENTWISE_CHUNK_NUMBERS, thresholds.NARROW_CHUNK_FLOPS):
        counts = [chunks_of(work * least, least) for work in (1, FEW, 2 * FEW - 1, 2 * FEW, 63, 64, 1000)]
        assert counts == [FEW, FEW, FEW, 2 * FEW, 2 * FEW, MOST, MOST]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", WORKS)
def test_more_chunks_keep_the_contract(name, dtype):
    work = WORKS[name]()
    hold(TUNED, work.arranged(dtype, work.layout))


def test_sixty_four_threads_have_the_bits_of_one():
    told = []
    for threads in (1, 64):
        environment = os.environ | {"NUMBA_NUM_THREADS": str(threads)}
        command = [sys.executable, "-c", BITS.format(path=[str(Path(__file__).parent), *sys.path])]
        told.append(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert told[0] == told[1]
    assert len(told[0].splitlines()) == len(WORKS)
