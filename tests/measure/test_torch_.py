"""PyTorch as a row of `compare`."""

import pytest
from helpers.peer_rows import LOOPS, logistic, need, network

from loopwise import workloads
from loopwise.contract.agreement import bounds
from loopwise.measure import peers
from loopwise.measure.comparison import compare


@pytest.mark.parametrize("row", ["torch.compile"], indirect=True)
def test_compiled_by_torch(row):
    works = [logistic(), network().arranged("float32"), workloads.operation("matmul", 13, 17, 19)]
    for work in works:
        try:
            peer = peers.contender(row, work, 2)
            outputs = peer.outputs()
        except peers.NoRowError as error:  # no C++ compiler here
            pytest.skip(str(error))
        peer.agreement(outputs, work.outputs(LOOPS), bounds(work), work.dtype).require(row, "numba_loops")


def test_torch_has_as_many_threads_as_the_others():
    need("torch")
    import torch

    for threads in (1, 2):
        peers.contender("torch", logistic(), threads)
        assert torch.get_num_threads() == threads


def test_without_a_compiler_torch_compile_is_absent(monkeypatch):
    need("torch")
    import torch

    def broken(step, **_):
        def call(*_):
            raise RuntimeError("\n\nno C++ compiler\nsecond line")

        return call

    monkeypatch.setattr(torch, "compile", broken)
    comparison = compare(logistic(), ["numba_loops"], 0.5, peers=["torch"])
    assert comparison.absent == {"torch.compile": "does not compile here: RuntimeError: no C++ compiler"}
    assert [row.implementation for row in comparison.rows] == ["numba_loops", "torch"]
