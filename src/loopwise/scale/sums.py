"""Sums over all examples, wherever they are: of a plain tree over the blocks, or exact ones over groups."""

import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from ..errors import OptionError
from ..validation import choose, validate_count
from .block import Request
from .blocks import group_for
from .sent_code import sent
from .tree import add_up

SUMS = ("plain", "reproducible")
MOST_KEPT = 1000  # totals whose seconds are known


@dataclass(frozen=True)
class Sums:
    """Blocks that are held, and how their vectors are added.

    Parameters
    ----------
    held : ThreadsHolding or ClusterHolding
    blocks : Blocks
    group : int or None
        Examples in a group, of reproducible sums; None for plain ones.

    Attributes
    ----------
    spent : deque of (seconds, seconds)
        Of the last totals: until it was there, and what all workers together have computed.
    """

    held: object
    blocks: object
    group: int | None
    spent: deque = field(default_factory=partial(deque, maxlen=MOST_KEPT))

    def total(self, compute, arguments, impl, is_mean=False, examples=None):
        """Add up a vector over all examples, or over some.

        Parameters
        ----------
        compute : callable(impl, X, Y, *arguments) -> array (P,)
            A vector for some examples, native X and Y: their sum, or their mean.
        arguments : tuple
        impl : Implementation
        is_mean : bool
            Whether the vectors are means.
        examples : array of int, optional
            Which, in the order in which a block is to take them.

        Returns
        -------
        array (P,)
            The sum, or the mean.
        """
        m = self.blocks.m if examples is None else len(examples)
        started = time.perf_counter()
        found, seconds = zip(*self.ask(compute, arguments, impl, is_mean, examples))
        self.spent.append((time.perf_counter() - started, sum(seconds)))
        if self.group is None:
            together = {place: vector for nodes in found for place, vector in nodes.items()}
            return next(iter(add_up(together, len(self.blocks.pieces)).values()))
        exact = [total for total in found if total is not None]
        for other in exact[1:]:
            exact[0].merge(other)
        total = exact[0].rounded()
        return total / m if is_mean else total

    def ask(self, compute, arguments, impl, is_mean=False, examples=None):
        """What each worker adds up, and the seconds that it takes; see `total`."""
        m = self.blocks.m if examples is None else len(examples)
        asked = compute, arguments, sent(impl), is_mean, m, self.group, len(self.blocks.pieces)
        return self.held.ask(Request(*asked), examples)


def sums_over(workers, blocks, sums="plain", group=None, on_disk=False):
    """A `with` block in which the workers hold the blocks; gives `Sums`.

    Parameters
    ----------
    workers : Threads or Cluster
        See `workers.workers_of`.
    blocks : Blocks
    sums : {"plain", "reproducible"}
        Plain sums have the same bits for any number of workers; reproducible ones also for any blocks.
    group : int, optional
        Of reproducible sums: how many examples the implementation adds up itself, by default as many as have 2^20
        numbers. The groups' sums are added exactly; with 1 those of the examples are.
    on_disk : bool
        Whether examples that are not in memory are read at each request.

    Raises
    ------
    OptionError, UnknownNameError
    """
    choose("sums", sums, SUMS)
    if sums == "reproducible":
        group = group_for(blocks.n_x) if group is None else group
        validate_count("group", group)
        blocks = blocks.aligned(group)
    elif group is not None:
        raise OptionError("group belongs to reproducible sums: plain ones are of whole blocks")

    @contextmanager
    def holding():
        with workers.holding(blocks, on_disk) as held:
            yield Sums(held, blocks, group)

    return holding()
