"""Arguments, validated: each of these raises one line that names the argument, what it is and what is expected.

Shapes of arrays are validated by `implementations/checked_operation`.
"""

import math
import numbers

from .errors import OptionError, UnknownNameError


def choose(kind, name, known):
    """Return `name` if it is one of `known`; raise `UnknownNameError` otherwise."""
    if not isinstance(name, str) or name not in known:
        raise UnknownNameError(kind, name, list(known))
    return name


def validate_seconds(option, seconds):
    """Raise `OptionError` for what is no time to wait."""
    if not 0 < seconds < math.inf:
        raise OptionError(f"{option} is {seconds}; expected a positive number of seconds")


def validate_seed(seed):
    """Raise `OptionError` for a seed that no generator takes."""
    if seed < 0:
        raise OptionError(f"seed is {seed}; expected a whole number, at least 0")


MOST = 10**10  # numbers along one dimension: more fit into no memory


def validate_size(symbol, size):
    """Raise for a size that no array can have."""
    if size is not None and not 1 <= size <= MOST:
        raise OptionError(f"{symbol} is {size}; expected a positive whole number, at most {MOST}")


def validate_count(name, value, least=1):
    """Raise `OptionError` unless `value` is a whole number, at least `least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        expected = "a positive whole number" if least == 1 else f"a whole number, at least {least}"
        raise OptionError(f"{name} is {value!r}; expected {expected}")


def validate_number(name, value, expected, is_valid):
    """Raise `OptionError` unless `value` is a finite number for which `is_valid` holds."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not is_valid(value):
        raise OptionError(f"{name} is {value!r}; expected {expected}")
