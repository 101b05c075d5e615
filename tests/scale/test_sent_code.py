"""Which implementation a worker uses, of a user's file too, however often that was edited."""

import numpy as np
import pytest
from helpers.blocks import MODELS, examples, held, starting_theta

from loopwise import get_implementation
from loopwise.errors import OptionError, UnknownNameError
from loopwise.implementations import register_file, unregister
from loopwise.scale import blocks_of, sent_code, workers_of
from loopwise.scale.gradient import step
from loopwise.scale.sent_code import Sent, found, hash_of, sent
from loopwise.scale.sums import sums_over

OURS = get_implementation("numba_loops")
MINE = """
from loopwise.implementations.numba_loops import *
from loopwise.implementations import numba_loops

__all__ = numba_loops.__all__
FAMILY, CONTRACT = "numba", "exact"


def logistic_step(w, b, X, Y):
    J, dw, db = numba_loops.logistic_step(w, b, X, Y)
    return {factor} * J, dw, db
"""


@pytest.fixture
def mine(tmp_path):
    """A file of one's own, and its name."""
    path = tmp_path / "mine.py"
    path.write_text(MINE.format(factor=1.0))
    name = register_file(path)
    yield path, name
    unregister(name)


def test_ours_are_found_by_their_names():
    assert sent(OURS) == Sent("numba_loops")
    assert found(sent(OURS)) is OURS


def test_one_that_lacks_operations_is_refused():
    class Lacking:
        name, missing = "mine", ("adam",)

    with pytest.raises(OptionError, match="mine lacks adam"):
        sent(Lacking)


def test_a_name_that_is_known_here_alone_is_refused_there():
    with pytest.raises(UnknownNameError, match="only_here"):
        found(Sent("only_here"))


def test_a_file_that_was_edited_is_read_again(mine):
    path, name = mine
    first = sent(get_implementation(name))
    assert found(first).name == name
    path.write_text(MINE.format(factor=3.0))
    later = Sent(name, str(path), hash_of(path))
    X, w = np.ones((1, 2)), np.zeros((1, 1))
    assert (
        found(later).logistic_step(w, 0.0, X, np.ones((1, 2)))[0]
        == 3 * OURS.logistic_step(w, 0.0, X, np.ones((1, 2)))[0]
    )


def test_another_file_or_none_is_refused(mine, monkeypatch):
    path, name = mine
    given = sent(get_implementation(name))
    monkeypatch.setattr(sent_code, "_read", {})
    path.write_text("# another one")
    with pytest.raises(OptionError, match=r"mine\.py is another file where a worker is"):
        found(given)
    path.unlink()
    with pytest.raises(OptionError, match=r"a worker cannot read .*mine\.py"):
        found(given)


def test_processes_compute_with_it(mine):
    pytest.importorskip("distributed")
    _, name = mine
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    impl, theta = get_implementation(name), starting_theta(model)
    with workers_of(workers=1) as one, sums_over(one, blocks_of(X, Y, 50)) as over, held(blocks_of(X, Y, 50)) as wanted:
        assert step(impl, model, theta, over)[0] == step(OURS, model, theta, wanted)[0]
