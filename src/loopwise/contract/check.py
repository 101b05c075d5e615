"""Hold a user's file to the contract: each operation that it defines, in a process that may hang or crash.

The file runs in a process of its own, operation after operation. Whatever happens there — an endless loop, a
segmentation fault, `sys.exit` — is a verdict on one operation; the others are tried in a new process.
What is tried of each: `trial`; the process: `check_process`; loading the file: `implementations/from_file`.
"""

import json
import signal
import subprocess
import time
from collections import Counter
from dataclasses import asdict, dataclass
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import ImplementationError
from ..interface import OPERATIONS
from ..process.child_process import python
from ..process.environment import cores
from ..process.foreign_output import OUTPUT
from .trial import COMPILING, REPEATING, RUNNING

PROGRAM = "from loopwise.contract.check_process import main; main()"
POLL = 0.02  # seconds between two looks at what the process has said
IMPORT_SECONDS = 60.0
COMPILE_SECONDS = 120.0  # for one operation, or for the file while it is imported
REPEAT_SECONDS = 30.0  # what calling again and again takes at most, by far
THREADS = 4  # at least: where there are fewer cores they take turns


@dataclass(frozen=True)
class Verdict:
    """What is said of one operation: passed, failed, missing, timeout or crashed, and why."""

    operation: str
    verdict: str
    message: str = ""

    def as_dict(self):
        """For machines."""
        return asdict(self)


def check_file(path, timeout=10.0):
    """Try every operation of a file.

    Parameters
    ----------
    path : str
        A Python file that defines functions named like the interface's operations.
    timeout : float
        Seconds that one operation may run; compiling has a limit of its own, COMPILE_SECONDS.

    Yields
    ------
    Verdict
        In the interface's order, each as soon as it is known.

    Raises
    ------
    ImplementationError
        The file cannot be imported, with the line.
    """
    remaining = list(OPERATIONS)
    while remaining:
        for verdict in one_process(path, remaining, timeout):
            yield verdict
            remaining.remove(verdict.operation)


def one_process(path, names, timeout):
    """Yield verdicts until all names have one, or the process had to be given up."""
    with TemporaryDirectory() as folder:
        said = Path(folder, "said")
        said.touch()
        silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        process = subprocess.Popen(python(PROGRAM, str(path), str(said), *names), env=with_threads(), **silent)
        try:
            yield from follow(process, said, path, [*names], timeout)
        finally:
            process.kill()
            process.wait()


def with_threads():
    """The environment of a process in which threads can meet, on one core too; a limit that is set holds."""
    limits = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS")
    return environ | ({} if any(limit in environ for limit in limits) else {limits[0]: str(max(cores(), THREADS))})


class Clock:
    """Seconds that an operation has taken: running, compiling, and those of the check itself."""

    def __init__(self):
        self.seconds, self.phase, self.since = Counter(), RUNNING, time.monotonic()

    def turn(self, phase):
        """From now on it is another's time."""
        now = time.monotonic()
        self.seconds[self.phase] += now - self.since
        self.phase, self.since = phase, now

    def over(self, running):
        """Which time limit is exceeded, and its seconds; None where there is time left."""
        self.turn(self.phase)
        limits = {RUNNING: running, REPEATING: running + REPEAT_SECONDS, COMPILING: COMPILE_SECONDS}
        return next(((phase, limit) for phase, limit in limits.items() if self.seconds[phase] > limit), None)


OVER = {
    RUNNING: "took more than {} s — an endless loop?",
    REPEATING: "ended the first time, and did not when called again: took more than {} s — does it wait for something?",
    COMPILING: "compiling it took more than {} s",
}


def follow(process, said, path, names, timeout):
    """Read what the process says of each operation, and give up on one that takes too long or dies: names[0]."""
    with said.open() as lines:
        begun, clock, allowed = False, Clock(), IMPORT_SECONDS
        while names:
            ended = process.poll() is not None  # before the last look: what it said last is not lost
            for line in whole_lines(lines):
                event = json.loads(line)
                if "refused" in event:
                    raise ImplementationError(event["refused"])
                if "clock" in event:
                    clock.turn(event["clock"])
                elif "begun" in event:
                    begun, clock, allowed = True, Clock(), timeout
                elif "verdict" in event:
                    OUTPUT.hear(str(path), (event.pop("heard", None) or "").encode())
                    yield Verdict(**event)
                    names.remove(event["operation"])
            over = clock.over(allowed)
            if ended and not begun:
                raise ImplementationError(f"{path}: cannot be imported: {how_it_ended(process.returncode)}")
            if over and not begun:
                doing = "importing" if over[0] == RUNNING else "compiling what is compiled while it is imported"
                raise ImplementationError(f"{path}: {doing} takes more than {over[1]:g} s")
            if not names:
                return
            if ended:
                yield Verdict(names[0], "crashed", how_it_ended(process.returncode))
                return
            if over:
                yield Verdict(names[0], "timeout", OVER[over[0]].format(f"{over[1]:g}"))
                return
            time.sleep(POLL)


def whole_lines(file):
    """The lines that have come to their end; the rest is left for the next look."""
    while True:
        offset, line = file.tell(), file.readline()
        if not line.endswith("\n"):
            file.seek(offset)
            return
        yield line


def how_it_ended(code):
    """`the process ended with SIGSEGV (segmentation fault)`."""
    if code < 0:
        name = signal.Signals(-code).name
        return f"the process was ended by {name} ({signal.strsignal(-code).lower()})"
    return f"the process ended itself with exit code {code}"
