"""What a command leaves behind: the table first, then each file by itself; what fails is named, the rest is there."""

import sys

from ..errors import one_line
from ..output_files import is_closed_pipe, put_json, put_page, validate_outputs, write_atomically
from .style import STYLE
from .terminal import Terminal, plain, silence

TABLE = "the table"


class Outputs:
    """Where the results of one command go.

    Parameters
    ----------
    json, plot, html : str or None
        Files, as they are given on the command line; "-" is standard output, and then tables go to standard error.
    others : str or None
        Further files that the command writes, by the name of their option.

    Raises
    ------
    OptionError, OutputFileError
        A file cannot be written, which is said before anything is measured.
    """

    def __init__(self, json=None, plot=None, html=None, **others):
        validate_outputs(json, plot, html, **others)
        self.files = {"json": json, "plot": plot, "html": html}
        self.console, self.errors = Terminal(stderr=json == "-"), Terminal(stderr=True)
        self.failed = self.unread = False

    def publish(self, *shown, json=None, plot=None, html=None, paged=False):
        """Show the tables, and then write what was asked for.

        Parameters
        ----------
        shown
            What rich prints.
        json, plot, html : callable, optional
            Returns the content, the figure or the page; called only if its file was asked for.
        paged : bool
            Whether what is longer than the terminal is shown in the user's pager.
        """
        if paged:
            self.attempt(TABLE, lambda: self.console.paged(*shown))
        for what in () if paged else shown:
            self.attempt(TABLE, lambda what=what: self.console.print(what))
        for option, put, content in (("json", put_json, json), ("plot", put_figure, plot), ("html", put_page, html)):
            path = self.files[option]
            if path is not None and content:
                self.attempt(path, lambda put=put, path=path, content=content: put(path, content()))

    def attempt(self, name, write):
        """Write one output; if that fails, say so in one line, and let the others be written."""
        try:
            write()
        except Exception as error:  # a full disk, a closed pipe, a figure that cannot be drawn
            stream = {TABLE: self.console.file, "-": sys.stdout}.get(name)
            if stream and isinstance(error, OSError):
                silence(stream)
            if is_closed_pipe(error):
                self.unread = True
                return
            self.failed = True
            self.say(f"loopwise: {'standard output' if name == '-' else name} is not written: {reason(error)}")

    def say(self, line):
        """One line on standard error, whatever names are in it; it may have been closed."""
        try:
            self.errors.print(plain(line), soft_wrap=True)
        except OSError:
            silence(sys.stderr)

    def exit_code(self, agreed=True, stopped=False, done="measured"):
        """The command's verdict first, then what became of its outputs.

        Returns
        -------
        int
            130 after Ctrl-C, which is said; 1 when a contract was broken, or the table's reader has gone; 2 when an
            output could not be written; else 0.
        """
        if stopped:
            self.say(f"stopped by Ctrl-C; this is what was {done} until then")
            return 130
        if not agreed or self.unread:
            return 1
        return 2 if self.failed else 0


def reason(error):
    """What the system says, or the exception in one line."""
    return (isinstance(error, OSError) and error.strerror) or one_line(error)


def put_figure(path, figure):
    """Write a matplotlib figure in the format that the name's suffix says."""
    from .canvas import drawing

    suffix = path.rsplit(".", 1)[1].lower()
    with drawing(STYLE):
        write_atomically(path, lambda file: figure.savefig(file, format=suffix, dpi=120))
