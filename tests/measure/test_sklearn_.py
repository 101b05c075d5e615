"""scikit-learn as a row of `compare`."""

import pytest
from helpers.peer_rows import LOOPS, hold, network

from loopwise.measure import peers
from loopwise.measure.comparison import compare


@pytest.mark.parametrize("row", ["sklearn"], indirect=True)
def test_what_sklearn_clips_is_known_and_said(row):
    work = network("identity", n_y=1, scale=5.0)
    peer = peers.contender(row, work, 1)
    outputs, expected = peer.outputs(), work.outputs(LOOPS)
    assert outputs["J"] < 0.9 * expected["J"]
    assert peer.shift["J"] == pytest.approx(outputs["J"] - expected["J"])
    assert hold(row, work)
    comparison = compare(work, ["numba_loops"], budget=0.5, peers=["sklearn"])
    assert comparison.agreed
    assert comparison.rows[-1].note.startswith("clips probabilities")
    assert peers.contender(row, network(), 1).remark == ""
