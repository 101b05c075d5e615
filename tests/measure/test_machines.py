"""A comparison on each machine: who has found what, and who does not agree."""

import json
from concurrent.futures import Future

import pytest
from helpers import made_up
from helpers.blocks import client_of_workers

from loopwise.measure.machines import Found, command_here, compare_on, found_by, name_disagreements


def found(worker, digest="a", passed=True):
    comparison = json.loads(json.dumps(made_up.comparison([0.4, 0.2]).as_dict())) | {"reference_sha256": digest}
    comparison["rows"][1]["agreement"]["passed"] = passed
    return Found(worker, [comparison])


def test_who_agrees_is_not_named():
    results = [found("one"), found("two")]
    name_disagreements(results)
    assert [result.disagrees for result in results] == [[], []]


def test_other_bits_than_most_are_named():
    results = [found("one"), found("two", "b"), found("three")]
    name_disagreements(results)
    assert [bool(result.disagrees) for result in results] == [False, True, False]
    assert "other bits than the other workers'" in results[1].disagrees[0]


def test_an_implementation_that_disagrees_is_named():
    results = [found("one"), found("two", passed=False)]
    name_disagreements(results)
    assert "with python_loops" in results[1].disagrees[0]
    assert not results[0].disagrees


@pytest.mark.parametrize(
    ("written", "said", "error"),
    [
        ("", "loopwise: unknown data 'x'\n", "unknown data 'x'"),
        ("no json", "", "exit code 2"),
        ("", "│ No such option │\n╰────╯\n", "No such option"),
    ],
)
def test_why_a_worker_has_found_nothing_is_a_line(written, said, error):
    done = Future()
    done.set_result((2, written, said))
    done.status = "finished"
    assert found_by("one", done).error == error


def test_the_command_is_not_held_to_dasks_one_thread(monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    code, written, said = command_here(["dot", "--budget", "0.5", "--implementations", "numpy_vectorized"])
    assert code == 0, said
    (comparison,) = json.loads(written)["comparisons"]
    assert not [line for line in comparison["machine"]["handicaps"] if "NUM_THREADS" in line]
    assert len(comparison["reference_sha256"]) == 64


def test_each_worker_of_a_cluster_is_asked():
    arguments, told = ["dot", "--budget", "0.5", "--implementations", "numba_loops,numpy_vectorized"], []
    with client_of_workers(2) as client:
        results = compare_on(client, arguments, lambda text, share: told.append(share))
    assert told == [0.5, 1.0]
    assert [result.error for result in results] == [None, None]
    assert [result.disagrees for result in results] == [[], []]
    assert results[0].worker < results[1].worker
    assert all(len(result.comparisons[0]["rows"]) == 2 for result in results)
