"""What other programs take: from this process's threads, and of the whole machine."""

import os
import time
from contextlib import suppress
from pathlib import Path

import psutil

TASKS = Path("/proc/self/task")
NANO = 1e-9


class RunDelay:
    """How long this process's threads have waited for a core, ready to run, while others ran.

    Linux counts it for every thread, in `schedstat`: nanoseconds that it ran, nanoseconds that it waited. A thread that
    sleeps does not wait, and one that spins runs. Elsewhere nothing is known: `known` is False, and the seconds are 0.
    """

    def __init__(self):
        self.files, self.waited = {}, {}
        self.look_for_threads()

    @property
    def known(self):
        """Whether the system tells."""
        return bool(self.files)

    def look_for_threads(self):
        """Take in the threads that were started since."""
        with suppress(OSError):
            there = set(os.listdir(TASKS))
            for gone in set(self.files) - there:
                os.close(self.files.pop(gone))
            for thread in there - set(self.files):
                with suppress(OSError):  # it has ended meanwhile
                    self.files[thread] = os.open(TASKS / thread / "schedstat", os.O_RDONLY)

    def seconds(self):
        """Of all threads together, since each was started; of one that has ended what was last known."""
        for thread, file in self.files.items():
            with suppress(OSError, IndexError):
                self.waited[thread] = int(os.pread(file, 64, 0).split()[1])
        return NANO * sum(self.waited.values())

    def ran(self):
        """Nanoseconds that each thread has run: exact for those that are not running now."""
        self.look_for_threads()
        found = {}
        for thread, file in self.files.items():
            with suppress(OSError, IndexError):
                found[thread] = int(os.pread(file, 64, 0).split()[0])
        return found

    def close(self):
        """Give the files back."""
        for file in self.files.values():
            os.close(file)
        self.files = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


class Load:
    """How many cores others keep busy, from when this is made until it is asked."""

    def __init__(self):
        self.began, self.busy, self.own, self.stolen = now()

    def so_far(self):
        """Cores.

        Returns
        -------
        dict
            other_programs : kept busy by other processes of this system.
            host : taken by the machine that this virtual one runs on; 0 where there is none, or it does not tell.
        """
        clock, busy, own, stolen = now()
        seconds = max(clock - self.began, 1e-3)
        return {
            "other_programs": max(0.0, round((busy - self.busy - (own - self.own)) / seconds, 2)),
            "host": max(0.0, round((stolen - self.stolen) / seconds, 2)),
        }


def now():
    """Seconds: of the clock, that all cores were busy, that this process and its children were, that the host took."""
    cores, own = psutil.cpu_times(), 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(psutil.Error):  # it has ended meanwhile, and counts among its parent's
            own += sum(process.cpu_times()[:4])  # its own, and those of its children that have ended
    stolen = getattr(cores, "steal", 0.0)
    idle = cores.idle + getattr(cores, "iowait", 0.0)
    guests = getattr(cores, "guest", 0.0) + getattr(cores, "guest_nice", 0.0)  # counted in user and nice, too
    return time.monotonic(), sum(cores) - guests - idle - stolen, own, stolen
