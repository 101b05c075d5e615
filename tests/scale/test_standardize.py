"""Mean and deviation over blocks."""

import numpy as np
import pytest
from helpers.block_files import read, written
from helpers.blocks import held

from loopwise import get_implementation
from loopwise.scale.files import in_files, standardizing
from loopwise.scale.standardize import moments

IMPL = get_implementation("numba_loops")


@pytest.mark.parametrize("sums", ["plain", "reproducible"])
def test_standardized_blocks_have_mean_0_and_deviation_1(sums, tmp_path):
    data, target, X, _ = written(tmp_path, "npz")
    learn = in_files(data, target).learn
    with held(learn, sums) as over:
        mean, deviation = moments(over, IMPL)
    whole = np.concatenate(X).T
    # A mean of 100 numbers up to 12: each sum rounds below 100 u of it, twice.
    np.testing.assert_allclose(mean, whole.mean(axis=1), atol=200 * 12 * 2**-53, rtol=0)
    np.testing.assert_allclose(deviation, whole.std(axis=1), atol=400 * 12 * 2**-53, rtol=0)
    rows, _ = read(standardizing(learn, mean, deviation))
    np.testing.assert_array_equal(rows, (whole - mean[:, None]) / deviation[:, None])


def test_reproducible_moments_do_not_depend_on_the_blocks(tmp_path):
    data, target, _, _ = written(tmp_path, "npy")
    found = set()
    for examples in (None, 1, 10, 33):
        with held(in_files(data, target, examples=examples).learn, "reproducible", 8) as over:
            found.add(tuple(part.tobytes() for part in moments(over, IMPL)))
    assert len(found) == 1


def test_a_feature_that_never_changes_stays_as_it_is(tmp_path):
    np.savez(tmp_path / "0.npz", X=np.full((50, 1), 0.1), Y=np.arange(50) % 2)
    with held(in_files(f"{tmp_path}/*.npz", examples=7).learn) as over:
        _, deviation = moments(over, IMPL)
    assert deviation.tolist() == [1.0]


def test_whether_a_feature_changes_does_not_depend_on_the_blocks(tmp_path):
    rng = np.random.default_rng(0)
    X = 1e6 + 1e-5 * rng.standard_normal((4000, 1))
    np.savez(tmp_path / "0.npz", X=X, Y=np.arange(4000) % 2)
    found = set()
    for examples in (None, 10, 999):
        with held(in_files(f"{tmp_path}/*.npz", examples=examples).learn, "reproducible", 100) as over:
            found.add(moments(over, IMPL)[1].tobytes())
    assert len(found) == 1
