"""The process in which one's own file runs: `main` with FILE SAID OPERATION … as its arguments.

Appends a line of JSON to SAID for everything that happens, so that what was said before a crash is not lost.
"""

import json
import sys

from numba.core import event

from ..errors import ImplementationError, LoopwiseError
from ..implementations.from_file import declared, load_module
from ..process.foreign_output import OUTPUT, Heard
from .trial import COMPILING, RUNNING, try_operation


class Clock(event.Listener):
    """Reports which time limit applies now: the function's, or the compiler's while Numba compiles."""

    def __init__(self, say):
        self.say, self.phase, self.depth = say, RUNNING, 0

    def __call__(self, phase):
        self.phase = phase
        self.say(clock=phase)

    def on_start(self, event):
        """Compiling begins, perhaps within compiling."""
        self.depth += 1
        if self.depth == 1:
            self.say(clock=COMPILING)

    def on_end(self, event):
        """Something is compiled."""
        self.depth -= 1
        if self.depth == 0:
            self.say(clock=self.phase)


def main():
    """Import the file, then try each operation."""
    path, said, *names = sys.argv[1:]
    sys.argv = [path]
    OUTPUT.listen()
    with open(said, "a") as lines:

        def say(**event):
            print(json.dumps(event), file=lines, flush=True)

        clock = Clock(say)
        event.register("numba:compiler_lock", clock)
        try:
            module = load_module(path)
        except ImplementationError as error:
            say(refused=str(error))
            return
        for name in names:
            clock.phase = RUNNING
            say(begun=name)
            if hasattr(module, name):
                say(operation=name, **tried(name, module, path, clock))
            else:
                say(operation=name, verdict="missing", message="")


def tried(name, module, path, clock):
    """The verdict on one operation, and the first line that the file has printed."""
    function = getattr(module, name)
    function = Heard(path, function) if callable(function) else function
    try:
        verdict, message = try_operation(name, function, path, declared(module)[1], clock)
    except LoopwiseError as error:
        verdict, message = "failed", str(error)
    OUTPUT.look()
    return {"verdict": verdict, "message": message, "heard": OUTPUT.heard.get(path)}
