"""`loopwise check FILE`: a user's own operations, with a verdict on each that says what is wrong."""

from helpers.checked_files import RIGHT

from loopwise.contract.check import check_file
from loopwise.interface import OPERATIONS


def test_what_is_right_passes_and_what_is_missing_is_skipped(write):
    found = list(check_file(write(RIGHT)))
    assert [verdict.operation for verdict in found] == list(OPERATIONS)
    assert {v.operation for v in found if v.verdict == "passed"} == {"dot", "layer_gradient"}
    assert {v.verdict for v in found} == {"passed", "missing"}
