"""Training over blocks of examples: as `steps.Run`, but for where costs and gradients come from."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from ..errors import OptionError
from ..scale.blocks import Blocks, blocks_of, is_dask
from ..scale.gradient import scalable, step
from ..scale.sums import Sums, sums_over
from ..scale.workers import workers_of
from .batches import Batches
from .labels import validate_labels
from .network import no_statistics
from .steps import Run


def in_blocks(X, *asked):
    """Whether X is in blocks, or something is asked for that only blocks have."""
    return isinstance(X, Blocks | Sums) or is_dask(X) or any(given is not None for given in asked)


@contextmanager
def held(X, Y, scheduler=None, workers=None, sums=None, group=None):
    """Examples on the workers that are asked for, while the `with` block runs: `Sums`, which may be given as X, too."""
    if isinstance(X, Sums):
        yield X
        return
    blocks = X if isinstance(X, Blocks) else blocks_of(X, Y)
    with workers_of(scheduler, workers) as those, sums_over(those, blocks, sums or "plain", group) as over:
        yield over


@dataclass(frozen=True)
class BlockRun(Run):
    """One training run over blocks; X is `Sums`, Y is with it.

    The batches are those of a run over all examples in one place: each block takes those of a batch's examples that it
    has, in their order.
    """

    in_calls = False  # a step's gradients come from several workers

    def __post_init__(self):
        scalable(self.model)
        if self.weights is not None:
            raise OptionError("weights of examples are not shared by workers")
        object.__setattr__(self, "m", self.X.blocks.m)
        object.__setattr__(self, "batches", Batches(self.m, self.hyper.batch_size, self.hyper.seed))

    def taken(self, examples):
        """Nothing: they stay where they are."""
        return None, None

    def for_reference(self, reference, native):
        """Blocks as they are."""
        return native if native is None or native is self.X else super().for_reference(reference, native)

    def gradient(self, impl, theta, X, Y, seed, examples):
        """Cost and gradient over those examples; see `steps.Run.gradient`."""
        J, gradient = step(impl, self.model, theta, self.X, examples)
        return J, gradient, no_statistics(theta)

    def half_squares(self, Y, examples):
        """Of those examples."""
        nothing = float(self.X.total(half_squares, (), self.impl, examples=examples)[0])
        count = self.m if examples is None else len(examples)
        return nothing / count if self.model.cost_is_mean else nothing

    def cost(self, impl, X, Y, state):
        """The cost of predicting with the parameters as they are now."""
        if X is not self.X:
            return super().cost(impl, X, Y, state)
        return float(self.X.total(cost_of, (self.model, state.theta), impl, self.model.cost_is_mean)[0])

    def validate_labels(self):
        """Raise `LabelError`, with the block's name, where the loss cannot take a label."""
        self.X.total(nothing_wrong, (self.model.loss, self.model.activation), self.impl)


def half_squares(impl, X, Y):
    """½ Σ y²."""
    return np.array([0.5 * float(np.sum(np.square(impl.asnumpy(Y))))])


def cost_of(impl, X, Y, model, theta):
    """The cost of predicting."""
    Z, A = model.predict(impl, theta, X)
    return np.array([model.cost(impl, Z, A, Y)])


def nothing_wrong(impl, X, Y, loss, activation):
    """Nothing, or `LabelError`."""
    validate_labels(impl.asnumpy(Y), loss, activation)
    return np.zeros(1)
