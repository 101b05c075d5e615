"""Activations and losses as a user's function is given them: each is equal to its number and to its name.

Of the two, `Number` is an integer that is found in a list or among integer keys, `Text` a string that is found among
string keys; a hash can be only one of them.
"""

from functools import lru_cache

from ..interface import NAMES


class Number(int):
    """An activation or a loss: its number in `interface.ACTIVATIONS` or `LOSSES`, equal to its name as well.

    Attributes
    ----------
    name : str
    """

    name: str

    def __new__(cls, kind, name):
        code = super().__new__(cls, NAMES[kind].index(name))
        code.name = name
        return code

    def __eq__(self, other):
        return self.name == other if isinstance(other, str) else int(self) == other

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(int(self))

    def __str__(self):
        return self.name

    def __repr__(self):
        return repr(self.name)

    def __format__(self, spec):
        return format(self.name, spec)


class Text(str):
    """An activation or a loss: its name, equal to its number as well.

    Attributes
    ----------
    number : int
    """

    number: int

    def __new__(cls, kind, name):
        code = super().__new__(cls, name)
        code.number = NAMES[kind].index(name)
        return code

    def __eq__(self, other):
        return str.__eq__(self, other) if isinstance(other, str) else self.number == other

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return str.__hash__(self)

    def __index__(self):
        return self.number


class Unknown(int):
    """What no activation and no loss is equal to."""

    def __eq__(self, other):
        return False

    def __hash__(self):
        return hash(int(self))


@lru_cache(maxsize=64)
def code(kind, given, form=Number):
    """An activation or a loss, given as its name or its number, in one of the two forms.

    Parameters
    ----------
    kind : "activation" or "loss"
    given : str, int or None
        None for one that there is not.
    form : Number, Text or int
    """
    if given is None:
        return {int: 99, Number: Unknown(99), Text: "no such name"}[form]
    name = given if isinstance(given, str) else NAMES[kind][given]
    return NAMES[kind].index(name) if form is int else form(kind, str(name))
