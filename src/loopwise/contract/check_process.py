"""The process in which one's own file runs: `main` with FILE SAID NAME … as its arguments, the functions to pass over.

Appends a line of JSON to SAID for everything that happens, so that what was said before a crash is not lost.
"""

import json
import sys
from dataclasses import asdict

from numba.core import event

from ..errors import ImplementationError, LoopwiseError
from ..implementations.from_file import declared, load_module
from ..own_code.recognition import recognise
from ..process.foreign_output import OUTPUT, Heard
from .trial import COMPILING, RUNNING, Judgement, try_found


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
    """Import the file, then try each function that is recognised."""
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
            recognised = recognise(module)
        except ImplementationError as error:
            say(refused=str(error))
            return
        say(
            recognised=[(found.operation, found.name) for found in recognised.found],
            notes=recognised.notes,
            nearest=recognised.nearest,
            classes=recognised.classes,
            left_out=getattr(module, "__left_out__", []),
        )
        for found in recognised.found:
            if found.name not in names:
                clock.phase = RUNNING
                say(begun=found.name)
                say(**tried(found, module, path, clock))


def tried(found, module, path, clock):
    """The verdict on one function, and the first line that the file has printed."""
    for one in (found, *found.others, *found.partners):
        if not isinstance(one.function, Heard):
            one.function = Heard(path, one.function)
    try:
        judged = try_found(found, path, declared(module)[1], clock)
    except LoopwiseError as error:
        judged = Judgement("failed", str(error))
    OUTPUT.look()
    known = {"operation": found.operation, "name": found.name, "heard": OUTPUT.heard.get(path)}
    return known | asdict(judged)
