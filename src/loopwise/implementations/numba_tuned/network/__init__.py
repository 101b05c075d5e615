"""A whole network's step, cost and gradient, in one compiled call."""
