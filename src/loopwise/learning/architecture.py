"""A network's architecture: how many layers, how wide, with which activations and which loss."""

import numbers
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..errors import ArchitectureError
from ..interface import ACTIVATIONS, LOSSES
from ..process.notebook import shown_in_notebooks
from ..validation import choose, validate_number


@dataclass(frozen=True)
class Architecture:
    """An L-layer network. `layer_sizes` is n[0] … n[L], n[0] being the input.

    Parameters
    ----------
    layer_sizes : sequence of int
        L + 1 positive sizes, for example (64, 32, 10).
    activations : sequence of str
        One for each of the L layers. Softmax only in the last: it mixes the units of a layer.
    loss : {"cross_entropy", "squared", "absolute"}
        Cross-entropy needs a sigmoid or softmax output.
    l2 : float
        The penalty `l2/2 ΣΣ W²` on every layer's weights, part of the cost; 0 for none.
    keep_prob : float
        Probability with which dropout keeps a hidden unit while training; 1 for no dropout.
    batch_norm : bool
        Batch normalization between Z and the activation of every hidden layer. `b[l]` is then its beta, and theta
        holds a `gamma[l]` too.

    Raises
    ------
    ArchitectureError, UnknownNameError

    Notes
    -----
    Source: B "Deep N-layers Neural Network"; C 16 and 17 (table of dimensions); P, contents 4–6.

    Examples
    --------
    >>> Architecture((3, 4, 1), ("tanh", "sigmoid")).parameter_count
    21
    """

    layer_sizes: tuple
    activations: tuple
    loss: str = "cross_entropy"
    l2: float = 0.0
    keep_prob: float = 1.0
    batch_norm: bool = False

    _repr_html_ = shown_in_notebooks

    def __post_init__(self):
        for field in ("layer_sizes", "activations"):
            value = getattr(self, field)
            if isinstance(value, str) or not isinstance(value, Iterable):
                raise ArchitectureError(f"{field} is {value!r}; expected a sequence, one entry a layer")
            object.__setattr__(self, field, tuple(value))
        if len(self.layer_sizes) < 2:
            raise ArchitectureError(f"layer_sizes is {self.layer_sizes}; expected n[0] and at least one layer")
        for l, size in enumerate(self.layer_sizes):
            if isinstance(size, bool) or not isinstance(size, numbers.Integral) or size < 1:
                raise ArchitectureError(f"n[{l}] is {size!r}; expected a positive whole number")
        if len(self.activations) != self.L:
            raise ArchitectureError(f"{len(self.activations)} activations for L = {self.L} layers; expected one each")
        for l, activation in enumerate(self.activations, start=1):
            choose("activation", activation, ACTIVATIONS)
            if activation == "softmax" and l < self.L:
                raise ArchitectureError(f"activation of hidden layer {l} is softmax; only the last layer may have it")
        choose("loss", self.loss, LOSSES)
        if self.loss == "cross_entropy" and self.activations[-1] not in ("sigmoid", "softmax"):
            raise ArchitectureError(
                f"loss 'cross_entropy' needs a sigmoid or softmax output, not {self.activations[-1]!r}"
            )
        validate_number("l2", self.l2, "at least 0", lambda l2: l2 >= 0)
        validate_number("keep_prob", self.keep_prob, "0 < keep_prob ≤ 1", lambda keep_prob: 0 < keep_prob <= 1)
        if not isinstance(self.batch_norm, bool):
            raise ArchitectureError(f"batch_norm is {self.batch_norm!r}; expected True or False")

    @property
    def L(self):
        """The number of layers; the input does not count."""
        return len(self.layer_sizes) - 1

    @property
    def n(self):
        """n[0] … n[L]."""
        return self.layer_sizes

    def g(self, l):
        """The activation of layer l = 1 … L."""
        return self.activations[l - 1]

    def normalizes(self, l):
        """Whether layer l has batch normalization: hidden layers only."""
        return self.batch_norm and l < self.L

    @cached_property
    def as_numbers(self):
        """Layer sizes, activations and loss as kernels take them."""
        activations = tuple(ACTIVATIONS.index(name) for name in self.activations)
        return self.layer_sizes, activations, LOSSES.index(self.loss)

    def as_model(self):
        """The network of this architecture, as what is trained."""
        from .models import Network

        return Network(self)

    @cached_property
    def is_plain(self):
        """Nothing but layers: no penalty, no dropout, no batch normalization."""
        return self.l2 == 0 and self.keep_prob == 1 and not self.batch_norm

    def parts(self):
        """theta's parts in order: (symbol, l, shape) of `W[1]`, `b[1]`, (`gamma[1]`,) `W[2]`, …"""
        for l in range(1, self.L + 1):
            yield "W", l, (self.n[l], self.n[l - 1])
            yield "b", l, (self.n[l], 1)
            if self.normalizes(l):
                yield "gamma", l, (self.n[l], 1)

    @cached_property
    def parameter_count(self):
        """P: the length of theta."""
        return sum(rows * columns for _, _, (rows, columns) in self.parts())


def fitting(n_x, n_y, layers, activation="relu", loss="cross_entropy", **regularization):
    """The architecture that suits some data: `layers` are the hidden layers and the output, the input is n_x.

    The output's activation follows from the loss and the labels: sigmoid for one row of Y, softmax for more, and
    identity for the other losses. `regularization` is l2, keep_prob and batch_norm.

    Raises
    ------
    ArchitectureError, UnknownNameError, OptionError
    """
    if layers[-1] != n_y:
        raise ArchitectureError(f"n[{len(layers)}] is {layers[-1]}; expected {n_y}, because Y is ({n_y}, m)")
    output = "identity" if loss != "cross_entropy" else "sigmoid" if n_y == 1 else "softmax"
    activations = (activation,) * (len(layers) - 1) + (output,)
    return Architecture((n_x, *layers), activations, loss, **regularization)
