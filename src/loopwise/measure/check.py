"""Hold somebody's file to the contract: each operation that it defines, in a process that may hang or crash.

The file runs in a process of its own, operation after operation. Whatever happens there — an endless loop, a
segmentation fault, `sys.exit` — is a verdict on one operation; the others are tried in a new process.
"""

import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import ImplementationError
from ..interface import OPERATIONS

POLL = 0.02  # seconds between two looks at what the process has said
IMPORT_SECONDS = 60.0  # importing, which compiles for some


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
        Seconds that one operation may take.

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
        command = [sys.executable, "-m", "loopwise.measure.check_worker", str(path), str(said), *names]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield from follow(process, said, [*names], timeout)
        finally:
            process.kill()
            process.wait()


def follow(process, said, names, timeout):
    """Read what the process says of each operation, and give up on one that takes too long or dies: names[0]."""
    path = process.args[3]
    with said.open() as lines:
        begun, since, allowed = False, time.monotonic(), IMPORT_SECONDS
        while names:
            ended = process.poll() is not None  # before the last look: what it said last is not lost
            for line in whole_lines(lines):
                event = json.loads(line)
                if "refused" in event:
                    raise ImplementationError(event["refused"])
                if "begun" in event:
                    begun, since, allowed = True, time.monotonic(), timeout
                elif "verdict" in event:
                    yield Verdict(**event)
                    names.remove(event["operation"])
            if ended and not begun:
                raise ImplementationError(f"{path}: cannot be imported: {how_it_ended(process.returncode)}")
            if time.monotonic() - since > allowed and not begun:
                raise ImplementationError(f"{path}: importing it takes more than {allowed:g} s")
            if not names:
                return
            if ended:
                yield Verdict(names[0], "crashed", how_it_ended(process.returncode))
                return
            if time.monotonic() - since > allowed:
                yield Verdict(names[0], "timeout", f"took more than {timeout:g} s — an endless loop?")
                return
            time.sleep(POLL)


def whole_lines(file):
    """The lines that have come to their end; the rest is left for the next look."""
    while True:
        place, line = file.tell(), file.readline()
        if not line.endswith("\n"):
            file.seek(place)
            return
        yield line


def how_it_ended(code):
    """`the process ended with SIGSEGV (segmentation fault)`."""
    if code < 0:
        name = signal.Signals(-code).name
        return f"the process was ended by {name} ({signal.strsignal(-code).lower()})"
    return f"the process ended itself with exit code {code}"
