"""Standard output is for results: what other people's code prints is kept from it, and said once.

While a function of a user's file runs, `sys.stdout` and `sys.stderr` take the first line that it prints and forget
the rest. What goes around them (`os.write`, C code, a process that it starts) goes to file descriptor 1, which is a
temporary file from the first such function on; our own `sys.stdout` then writes to a copy of what it was. At the end
of a command one line says which file prints, and what came first. Only the command line does this: in a notebook, and
in one's own program, everything that is printed is seen.
"""

import functools
import io
import os
import sys
from contextlib import contextmanager
from tempfile import TemporaryFile

from ..output_files import is_closed_pipe

SHOWN = 60  # characters of what was printed


class FirstLine(io.RawIOBase):
    """A stream that calls `tell` with every write, until a line has come that is not empty."""

    def __init__(self, tell):
        super().__init__()
        self.tell = tell

    def writable(self):
        """Whether it can be written to."""
        return True

    def fileno(self):
        """For processes that are started with this stream: where file descriptor 1 leads, which is kept apart, too."""
        return 1

    def write(self, data):
        """Take it all."""
        self.tell(bytes(data))
        return len(data)


class ForeignOutput:
    """Which files print, and the first line of each.

    Attributes
    ----------
    listening : bool
        Whether output is kept apart: between `listen` and `end`.
    heard : dict of str to str
        Which files have printed, and the first line of each.
    """

    def __init__(self):
        self.listening, self.heard, self.streams = False, {}, {}
        self.speaker, self.file, self.ours, self.before = None, None, None, None

    def listen(self):
        """Keep output apart from now on."""
        self.listening = True

    @contextmanager
    def kept(self):
        """Keep output apart in this `with` block; what is printed after it is seen again."""
        self.listen()
        try:
            yield
        finally:
            self.give_back()

    def begin(self, speaker):
        """A user's code is about to run."""
        if self.ours is None:
            self.part()
        if speaker != self.speaker:
            self.look()
            self.speaker = speaker
        sys.stdout = sys.stderr = self.streams.get(speaker) or self.stream(speaker)

    def finish(self):
        """It has run."""
        sys.stdout, sys.stderr = self.ours

    @contextmanager
    def turn(self, speaker):
        """A user's code runs in this `with` block."""
        if not self.listening:
            yield
            return
        self.begin(speaker)
        try:
            yield
        finally:
            self.finish()

    def stream(self, speaker):
        """A text stream for all that a file prints."""
        raw = FirstLine(functools.partial(self.hear, speaker))
        self.streams[speaker] = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding="utf-8", errors="replace", write_through=True
        )
        return self.streams[speaker]

    def part(self):
        """Give file descriptor 1 to the others; nothing to do where `sys.stdout` writes elsewhere, as in a test."""
        stdout = self.before = sys.stdout
        if is_descriptor(stdout, 1):
            stdout.flush()
            # Not io.FileIO: a Windows console has a class of its own, which knows letters.
            sys.stdout = io.TextIOWrapper(
                io.BufferedWriter(open(os.dup(1), "wb", buffering=0)),  # noqa: SIM115  (they live as long as the command)
                encoding=stdout.encoding,
                errors=stdout.errors,
                line_buffering=stdout.line_buffering,
            )
            self.file = TemporaryFile(buffering=0)  # noqa: SIM115
            os.dup2(self.file.fileno(), 1)
        self.ours = sys.stdout, sys.stderr

    def look(self):
        """Attribute what has come through the descriptor since the last look to the file that ran last."""
        for stream in self.streams.values():
            if not stream.closed:
                stream.flush()
        if self.file is not None and self.file.seek(0, os.SEEK_END):
            self.file.seek(0)
            self.hear(self.speaker, self.file.read(1000))
            self.file.seek(0)
            self.file.truncate()

    def hear(self, speaker, data):
        """Remember the first line that says anything."""
        if speaker not in self.heard:
            lines = data.decode(errors="replace").splitlines()
            first = next((line.strip() for line in lines if line.strip()), None)
            if first is not None:
                self.heard[speaker] = first

    def said(self):
        """`mine.py prints: '(3, 4)'`, for each file that has printed."""
        self.look()
        for speaker, line in self.heard.items():
            yield f"{speaker} prints: {line if len(line) <= SHOWN else line[: SHOWN - 1] + '…'!r}"

    def give_back(self):
        """File descriptor 1 and `sys.stdout` are again what they were."""
        if self.file is not None:
            self.ours[0].flush()
            os.dup2(self.ours[0].fileno(), 1)
            sys.stdout = self.before
            self.file.close()
        self.__init__()

    def end(self):
        """The results are out: what is printed until the process ends is not seen either."""
        if self.file is not None:
            try:
                self.ours[0].flush()
            except OSError as error:
                if not is_closed_pipe(error):  # else the program that read the results has gone
                    raise
            sys.stdout = self.stream(None)
            self.file.close()
        self.__init__()


def is_descriptor(stream, number):
    """Whether a stream writes to a file descriptor."""
    try:
        return stream.fileno() == number
    except (AttributeError, OSError, ValueError):
        return False


OUTPUT = ForeignOutput()


class Heard:
    """A user's function, whose output is kept apart."""

    def __init__(self, speaker, function):
        functools.update_wrapper(self, function, updated=())
        self._speaker, self._function = speaker, function

    def __call__(self, *arguments, **named):
        if not OUTPUT.listening:
            return self._function(*arguments, **named)
        OUTPUT.begin(self._speaker)
        try:
            return self._function(*arguments, **named)
        finally:
            OUTPUT.finish()
