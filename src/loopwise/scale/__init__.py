"""Past one machine and past memory: sums over blocks of examples, with the same bits for any number of workers."""

from .blocks import Blocks, blocks_of
from .gradient import cost_and_gradient
from .workers import workers_of

__all__ = ["Blocks", "blocks_of", "cost_and_gradient", "workers_of"]
