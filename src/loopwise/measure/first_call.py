"""What the first call costs a process: with all to compile, and with all compiled before.

Compiling happens once in a process, so each measurement is a process of its own.
"""

import pickle
import subprocess
import sys
from dataclasses import dataclass
from os import environ
from tempfile import TemporaryDirectory

from ..errors import LoopwiseError
from ..implementations import file_of, get_implementation
from ..process.child_process import python
from .samples import BEARABLE

# Importing and binding are not timed: every implementation needs them.
PROGRAM = """
import pickle, sys
from loopwise import get_implementation
from loopwise.process.foreign_output import OUTPUT
from loopwise.implementations import register_file
from loopwise.measure.compilations import compilations
from loopwise.measure.samples import watched
OUTPUT.listen()  # standard output is for the numbers
path, work, name, file = pickle.load(sys.stdin.buffer)
sys.path += [folder for folder in path if folder not in sys.path]  # last, so that they hide nothing
if file:
    name = register_file(file)
build, arguments = pickle.loads(work)
step = build(*arguments).bind(get_implementation(name))
with compilations() as compiled:
    first = watched(step)
print(first.seconds, compiled.seconds, first.taken)
OUTPUT.end()
"""


@dataclass(frozen=True)
class Start:
    """Seconds of the first call in a process, how many of them were spent compiling, what share others took of them."""

    first_call: float
    compiling: float
    taken_by_others: float = 0.0

    @property
    def at_most(self):
        """Whether others took so much that it may be more than 1.3 times too long."""
        return self.taken_by_others > BEARABLE


def first_call(name, build, *arguments, cache=None):
    """Make the first call of a workload in a process of its own.

    Parameters
    ----------
    name : str
        Implementation.
    build : callable
        Makes the workload of `arguments`; a function that the other process can import.
    cache : path, optional
        Folder of compiled code; an empty one by default, so that all is compiled.

    Returns
    -------
    Start

    Raises
    ------
    LoopwiseError
        The process failed; with the last line that it said.
    """
    with TemporaryDirectory() as empty:
        given = pickle.dumps((sys.path, pickle.dumps((build, arguments)), name, file_of(name)))
        environment = environ | {"NUMBA_CACHE_DIR": str(cache or empty)}
        process = subprocess.run(python(PROGRAM), input=given, capture_output=True, env=environment)
    if process.returncode:
        said = process.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise LoopwiseError(f"{name}: the process that makes the first call failed: {said[-1]}")
    return Start(*map(float, process.stdout.split()))


def is_compiled(name):
    """Whether an implementation has anything to compile."""
    return get_implementation(name).compiles
