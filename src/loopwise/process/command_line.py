"""The command line's arguments: kept for our own results, hidden from the user's files."""

import sys

_hidden: list[str] = []


def hide():
    """All has been read: a file that looks at the command line when it is called finds none of our options."""
    if sys.argv[1:]:
        _hidden[:] = sys.argv[1:]
        sys.argv = sys.argv[:1]


def given():
    """The options, as they were given."""
    return sys.argv[1:] or list(_hidden)
