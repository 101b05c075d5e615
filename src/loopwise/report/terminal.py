"""The terminal: what is printed is text, never a language of its own."""

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress

from rich.console import Console, Group

NO_PAGER = ("", "cat")


class Terminal(Console):
    """Standard output or standard error, on which `[red]` and `:smile:` in a file's name are plain text."""

    def __init__(self, stderr=False):
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)

    def paged(self, *parts):
        """Print, and where it is longer than the terminal is high, in the user's pager ($PAGER, else less).

        Not where it is read by a program, nor on a terminal that can move nothing, nor with an empty PAGER or `cat`.
        """
        whole = Group(*parts)
        wanted = not self.stderr and self.is_terminal and sys.stdin.isatty() and not self.is_dumb_terminal
        pager = os.environ.get("PAGER", shutil.which("less") or "")
        if not wanted or pager in NO_PAGER or self.height > len(self.render_lines(whole)):
            return self.print(whole)
        with self.capture() as captured:
            self.print(whole)
        page(captured.get(), pager, self.file)

    def on_broken_pipe(self):
        """The reading program has gone: rich calls this while it handles that error, and would end ours."""
        raise


def page(text, pager, file):
    """Show a text in a pager on the terminal that a stream writes to, whatever the process's own output is by now."""
    file.flush()
    surroundings = {"LESS": "FRX"} | os.environ  # colours, and nothing to leave where all fits
    try:
        subprocess.run(shlex.split(pager), input=text.encode(), stdout=file.fileno(), env=surroundings)
    except OSError:  # there is no such program
        file.write(text)


def plain(text):
    """A text in one line: what cannot be printed, such as half a letter in a file's name, is a �."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def silence(stream):
    """Nothing more can be written there: what is still in its buffer is thrown away, not tried again at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
