"""Scikit-learn estimators: thin shells around `train`, in the ecosystem's orientation, X (m, n_x), one example a row.

They hand `X.T`, a view, to the implementation of that name. A constructor only stores its arguments; `fit` checks them.

Arguments are those of `HyperParameters`, `Architecture`, `Neuron` and `initialize`. Besides: `layers`, the sizes of the
hidden layers, and `activation`, theirs; `validation_fraction`, the share of the examples that `patience` watches
(without patience all are learned from); `implementation`, one of `loopwise.implementation_names()`.
`optimizer="lbfgs"` ends where no part of the gradient is above `tol`. With `warm_start` fit goes on for `epochs` more;
`verbose` shows a progress bar. `seed` draws all, or `random_state`, where it is given. docs/estimators.md has more.

After `fit`: `theta_` and `model_`, the parameters and what they belong to; `costs_` (`loss_curve_`, as a list),
`validation_costs_`, `n_iter_` (epochs) and `stopped_`, as in `State`; `diverged_at_`, the iteration at which training
diverged, or None.
"""

from .networks import NetworkClassifier, NetworkRegressor
from .neurons import Adaline, LogisticRegression, Perceptron

__all__ = ["Adaline", "LogisticRegression", "NetworkClassifier", "NetworkRegressor", "Perceptron"]
