"""A neuron's step and its weighted sums, for few and for many features, along rows and along columns of X."""
