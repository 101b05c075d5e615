"""YOUR OWN CODE: a course's solution, a notebook, a library's functions, as they are.

`recognition` says which of a file's functions are operations of the interface, by the table in `forms`; `found` calls
one in its own way (`ways`), `networks` a whole network; `completion` makes an implementation of the file, and
`contract.check` judges it.
"""

from .completion import completed

__all__ = ["completed"]
