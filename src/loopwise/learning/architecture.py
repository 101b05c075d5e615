"""A network's architecture: how many layers, how wide, with which activations and which loss."""

import numbers
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import ArchitectureError, choose
from ..interface import ACTIVATIONS, LOSSES


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

    Raises
    ------
    ArchitectureError, UnknownNameError

    Notes
    -----
    Source: B "Deep N-layers Neural Network"; C 16 and 17 (table of dimensions).

    Examples
    --------
    >>> Architecture((3, 4, 1), ("tanh", "sigmoid")).parameter_count
    21
    """

    layer_sizes: tuple
    activations: tuple
    loss: str = "cross_entropy"

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

    @property
    def parameter_count(self):
        """P: the length of theta."""
        return sum(self.n[l] * (self.n[l - 1] + 1) for l in range(1, self.L + 1))
