"""JAX as a row of `compare`."""

import os
import subprocess
import sys

import pytest
from helpers.peer_rows import logistic, need

from loopwise.measure import peers


def test_float64_in_jax_changes_nothing_outside():
    need("jax")
    import jax
    import jax.numpy as jnp

    peer = peers.contender("jax", logistic(), 1)
    assert peer.step()[1][0].dtype == "float64"
    assert not jax.config.jax_enable_x64
    assert jnp.ones(3).dtype == "float32"
    assert peers.contender("jax", logistic().arranged("float32"), 1).step()[1][0].dtype == "float32"


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted where Linux lists them")
@pytest.mark.parametrize("threads", [1, 3])
def test_jax_has_as_many_threads_as_the_others(threads):
    """Counted in a process of its own: there is no other way to ask XLA."""
    need("jax")
    script = (
        "import glob, os, sys; from loopwise import workloads; from loopwise.measure import peers\n"
        "peers.contender('jax', workloads.operation('matmul', 9, 9, 9), threads=int(sys.argv[1])).step()\n"
        "assert 'NPROC' not in os.environ\n"
        "print(sum('XLAEigen' in open(name).read() for name in glob.glob('/proc/self/task/*/comm')))\n"
    )
    command = [sys.executable, "-c", script, str(threads)]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(finished.stdout) == threads
