"""Programs that other processes run: a first step, with compiled code at hand or without."""

import subprocess
import sys

# Threads and the folder of compiled code are in the environment, which the process inherits from asv's.
BEFORE_FIRST_STEP = """
from loopwise import get_implementation, workloads
step = workloads.drawn({work!r}, 256, 64).bind(get_implementation({implementation!r}))
"""
WITH_AN_EMPTY_CACHE = """
import os, tempfile
empty = tempfile.TemporaryDirectory()
os.environ["NUMBA_CACHE_DIR"] = empty.name
"""


def before_first_step(implementation, work):
    """The program that imports and binds, so that `step()` is next; `work` is "logistic" or "network"."""
    return BEFORE_FIRST_STEP.format(implementation=implementation, work=work)


def compile_elsewhere(implementation, work):
    """Fill the cache from another process: this one neither grows nor warms up by it."""
    if implementation.startswith("numba"):
        subprocess.run([sys.executable, "-P", "-c", before_first_step(implementation, work) + "step()"], check=True)
