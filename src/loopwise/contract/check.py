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
from ..interface import OPERATIONS, OPTIONAL
from ..process.child_process import python
from ..process.environment import cores
from ..process.foreign_output import OUTPUT
from .trial import COMPILING, REPEATING, RUNNING

PROGRAM = "from loopwise.contract.check_process import main; main()"
WINDOWS_ERRORS = 0xC0000000  # exit codes from there on are its own: an access to no memory, say
POLL = 0.02  # seconds between two looks at what the process has said
IMPORT_SECONDS = 60.0
COMPILE_SECONDS = 120.0  # for one operation, or for the file while it is imported
REPEAT_SECONDS = 30.0  # what calling again and again takes at most, by far
THREADS = 4  # at least: where there are fewer cores they take turns


@dataclass(frozen=True)
class Verdict:
    """What is said of one function, or of an operation that is missing.

    Attributes
    ----------
    operation : str
        Of the interface.
    verdict : str
        passed; unstable: right on ordinary data, and not at their limits; failed; missing; timeout; crashed.
    message : str
        Why.
    name : str
        The user's own name of the function; empty where there is none.
    convention : str
        What is transposed or summed, where a function keeps to a way of its own.
    not_offered : tuple of str
        Activations and losses that the function does not have.
    """

    operation: str
    verdict: str
    message: str = ""
    name: str = ""
    convention: str = ""
    not_offered: tuple = ()

    def as_dict(self):
        """For machines."""
        return asdict(self)


class FileCheck:
    """Every function of a file that is recognised, tried: iterate over it for the verdicts, as soon as each is known.

    Attributes
    ----------
    notes : dict of str to str
        What has an operation's name and is none, and why.
    nearest : dict of str to str
        Functions that were not recognised, and the nearest operations.
    classes : list of str
        Its own classes.
    left_out : list of str
        What of the file was not run.
    """

    def __init__(self, path, timeout):
        self.path, self.timeout = path, timeout
        self.notes, self.nearest, self.classes, self.left_out = {}, {}, [], []
        self.plan = None  # (operation, name) of what is to come; empty names are missing operations

    def __iter__(self):
        tried = []
        while self.plan is None or self.plan:
            for verdict in one_process(self, tried):
                yield from self.missing()
                tried.append(verdict.name)
                self.plan = [one for one in self.plan if one[1] != verdict.name]
                yield verdict
            yield from self.missing()

    def missing(self):
        """Verdicts on the operations that come next and have no function."""
        while self.plan and not self.plan[0][1]:
            operation, _ = self.plan.pop(0)
            yield Verdict(operation, "missing", self.notes.get(operation, ""))

    def begin(self, recognised, notes, nearest, classes, left_out):
        """What the process has recognised, before it tries any of it."""
        self.notes, self.nearest, self.classes, self.left_out = notes, nearest, classes, left_out
        if self.plan is None:
            there = {operation for operation, _ in recognised}
            plan = [(operation, "") for operation in OPERATIONS if operation not in there]
            order = [*OPERATIONS, *OPTIONAL]
            self.plan = sorted([*map(tuple, recognised), *plan], key=lambda one: order.index(one[0]))


def check_file(path, timeout=10.0):
    """Try every function of a file that is recognised.

    Parameters
    ----------
    path : str
        A Python file or a notebook.
    timeout : float
        Seconds that one function may run; compiling has a limit of its own, COMPILE_SECONDS.

    Returns
    -------
    FileCheck
        Iterate over it: a `Verdict` for each function and each missing operation, in the interface's order.

    Raises
    ------
    ImplementationError
        While it is iterated over: the file cannot be imported, with the line.
    """
    return FileCheck(path, timeout)


def one_process(check, tried):
    """Yield verdicts until all functions have one, or the process had to be given up."""
    # On Windows a process that was killed may hold its files for a moment.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        said = Path(folder, "said")
        said.touch()
        silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        process = subprocess.Popen(python(PROGRAM, str(check.path), str(said), *tried), env=with_threads(), **silent)
        try:
            yield from follow(process, said, check)
        finally:
            process.kill()
            process.wait()


def with_threads():
    """The environment of a process in which threads can meet, on one core too; a limit that is set holds."""
    limits = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS")
    threads = {} if any(limit in environ for limit in limits) else {limits[0]: str(max(cores(), THREADS))}
    return environ | {"MPLBACKEND": "Agg"} | threads  # what a training draws is not shown


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


def follow(process, said, check):
    """Read what the process says of each function, and give up on one that takes too long or dies."""
    path = check.path
    with said.open() as lines:
        begun, clock, allowed = False, Clock(), IMPORT_SECONDS
        while check.plan is None or check.plan:
            ended = process.poll() is not None  # before the last look: what it said last is not lost
            for line in whole_lines(lines):
                event = json.loads(line)
                if "refused" in event:
                    raise ImplementationError(event["refused"])
                if "recognised" in event:
                    check.begin(**event)
                    if not any(name for _, name in check.plan):
                        return
                elif "clock" in event:
                    clock.turn(event["clock"])
                elif "begun" in event:
                    begun, clock, allowed = True, Clock(), check.timeout
                elif "verdict" in event:
                    OUTPUT.hear(str(path), (event.pop("heard", None) or "").encode())
                    yield Verdict(**event)
            over = clock.over(allowed)
            if ended and not begun:
                raise ImplementationError(f"{path}: cannot be imported: {how_it_ended(process.returncode)}")
            if over and not begun:
                doing = "importing" if over[0] == RUNNING else "compiling what is compiled while it is imported"
                raise ImplementationError(f"{path}: {doing} takes more than {over[1]:g} s")
            if not any(name for _, name in check.plan or [("", "?")]):
                return
            if ended or over:
                operation, name = next(one for one in check.plan if one[1])
                ending = how_it_ended(process.returncode) if ended else OVER[over[0]].format(f"{over[1]:g}")
                yield Verdict(operation, "crashed" if ended else "timeout", ending, name)
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
        meaning = signal.strsignal(-code).lower().partition(":")[0]  # macOS adds its number
        return f"the process was ended by {name} ({meaning})"
    if code >= WINDOWS_ERRORS:
        return f"the process was ended by Windows' error {code:#x}"
    return f"the process ended itself with exit code {code}"
