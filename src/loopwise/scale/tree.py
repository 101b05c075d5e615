"""The plain sum of the blocks' vectors: pairs of neighbours, pairs of pairs, and so on, whoever adds them.

Which vectors meet, and in which order, follows from the blocks' numbers alone. So the sum has the same bits wherever
its parts were added and whatever came first: a worker with blocks 4 to 7 adds them to one node, one with 3 to 6 keeps
3, (4, 5) and 6 apart. Its error is that of a sum of depth log2 of the number of blocks.
"""


def add_up(nodes, blocks):
    """Add what can be added already.

    Parameters
    ----------
    nodes : dict of (level, index) to array or None
        Blocks are (0, number); None is a block that adds nothing. Node (l, i) is the sum of (l-1, 2i) and (l-1, 2i+1),
        or the first of them where there is no second. Changed.
    blocks : int
        How many there are in all.

    Returns
    -------
    dict
        The same sums in as few nodes as possible: of all blocks one alone.
    """
    level, width = 0, blocks
    while width > 1:
        for i in range(0, width, 2):
            left, right = (level, i), (level, i + 1)
            if left in nodes and (right in nodes or i + 1 == width):
                nodes[level + 1, i // 2] = added(nodes.pop(left), nodes.pop(right, None))
        level, width = level + 1, -(-width // 2)
    return nodes


def added(a, b):
    """a + b, where None adds nothing."""
    if a is None or b is None:
        return b if a is None else a
    return a + b
