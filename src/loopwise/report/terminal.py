"""The terminal: what is printed is text, never a language of its own."""

import os
from contextlib import suppress

from rich.console import Console


class Terminal(Console):
    """Standard output or standard error, on which `[red]` and `:smile:` in a file's name are plain text."""

    def __init__(self, stderr=False):
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self):
        """The reading program has gone: rich calls this while it handles that error, and would end ours."""
        raise


def plain(text):
    """A text in one line: what cannot be printed, such as half a letter in a file's name, is a �."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def silence(stream):
    """Nothing more can be written there: what is still in its buffer is thrown away, not tried again at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
