"""Examples that do not fit into memory: the same split, standardized as in memory, from a file of their own."""

import hashlib

import numpy as np
import pytest
from helpers.cli import in_process

from loopwise import datasets
from loopwise.datasets import by_examples, own
from loopwise.errors import DataFileError
from loopwise.learning import jobs

M, N_X = 103, 5


@pytest.fixture
def files(tmp_path):
    """X.npy, a row for each example, and Y.npy."""
    rng = np.random.default_rng(0)
    X = (10 + 3 * rng.standard_normal((M, N_X))).astype(np.float32)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "Y.npy", (X.sum(axis=1) > 50).astype(int))
    return str(tmp_path / "X.npy"), str(tmp_path / "Y.npy")


@pytest.fixture
def little_memory(monkeypatch):
    """Everything is too large, and a block has seven rows."""
    monkeypatch.setattr(own, "is_too_large", lambda X: True)
    monkeypatch.setattr(by_examples, "BLOCK_BYTES", 7 * 8 * N_X)
    monkeypatch.setattr(jobs, "EXAMPLES_AT_ONCE", 10)


def test_the_same_numbers_whether_they_fit_or_not(files, little_memory, monkeypatch):
    disk = datasets.read(files[0], files[1], test_fraction=0.2, seed=3)
    monkeypatch.setattr(own, "is_too_large", lambda X: False)
    memory = datasets.read(files[0], files[1], test_fraction=0.2, seed=3)
    assert (disk.on_disk, memory.on_disk) == (True, False)
    for name in ("X", "Y", "X_test", "Y_test"):
        assert np.array_equal(getattr(disk, name), getattr(memory, name))
    assert jobs.digest_of(disk.X, disk.Y, disk.by_examples) == jobs.digest_of(memory.X, memory.Y, memory.by_examples)


def test_standardized_as_the_same_numbers_in_another_file(files, little_memory, tmp_path):
    disk = datasets.read(files[0], files[1])
    np.savez(tmp_path / "both.npz", X=np.load(files[0]), Y=np.load(files[1]))
    memory = datasets.read(tmp_path / "both.npz")
    # A mean of M numbers below 2⁵ in either order, and a deviation above 2: each off by M u 2⁵ at most, u = 2⁻⁵³.
    for one, other in ((disk.X, memory.X), *zip(disk.scaling, memory.scaling)):
        np.testing.assert_allclose(one, other, rtol=0, atol=4 * M * 2.0**-48)


def test_examples_are_read_in_their_order(files, little_memory):
    data = datasets.read(files[0], files[1], test_fraction=0.2, seed=3)
    mean, deviation = (part[:, None] for part in data.scaling)
    rows = np.load(files[0]).astype(float)
    for X in (data.X, data.X_test):
        raw = (X * deviation + mean).T
        places = [int(np.argmin(np.abs(rows - row).sum(axis=1))) for row in raw]
        assert places == sorted(places)
    assert data.X.shape[1] + data.X_test.shape[1] == M


def test_each_example_lies_in_one_piece_in_a_map(files, little_memory):
    X = datasets.read(files[0], files[1]).X
    assert X.flags.f_contiguous
    while isinstance(X, np.ndarray) and not isinstance(X, np.memmap):
        X = X.base
    assert isinstance(X, np.memmap)


def test_a_run_on_the_disk_is_evaluated_in_parts(files, little_memory, monkeypatch):
    settings = {"data": files[0], "target": files[1], "batch_size": 8, "epochs": 3, "model": "network"}
    job = jobs.prepare(jobs_settings(settings))
    state, seconds, curve = jobs.learn(job)
    found = jobs.outcome(job, state, seconds, curve)
    monkeypatch.setattr(jobs, "EXAMPLES_AT_ONCE", 10**6)
    whole = jobs.evaluate(job, state, job.dataset.X, job.dataset.Y)
    assert found.train["accuracy"] == whole["accuracy"] > 0.8
    assert found.train["cost"] == pytest.approx(whole["cost"], rel=M * 2.0**-52)  # sums of at most M positive losses


def jobs_settings(given):
    from loopwise.learning.settings import complete

    return complete(given, {})


def test_what_would_copy_all_of_it_is_refused(files, little_memory, monkeypatch, capsys):
    monkeypatch.setattr(by_examples, "standardized", lambda *given: pytest.fail("before that it is read for hours"))
    data = ("--data", files[0], "--target", files[1])
    for command, message in (
        (("train", *data), "give --batch-size, such as 256"),
        (("train", *data, "--batch-size", "8", "--validation-fraction", "0.1"), "--validation-fraction would copy it"),
        (("compare", "network", *data), "too large for memory: what is compared has to fit"),
        (("gradcheck", *data), "too large for memory"),
        (("train", *data, "--batch-size", "8", "--implementation", "python_loops"), "learns from lists"),
    ):
        assert in_process(monkeypatch, *command) == 2
        shown = capsys.readouterr().err
        assert message in shown
        assert shown.count("\n") == 1


def test_what_is_not_finite_is_named(tmp_path, files, little_memory):
    X = np.load(files[0])
    X[40, 2] = np.nan
    np.save(tmp_path / "X.npy", X)
    with pytest.raises(DataFileError, match="example 41, feature 3 is nan"):
        datasets.read(files[0], files[1])


def test_a_disk_without_room_is_refused(files, little_memory, monkeypatch):
    monkeypatch.setattr(by_examples.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 100}))
    with pytest.raises(DataFileError, match=r"need 0.0041 MB of disk.*TMPDIR"):
        datasets.read(files[0], files[1])


@pytest.mark.parametrize(("free", "expected"), [(8 * 100 * 4, False), (8 * 100 * 4 - 1, True)])
def test_a_quarter_of_the_free_memory_is_the_limit(monkeypatch, free, expected):
    monkeypatch.setattr(by_examples, "free_memory", lambda: free)
    assert by_examples.is_too_large(np.zeros((20, 5), np.uint8)) is expected


def test_the_digest_is_of_the_bytes_as_they_lie():
    X, Y = np.arange(6.0).reshape(2, 3), np.ones((1, 3))
    assert jobs.digest_of(X, Y) == hashlib.sha256(X.tobytes() + Y.tobytes()).hexdigest()
    assert jobs.digest_of(np.asfortranarray(X), Y) == jobs.digest_of(X, Y)
    assert jobs.digest_of(X, Y, by_examples=True) == hashlib.sha256(X.T.tobytes() + Y.tobytes()).hexdigest()
