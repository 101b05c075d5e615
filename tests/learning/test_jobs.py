"""Jobs: training as the command does it, from Python."""

import numpy as np
import pytest

from loopwise.errors import OptionError
from loopwise.learning.jobs import held_out, learn, outcome, prepare
from loopwise.learning.settings import complete

GIVEN = {"model": "network", "data": "flower", "layers": [4, 1], "epochs": 3, "implementation": "numba_loops"}


def job(**given):
    return prepare(complete(GIVEN | given, {}))


def test_a_job_is_learned_as_the_command_does():
    first = job()
    result = outcome(first, *learn(first))
    told = result.as_dict()
    assert (told["model"], told["data"], told["implementation"]) == ("network", "flower", "numba_loops")
    assert len(told["cost_history"]) == 3
    assert result.train["m"] + result.test["m"] == 400
    assert result.theta_sha256 == outcome(first, *learn(job())).theta_sha256
    assert result.theta_sha256 != outcome(first, *learn(job(seed=1))).theta_sha256
    assert not np.array_equal(first.dataset.X, job(seed=1).dataset.X)  # what is held out is drawn anew, too


def test_what_only_watches_is_not_learned_from():
    whole = job().dataset
    X, Y, (watched, labels) = held_out(whole, {"validation_fraction": 0.25, "patience": None, "seed": 0})
    assert (X.shape[1], watched.shape[1]) == (240, 80)
    assert (Y.shape[1], labels.shape[1]) == (240, 80)
    columns = {column.tobytes() for column in np.ascontiguousarray(whole.X.T)}
    assert {column.tobytes() for part in (X, watched) for column in np.ascontiguousarray(part.T)} == columns


def test_patience_needs_examples_to_watch():
    with pytest.raises(OptionError, match="--patience needs examples to watch"):
        job(patience=2)


@pytest.mark.parametrize("fraction", [0.001, 0.9999])
def test_a_share_of_no_examples_or_all_is_refused(fraction):
    with pytest.raises(OptionError, match=f"validation_fraction is {fraction}: (0|320) of 320 examples"):
        job(validation_fraction=fraction)
