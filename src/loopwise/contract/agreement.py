"""Agreement: do two implementations give identical results, in the sense of their contract?

- exact: the same bits.
- rounding: no further apart than twice the radius that `rounding_bounds` computes from the data.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import DisagreementError
from ..implementations import Implementation
from ..output_files import finite
from ..workloads import Training
from . import lecture_bounds, rounding_bounds
from .rounding_bounds import Ball
from .training_bound import training_bound


@dataclass(frozen=True)
class Agreement:
    """How one implementation's outputs compare with the reference's.

    Attributes
    ----------
    contract : "exact" or "rounding"
    passed : bool
    max_ulp : int
        The largest distance, in representable numbers between the two values. 0 means the same bits.
    bound_ratio : float
        The largest share used of the rounding bound: 1.0 is the bound itself.
    worst : str
        Where: `dw[3, 0] is …, expected …`. Empty when all bits are the same.
    """

    contract: str
    passed: bool
    max_ulp: int
    bound_ratio: float
    worst: str = ""

    def as_dict(self):
        """For machines."""
        return {"passed": self.passed, "max_ulp": self.max_ulp, "bound_ratio": finite(self.bound_ratio)}

    def require(self, name, reference):
        """Raise `DisagreementError` unless passed."""
        if not self.passed:
            raise DisagreementError(f"{name} breaks its {self.contract} contract with {reference}: {self.worst}")


def bounds(workload, arithmetic=rounding_bounds):
    """Every output's `Ball`: the workload run in ball arithmetic, a training as `training_bound` says.

    `arithmetic` is `rounding_bounds`, or `lecture_bounds` for the lecture's own forms.
    """
    if isinstance(workload, Training):
        return {"theta": training_bound(workload)}
    natives = rounding_bounds.Balls(workload.dtype)
    with np.errstate(over="ignore", invalid="ignore"):  # a bound may be infinite
        return workload.outputs(Implementation("contract/rounding_bounds.py", arithmetic, None, "rounding", natives))


def wider_bounds(workload):
    """`bounds`, wider where the lecture's own forms lose digits: what a user's function is held to.

    See `lecture_bounds`. Ours are not: they compute the forms that keep them.
    """
    lecture = bounds(workload, lecture_bounds)
    return {
        name: Ball(ball.mid, np.fmax(ball.rad, lecture[name].rad), ball.u) for name, ball in bounds(workload).items()
    }


def agreement(outputs, expected, contract, bound, dtype="float64"):
    """Hold `outputs` against `expected`, both dicts from a name to numbers, under a contract.

    Parameters
    ----------
    outputs, expected : dict of str to array or float
    contract : "exact" or "rounding"
    bound : dict of str to Ball
        From `bounds`.
    dtype : str
        The number type of the work: numbers come as Python floats, whose last place says nothing of float32.

    Returns
    -------
    Agreement
    """
    max_ulp, bound_ratio, passed, worst, worst_share = 0, 0.0, True, "", -1.0
    for name, reference in expected.items():
        value, reference = np.asarray(outputs[name]), np.asarray(reference)
        if value.shape != reference.shape or value.dtype != reference.dtype:
            worst = f"{name} is {value.dtype} {value.shape}, expected {reference.dtype} {reference.shape}"
            return Agreement(contract, False, np.iinfo(np.int64).max, float("inf"), worst)
        if contract == "rounding" and reference.ndim == 0:  # a Python float, computed in the data's number type
            value, reference = (number.astype(dtype) for number in (value, reference))
        ulps = ulp_distance(value, reference)
        share = bound_share(value, reference, bound[name].rad)
        broken = ulps > 0 if contract == "exact" else ~(share <= 1)
        passed = passed and not broken.any()
        max_ulp, bound_ratio = max(max_ulp, int(ulps.max())), max(bound_ratio, float(share.max()))
        if ulps.any() and share.max() >= worst_share:
            worst, worst_share = describe_worst(name, value, reference, ulps, share), share.max()
    return Agreement(contract, passed, max_ulp, bound_ratio, worst)


def ulp_distance(a, b):
    """How many representable numbers lie between a and b: 0 for the same bits; −0.0 and 0.0 are 1 apart."""
    a, b = np.atleast_1d(a), np.atleast_1d(b)
    unsigned = {8: np.uint64, 4: np.uint32}[a.dtype.itemsize]
    sign = unsigned(1) << unsigned(8 * a.dtype.itemsize - 1)

    def index(x):  # of a number among all floats, in order
        bits = np.ascontiguousarray(x).view(unsigned)
        return np.where(bits & sign, ~bits, bits | sign)

    low, high = np.minimum(index(a), index(b)), np.maximum(index(a), index(b))
    return high - low


def bound_share(value, reference, rad):
    """|value − reference| as a share of the bound 2·rad; infinite where either is not finite and they differ."""
    value, reference = (np.atleast_1d(x).astype(np.float64) for x in (value, reference))
    rad = np.atleast_1d(rad)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        share = np.abs(value - reference) / (2 * rad)
    same = (value == reference) | (np.isnan(value) & np.isnan(reference))
    return np.where(same, 0.0, np.where(np.isfinite(value - reference), share, np.inf))


def describe_worst(name, value, reference, ulps, share):
    """`dw[3, 0] is 0.25, expected 0.5: 4503599627370496 ulp apart, 3.1e+13 × the rounding bound`."""
    value, reference = np.atleast_1d(value), np.atleast_1d(reference)
    where = np.unravel_index(int(np.argmax(np.where(ulps > 0, share, -1.0))), share.shape)
    index = f"[{', '.join(str(int(k)) for k in where)}]" if value.size > 1 else ""
    return (
        f"{name}{index} is {value[where]!s}, expected {reference[where]!s}: "
        f"{int(ulps[where])} ulp apart, {share[where]:.3g} × the rounding bound"
    )
