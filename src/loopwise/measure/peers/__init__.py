"""Peers: the same work in PyTorch, JAX and scikit-learn, each as a good user of that framework would write it.

A peer's step takes its parameters as the framework holds them and gives the cost and every gradient back in the
framework's own arrays, complete when it returns: nothing less than an implementation's step, and nothing more. Data is
converted once, to the layout that is fastest there, before anything is timed.

A framework is imported when it is asked for, never before. To time one in a script of your own::

    peer = peers.contender("torch", work, threads=2)
    peer.step()       # the timed call
    peer.outputs()    # the same results as NumPy arrays in the lecture's layout, for `peer.agreement`
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np

from ...contract.agreement import agreement
from ...contract.rounding_bounds import Ball
from ...errors import LoopwiseError, OptionError, one_line
from ...learning.architecture import Architecture
from ...learning.batches import Batches
from ...machine.threads import default_threads
from ...validation import choose

# What is asked for -> the rows that it gives.
PEERS = {"torch": ("torch", "torch.compile"), "jax": ("jax",), "sklearn": ("sklearn",)}
PEER_OF = {row: peer for peer, rows in PEERS.items() for row in rows}
MODULES = {"torch": "torch_", "jax": "jax_", "sklearn": "sklearn_"}
DISTRIBUTIONS = {"sklearn": "scikit-learn"}


class NoRowError(LoopwiseError):
    """A peer that cannot do this work, or not on this machine; the message says why in one line."""


@dataclass
class Contender:
    """What one row does.

    Attributes
    ----------
    name : str
        "torch", "torch.compile", "jax" or "sklearn".
    prepare : callable() -> step
        Whatever is done once (JAX compiles here); the step is a function of no arguments, the call that is timed.
    named : callable(results) -> dict
        What the step returned, by name, as NumPy arrays and floats in the lecture's layout.
    compiles : bool
        Whether the first call is more than a step.
    allowance : dict of str to float or array
        By how much this peer's formula may miss the rounding bound, output by output: derived where it is given.
    shift : dict of str to float
        By how much its results differ because they are defined differently; `remark` then says how, in the table too.
    remark : str
    """

    name: str
    prepare: Callable
    named: Callable
    compiles: bool = False
    allowance: dict = field(default_factory=dict)
    shift: dict = field(default_factory=dict)
    remark: str = ""

    @cached_property
    def step(self):
        """The call that is timed."""
        return self.prepare()

    def outputs(self):
        """Do the work once; return a dict of NumPy arrays and floats, as `Workload.outputs` does."""
        return self.named(self.step())

    def agreement(self, outputs, expected, bound, dtype="float64"):
        """Hold what `named` made of the results against a reference; see `measure.agreement.agreement`."""
        expected = {name: value + self.shift.get(name, 0.0) for name, value in expected.items()}
        bound = {  # agreement takes twice a ball's radius
            name: Ball(ball.mid, ball.rad + self.allowance.get(name, 0.0) / 2, ball.u) for name, ball in bound.items()
        }
        return agreement(outputs, expected, "rounding", bound, dtype)


def contender(name, work, threads=None):
    """One peer's step on one workload.

    Parameters
    ----------
    name : str
        A row: "torch", "torch.compile", "jax" or "sklearn".
    work : Workload
    threads : int, optional
        As many as the other contenders have; every core by default. It holds for the framework as a whole: what was
        made before with another number is of no use afterwards.

    Returns
    -------
    Contender

    Raises
    ------
    UnknownNameError, OptionError
        The framework is not installed.
    NoRowError
        It cannot do this work.
    """
    peer = PEER_OF[choose("peer", name, PEER_OF)]
    load([peer])
    return framework(peer).contender(name, work, threads or default_threads())


def load(names):
    """Import the frameworks of some peers; raise one line for a name that is unknown or not installed.

    Raises
    ------
    UnknownNameError, OptionError
    """
    for name in names:
        choose("peer", name, PEERS)
    for name in names:
        if find_spec(name) is None:
            raise OptionError(f"peer {name!r} is not installed; pip install 'loopwise[peers]'")
        try:
            framework(name)
        except (ImportError, OSError) as error:  # installed, but a library that it needs is missing or another version
            raise OptionError(f"peer {name!r} cannot be imported: {one_line(error)}") from None


def framework(peer):
    """The module here that speaks with a framework."""
    return import_module(f"{__name__}.{MODULES[peer]}")


def versions(names):
    """Each peer's version, for the machine card."""
    return {name: version(DISTRIBUTIONS.get(name, name)) for name in names}


# === what the frameworks' modules share ===============================================================


def pick(name, steps, work):
    """The builder of a peer's step for this kind of work."""
    if work.name not in steps:
        raise NoRowError(f"has no row for {work.name} (it has {', '.join(steps)})")
    return steps[work.name]


def order_of(work):
    """The order in which a training takes the examples: a row for each epoch."""
    batches = batches_of(work)
    return np.stack([batches.order(epoch) for epoch in range(work.hyper.epochs)])


def batches_of(work):
    """The batches of a training."""
    hyper = work.hyper
    return Batches(work.inputs["X"].shape[1], hyper.batch_size, hyper.seed)


def refuse_decay(work):
    """No peer's optimizer is asked for a rate that falls."""
    if work.hyper.decay:
        raise NoRowError("has no row for a learning rate that falls")


def refuse_sums(work):
    """What has a cost by automatic differentiation has no perceptron, and its cost is a mean."""
    if not work.model.cost_is_mean:
        raise NoRowError(f"has no row for {work.model.kind}")


def architecture_of(work, activations):
    """The network of a `network_step`, if its activations are among those that the peer has."""
    known = {name: value for name, value in work.sizes.items() if name != "m"}
    architecture = Architecture(**known)
    if not architecture.is_plain:
        raise NoRowError("has no row for l2, dropout or batch normalization")
    for activation in architecture.activations:
        if activation not in activations:
            raise NoRowError(f"has no row for the activation {activation}")
    return architecture
