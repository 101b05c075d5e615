"""Peers as rows: what they are held to."""

import importlib.util
import os
import sys
from dataclasses import replace

import numpy as np
import pytest

from loopwise import datasets, get_implementation, workloads
from loopwise.commands.app import main
from loopwise.contract.agreement import bounds
from loopwise.measure import peers

LOOPS = get_implementation("numba_loops")


def need(name):
    peer = peers.PEER_OF[name]
    if importlib.util.find_spec(peer) is None and not os.environ.get("CI_REQUIRES_PEERS"):
        pytest.skip("the peers extra is not installed: pip install -e '.[peers]'")


def hold(row, work):
    """A peer's step against the loops, as `compare` holds it; None where it has no row."""
    try:
        peer = peers.contender(row, work, threads=2)
    except peers.NoRowError:
        return None
    result = peer.agreement(peer.outputs(), work.outputs(LOOPS), bounds(work), work.dtype)
    result.require(f"{row}: {work.name} {work.sizes} {work.dtype}", "numba_loops")
    return result


def logistic(m=101, **inputs):
    data = datasets.load("breast_cancer")
    work = workloads.logistic(data.X[:, :m], data.Y[:, :m], "breast_cancer")
    return replace(work, inputs=work.inputs | inputs)


def network(activation="tanh", loss="cross_entropy", n_y=3, scale=1.0, m=41, layers=(6, 5), **settings):
    """A small network; `scale` saturates it."""
    X, labels, _ = datasets.synthetic(m, 7, max(2, n_y), seed=3)
    Y = datasets.one_hot(labels, n_y) if n_y > 1 else labels.reshape(1, -1) * 1.0
    work = workloads.network(X, Y, [*layers, n_y], activation, loss, seed=5, **settings)
    theta = np.random.default_rng(5).standard_normal(work.inputs["theta"].shape) * scale
    return replace(work, inputs=work.inputs | {"theta": theta})


def command(monkeypatch, *arguments):
    """The command in this process; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["loopwise", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code or 0
