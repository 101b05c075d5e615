"""Every intrinsic's version in NumPy."""

from helpers.simd_programs import (
    PROGRAMS,
)

from loopwise.jit.simd import numpy_vectors, tiles, vectors

HOMES = {vectors.__name__, tiles.__name__, numpy_vectors.__name__, "numpy"}


def is_intrinsic(name, value):
    return getattr(value, "__module__", "") in HOMES and name[0].islower() and name != "vector_of"


def test_every_intrinsic_is_tested_and_has_a_numpy_version():
    intrinsics = {name for name, value in (vars(vectors) | vars(tiles)).items() if is_intrinsic(name, value)}
    assert intrinsics == set(numpy_vectors.__all__)
    assert intrinsics <= {name for program in PROGRAMS for name in program.__code__.co_names}
