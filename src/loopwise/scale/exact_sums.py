"""The exact sum of vectors, in whatever order they come: one number type above floats, and one rounding at the end."""

import numpy as np

from ..jit.exact_sums import DONE, LEFT, LOWEST, MOST_DIGITS, TOO_LARGE, WIDTH, carry, rounded, take_digits

HIGHEST = 49  # bin: its C, and that of two bins above, are still finite
LARGE = 2.0 ** (LOWEST + WIDTH * HIGHEST + WIDTH - 1)  # what it takes; more, and what is not finite, is added apart
UNIT = -LOWEST  # large numbers are whole multiples of 2^-1074


class ExactSum:
    """Σ of vectors of P float64: nothing is rounded before `rounded`, so that neither order nor grouping matters.

    As many bins are kept as the numbers need, 3 or 4 for those of a gradient: 8 bytes each for each of the P. Numbers
    of 2^925 and more, infinity and NaN are rare, and added as Python's whole numbers, or as IEEE adds them.

    Attributes
    ----------
    bins : array (count, P)
        Sums of digits, from the highest bin down; see `jit.exact_sums`.
    top : int
        Which bin the first row is.
    digits : int
        How many digits a row may hold the sum of.
    large, not_finite : dict of int to int, of int to float
        By component.
    """

    def __init__(self, P):
        self.bins, self.top, self.digits = np.zeros((0, P)), -1, 0
        self.large, self.not_finite = {}, {}

    def add(self, vector, factor=1.0):
        """Add a vector of P floats, which stays as it is, times a factor; these products are rounded."""
        with np.errstate(over="ignore", invalid="ignore"):
            rest = np.multiply(vector, factor, dtype=np.float64)
        if self.digits >= MOST_DIGITS:
            self._carry()
        self.digits += 1
        found, taken = TOO_LARGE if not len(self.bins) else None, 0
        while found != DONE:
            if found == TOO_LARGE:
                self._make_room(rest)
            elif found == LEFT:
                taken = len(self.bins)
                self._reach_down(taken + 1)
            top = self.top - taken
            found = take_digits(self.bins[taken:], roundings(top, len(self.bins) - taken), most_of(top), rest)
        return self

    def _make_room(self, rest):
        """Have a bin for the largest number; what no bin takes is added apart, and zeros are left in its place."""
        largest = np.abs(rest).max(initial=0.0)
        self._reach_up(bin_of(largest if largest <= LARGE else self._set_apart(rest)))

    def merge(self, other):
        """Add another exact sum, which may be changed but for its value."""
        for one in (self, other):
            if self.digits + other.digits > MOST_DIGITS:
                one._carry()
        if len(other.bins):
            self._reach_up(other.top)
            skipped = self.top - other.top
            self._reach_down(skipped + len(other.bins))
            self.bins[skipped : skipped + len(other.bins)] += other.bins
            self.digits += other.digits
        for p, whole in other.large.items():
            self.large[p] = self.large.get(p, 0) + whole
        for p, value in other.not_finite.items():
            self.not_finite[p] = self.not_finite.get(p, 0.0) + value
        return self

    def rounded(self):
        """The float64 vector next to the sum; ties to even."""
        self._carry()
        sums = rounded(self.bins)
        for p, whole in self.large.items():
            sums[p] = nearest(whole + sum(map(in_units, self.bins[:, p])))
        for p, value in self.not_finite.items():
            sums[p] = value
        return sums

    def _set_apart(self, rest):
        """Add what no bin takes, put zeros in its place, and return the largest of what is left."""
        for p in np.flatnonzero(~(np.abs(rest) <= LARGE)):
            value = float(rest[p])
            if np.isfinite(value):
                self.large[p] = self.large.get(p, 0) + in_units(value)
            else:
                self.not_finite[p] = self.not_finite.get(p, 0.0) + value
        rest[~(np.abs(rest) <= LARGE)] = 0.0
        return np.abs(rest).max(initial=0.0)

    def _carry(self):
        above = np.zeros(self.bins.shape[1])
        carry(self.bins, roundings(self.top + 1, len(self.bins)), above)
        if above.any():
            self.bins, self.top = np.concatenate([above[None], self.bins]), self.top + 1
        self.digits = 1

    def _reach_up(self, top):
        """Have rows up to a bin."""
        if not len(self.bins):
            self.top = top - 1  # there is no row yet: the first one is that bin's
        if top > self.top:
            self.bins = np.concatenate([np.zeros((top - self.top, self.bins.shape[1])), self.bins])
            self.top = top

    def _reach_down(self, count):
        """Have so many rows at least."""
        if count > len(self.bins):
            more = np.zeros((count - len(self.bins), self.bins.shape[1]))
            self.bins = np.concatenate([self.bins, more])


def roundings(top, count):
    """C of so many bins, from the highest down."""
    return np.ldexp(1.5, 52 + LOWEST + WIDTH * np.arange(top, top - count, -1))


def most_of(bin):
    """What a bin takes."""
    return 2.0 ** (LOWEST + WIDTH * bin + WIDTH - 1)


def bin_of(value):
    """The lowest bin that takes a number: it is at most 2^(e+39)."""
    exponent = int(np.frexp(value)[1]) if value else LOWEST  # value <= 2^exponent
    return max(0, -(-(exponent - LOWEST - WIDTH + 1) // WIDTH))


def in_units(value):
    """A float as a whole number of 2^-1074."""
    numerator, denominator = float(value).as_integer_ratio()
    return (numerator << UNIT) // denominator


def nearest(whole):
    """The float next to a whole number of 2^-1074; infinite where it is too large."""
    try:
        return whole / (1 << UNIT)  # Python rounds the quotient of whole numbers correctly
    except OverflowError:
        return np.inf if whole > 0 else -np.inf
