"""Jobs over blocks: what the command does, from Python."""

import numpy as np
import pytest
from helpers.block_files import WRITE, written

from loopwise.errors import LoopwiseError, OptionError
from loopwise.learning import block_jobs, checkpoints
from loopwise.learning.block_jobs import are_files, in_blocks, job_on
from loopwise.learning.prediction import kept_for_prediction
from loopwise.learning.settings import complete

SMALL = {"model": "logistic", "epochs": 4, "implementation": "numba_loops"}
NETWORK = {"model": "network", "layers": [4, 3], "epochs": 4, "implementation": "numba_loops"}


def learned(given, scheduler=None, workers=None, threads=2, state=None, curves=False, on_progress=None):
    """What a job comes to."""
    with job_on(complete(given, {}), scheduler, workers, threads) as job:
        state, seconds, curve = block_jobs.learn(job, state, curves, on_progress)
        return block_jobs.outcome(job, state, seconds, curve)


def bits(result):
    return result.theta_sha256, result.state.costs, result.train, result.test


@pytest.mark.parametrize("kind", WRITE)
def test_the_same_examples_in_any_kind_of_file_are_the_same_job(kind, tmp_path):
    (tmp_path / "npz").mkdir(), (tmp_path / kind).mkdir(exist_ok=True)
    data, target, _, _ = written(tmp_path / kind, kind)
    given = NETWORK | {"data": data} | ({"target": target} if target else {})
    wanted, _, _, _ = written(tmp_path / "npz", "npz")
    assert bits(learned(given)) == bits(learned(NETWORK | {"data": wanted}))


def test_a_data_set_in_one_block_is_the_job_of_one_machine():
    from loopwise.learning import jobs

    alone = jobs.prepare(complete(SMALL | {"data": "breast_cancer"}, {}))
    state, seconds, curve = jobs.learn(alone)
    wanted = jobs.outcome(alone, state, seconds, curve)
    found = learned(SMALL | {"data": "breast_cancer"}, "threads", 2)
    assert found.theta_sha256 == wanted.theta_sha256
    assert found.train == wanted.train
    assert found.test == wanted.test
    assert found.job.digest == alone.digest


def test_accuracy_and_cost_are_those_of_all_examples(tmp_path):
    data, _, X, y = written(tmp_path, "npz")
    result = learned(NETWORK | {"data": data, "test_fraction": 0.0})
    mean, deviation = result.job.dataset.scaling
    impl, rows = result.job.impl, (np.concatenate(X) - mean) / deviation
    labels = np.concatenate(y)
    Z, A = result.job.model.predict(impl, result.state.theta, np.asfortranarray(rows.T))
    assert result.train["accuracy"] == np.mean(A.argmax(axis=0) == labels)
    whole = impl.cost(Z, A, np.eye(3)[:, labels], "cross_entropy", "softmax")
    # A sum of 100 losses, of three blocks: whichever way it is added, it rounds below 100 u of it.
    assert abs(result.train["cost"] - whole) <= 200 * np.finfo(float).eps * whole
    assert result.test == {"m": 0, "cost": None, "accuracy": None, "rmse": None}


def test_a_quantity_has_a_root_mean_squared_error_in_its_unit(tmp_path):
    rng = np.random.default_rng(0)
    for k in range(3):
        X = rng.standard_normal((50, 2))
        np.savez(tmp_path / f"{k}.npz", X=X, Y=100 * X[:, 0] + rng.standard_normal(50))
    given = {"model": "network", "layers": [1], "data": str(tmp_path), "alpha": 0.5, "epochs": 100}
    result = learned(given)
    assert result.train["accuracy"] is None
    assert 0.5 < result.test["rmse"] < 2.0  # the noise has 1


@pytest.mark.parametrize("examples", [1, 7, 1000])
def test_reproducible_sums_make_the_same_job_of_any_blocks(examples, tmp_path):
    data, _, _, _ = written(tmp_path, "npz")
    given = NETWORK | {"data": data, "sums": "reproducible", "optimizer": "adam", "batch_size": 20}
    assert bits(learned(given | {"block_examples": examples})) == bits(learned(given))


def test_processes_make_the_same_job(tmp_path):
    pytest.importorskip("distributed")
    data, _, _, _ = written(tmp_path, "npz")
    assert bits(learned(NETWORK | {"data": data}, workers=2)) == bits(learned(NETWORK | {"data": data}))


def test_where_memory_is_too_small_blocks_are_read_each_time(tmp_path, monkeypatch):
    data, _, _, _ = written(tmp_path, "npz")
    wanted = bits(learned(NETWORK | {"data": data}))
    monkeypatch.setattr("loopwise.scale.threads.Threads.memory", 0)
    assert bits(learned(NETWORK | {"data": data})) == wanted
    with job_on(complete(NETWORK | {"data": data}, {})) as job:
        assert all(block.X is None for share in job.learn.held.shares for block in share)


def test_a_run_goes_on_from_what_was_saved(tmp_path):
    data, _, _, _ = written(tmp_path, "npz")
    given = NETWORK | {"data": data, "optimizer": "momentum", "batch_size": 30}
    wanted, states = learned(given | {"epochs": 6}), []
    learned(given | {"epochs": 3}, on_progress=states.append)
    checkpoints.save(tmp_path / "run", states[4], {})
    state, _ = checkpoints.load(tmp_path / "run")
    assert bits(learned(given | {"epochs": 6}, state=state)) == bits(wanted)


def test_curves_are_of_both_parts(tmp_path):
    data, _, _, _ = written(tmp_path, "npz")
    curve = learned(NETWORK | {"data": data}, curves=True).curve
    assert [epoch for epoch, _, _ in curve] == [1, 2, 3, 4]
    assert all(0 <= share <= 1 for _, *shares in curve for share in shares)


def test_what_is_kept_predicts_new_rows(tmp_path):
    data, target, _, _ = written(tmp_path, "parquet")
    with job_on(complete(NETWORK | {"data": data, "target": target}, {})) as job:
        kept = kept_for_prediction(job.dataset)
    assert kept["columns"] == ["a", "b", "c", "d"]
    assert (kept["target"], kept["classes"]) == ("kind", ["0", "1", "2"])
    assert len(kept["mean"]) == len(kept["deviation"]) == 4


def test_a_digest_tells_data_from_other_data(tmp_path):
    data, _, X, y = written(tmp_path, "npz")

    def digest():
        with job_on(complete(NETWORK | {"data": data}, {})) as job:
            return job.digest

    first = digest()
    assert digest() == first
    X[1][3, 2] += 0.5
    np.savez(tmp_path / "1.npz", X=X[1], Y=y[1])
    assert digest() != first


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"patience": 3, "validation_fraction": 0.1}, OptionError, "examples that only watch"),
        ({"keep_prob": 0.5}, OptionError, "masks"),
        ({"batch_norm": True}, OptionError, "mean and variance"),
        ({"one_hot": True}, OptionError, "blocks hold numbers"),
        ({"examples": 5}, OptionError, "comes with its own examples"),
        ({"sums": "nice"}, LoopwiseError, "unknown sums 'nice'"),
        ({"layers": [4, 2]}, LoopwiseError, "is 2; expected 3"),
    ],
)
def test_what_blocks_cannot_do_is_refused(given, error, words, tmp_path):
    data, _, _, _ = written(tmp_path, "npz")
    settings = complete(NETWORK | {"data": data} | given, {})
    with pytest.raises(error, match=words), job_on(settings):
        pass


@pytest.mark.parametrize("data", ["a*.npy", "a.npy,b.npy", "X.zarr"])
def test_what_names_blocks(data):
    assert are_files(data)
    assert in_blocks({"data": data}, None, None)


@pytest.mark.parametrize("data", ["X.npy", "digits"])
def test_what_does_not(data):
    assert not are_files(data)
    assert not in_blocks({"data": data}, None, None)


def test_a_folder_is_one_of_blocks_if_it_holds_some(tmp_path):
    (tmp_path / "cats").mkdir()
    assert not are_files(str(tmp_path))
    (tmp_path / "0.npz").write_bytes(b"")
    assert are_files(str(tmp_path))


def test_a_file_may_have_a_comma_in_its_name(tmp_path):
    (tmp_path / "a,b.csv").write_text("x")
    assert not are_files(str(tmp_path / "a,b.csv"))


def test_what_asks_for_blocks():
    assert in_blocks({"data": "digits"}, None, 2)
    assert in_blocks({"data": "digits"}, "tcp://host:1", None)
    assert in_blocks({"data": "digits", "sums": "plain"}, None, None)
