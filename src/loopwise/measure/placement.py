"""Where data lies: where an array begins moves small kernels by some per cent, so it is drawn, again and again.

That holds for the arrays that a step is given, and as well for those that it makes: with its temporaries in unlucky
places a small network's step took one and a half times as long, in one process and not in the next.
"""

import numpy as np

MOST_PLACED = 2**28  # bytes: with larger data all contenders share the same arrays
ALIGNED = 16  # bytes: so memory is given out
PAGE = 4096
BLOCKS, SMALLEST, LARGEST = 30, 4.0, 16.5  # so many blocks of 2⁴ to 2¹⁶·⁵ bytes: larger ones have pages of their own


def placed(inputs, rng):
    """Copies of all arrays, of the same strides, each in a place that is drawn; what is no array is as it is."""
    return {name: elsewhere(value, rng) if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


def elsewhere(array, rng):
    """A copy with the same strides, which begins at a drawn multiple of 16 bytes in its page."""
    reach = [(size - 1) * stride for size, stride in zip(array.shape, array.strides) if array.size]
    before, behind = -sum(step for step in reach if step < 0), sum(step for step in reach if step > 0)
    room = np.empty(before + behind + array.itemsize + 2 * PAGE, np.uint8)
    start = -room.ctypes.data % PAGE + ALIGNED * int(rng.integers(PAGE // ALIGNED))
    copy = np.ndarray(array.shape, array.dtype, room, start + before, array.strides)
    copy[...] = array
    copy.flags.writeable = array.flags.writeable
    return copy


def blocks_in_the_way(rng):
    """Blocks of memory of drawn sizes: while they are kept, what a step makes lies elsewhere than without them."""
    return [np.empty(int(2**size), np.uint8) for size in rng.uniform(SMALLEST, LARGEST, BLOCKS)]
