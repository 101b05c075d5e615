"""What can be trained: a single neuron or a network, each as parameters in one vector and a step on some examples.

`train` knows no model; it asks one for its cost and gradient. Here the perceptron, Adaline and logistic regression
are one class, because they are one neuron: only what they call an error differs.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..errors import DTypeError, OptionError, ShapeError
from ..interface import ACTIVATIONS, IDENTITY, KINDS, LOSSES, Model
from ..validation import choose, validate_number
from .architecture import Architecture
from .network import masks, no_statistics, penalized, predict, training_step
from .parameters import native_theta
from .weights import example_losses

# neuron: (operation that gives its cost and gradient, activation of its output, loss that its labels must suit,
# whether its cost is a mean over the examples or a sum).
NEURONS = {
    "logistic": ("logistic_step", "sigmoid", "cross_entropy", True),
    "perceptron": ("perceptron_step", "step", "cross_entropy", False),
    "adaline": ("adaline_step", "identity", "squared", False),
}


@dataclass(frozen=True)
class Neuron:
    """One unit with inputs x, weights w and bias b; theta is w, then b: a network of one layer and one unit.

    Parameters
    ----------
    kind : {"logistic", "perceptron", "adaline"}
        Logistic regression minimizes the mean cross-entropy, the perceptron the number of errors by Rosenblatt's
        rule, Adaline the sum of squared errors by the delta rule.
    n_x : int
    l2 : float
        The penalty `l2/2 Σ w²`.

    Notes
    -----
    Source: P "Perceptron", "Adaptive Linear Neurons", "Logistic Regression"; B "Logistic Regression".
    """

    kind: str
    n_x: int
    l2: float = 0.0

    def __post_init__(self):
        choose("neuron", self.kind, NEURONS)
        Architecture((self.n_x, 1), ("identity",), "squared")  # its sizes are validated there
        validate_number("l2", self.l2, "at least 0", lambda l2: l2 >= 0)
        if self.kind == "perceptron" and self.l2 > 0:
            raise OptionError("a perceptron counts errors: l2 has no place in its cost")

    @property
    def activation(self):
        """Of the output."""
        return NEURONS[self.kind][1]

    @property
    def loss(self):
        """What the labels must suit: `cross_entropy` takes 0 and 1."""
        return NEURONS[self.kind][2]

    @property
    def cost_is_mean(self):
        """Whether the cost is a mean over examples; otherwise a sum."""
        return NEURONS[self.kind][3]

    @property
    def n(self):
        """n[0] and n[1]."""
        return (self.n_x, 1)

    @property
    def parameter_count(self):
        """P: the length of theta."""
        return self.n_x + 1

    def step(self, impl, theta, X, Y, seed=0, weights=None):
        """Cost and gradient over m examples; see `network.training_step`."""
        theta, w, b = self._parameters(impl, theta, X)
        if weights is None:
            J, dw, db = getattr(impl, NEURONS[self.kind][0])(impl.unchecked(w), b, X, Y)
        else:
            J, dw, db = self._weighted(impl, theta, X, Y, weights)
        J, dw = self._penalized(impl, w, J, impl.asnumpy(dw).reshape(w.shape))
        return J, np.append(dw.ravel(), np.asarray(db, theta.dtype)), no_statistics(theta)

    def _weighted(self, impl, theta, X, Y, weights):
        """What the neuron's operation gives, with a weight for each example, from the operations of one layer."""
        Z, A = self.predict(impl, theta, X)
        loss = "absolute" if self.kind == "perceptron" else self.loss
        losses = example_losses(impl, Z, A, Y, loss, self.activation)
        # All three call A - Y the error: the perceptron's rule, Adaline's delta rule, and the slope of cross-entropy.
        error = impl.unchecked((impl.asnumpy(A) - impl.asnumpy(Y))[0] * weights)
        J, dw = impl.dot(impl.unchecked(weights), losses), impl.asnumpy(impl.matvec(X, error))
        db, m = impl.dot(impl.unchecked(np.ones_like(weights)), error), len(weights) if self.cost_is_mean else 1
        return J / m, dw / m, db / m

    def without_penalty(self):
        """The same neuron, with a cost that is a sum, or a mean, over the examples alone."""
        return replace(self, l2=0.0)

    def penalized(self, impl, theta, J, gradient):
        """Cost and gradient of `without_penalty`, with the penalty."""
        J, dw = self._penalized(impl, theta[:-1].reshape(-1, 1), J, gradient[:-1].reshape(-1, 1))
        return J, np.append(dw.ravel(), gradient[-1])

    def as_model(self):
        """Itself."""
        return self

    dropped_units = 0
    normalizes = False

    def in_numbers(self, impl):
        """What `train_epochs` takes."""
        activations = (IDENTITY, ACTIVATIONS.index(self.activation))
        return model_in_numbers(impl, self.kind, self.n, activations, LOSSES.index(self.loss), l2=self.l2)

    def predict(self, impl, theta, X, statistics=None):
        """Z and A = g(wᵀX + b), both native (1, m)."""
        theta, w, b = self._parameters(impl, theta, X)
        b = np.full((1, 1), b, theta.dtype)
        return impl.layer_forward(impl.unchecked(w.T), impl.unchecked(b), X, self.activation)

    def cost(self, impl, Z, A, Y):
        """The cost of a prediction, without the penalty: what `step` minimizes."""
        if self.kind == "perceptron":
            return impl.cost(Z, A, Y, "absolute", "step") * impl.shape(Y)[1]
        J = impl.cost(Z, A, Y, self.loss, self.activation)
        return J if self.cost_is_mean else J * impl.shape(Y)[1]

    def _penalized(self, impl, w, J, dw):
        if self.l2 == 0:
            return J, dw
        W, dW = impl.unchecked(w.T), impl.unchecked(dw.T)
        return J + impl.l2_cost(W, self.l2), impl.asnumpy(impl.l2_gradient(dW, W, self.l2)).reshape(dw.shape)

    def _parameters(self, impl, theta, X):
        impl.require_native(X=X)
        theta = native_theta(theta, self.n_x + 1, "for w and b, because n_x is", self.n_x)
        if impl.shape(X)[0] != self.n_x:
            raise ShapeError(f"X is {impl.shape(X)}; expected (n_x, m) = ({self.n_x}, m)")
        if theta.dtype.type is not impl.dtype(X):
            raise DTypeError(f"X is {impl.dtype(X).__name__}, but theta is {theta.dtype.name}; they must be the same")
        return theta, theta[:-1].reshape(-1, 1), theta[-1]


@dataclass(frozen=True)
class Network:
    """An `Architecture` as a model."""

    architecture: Architecture
    cost_is_mean = True

    @property
    def activation(self):
        """Of the output."""
        return self.architecture.g(self.architecture.L)

    @property
    def loss(self):
        """The loss that is minimized."""
        return self.architecture.loss

    @property
    def n(self):
        """n[0] … n[L]."""
        return self.architecture.n

    @property
    def parameter_count(self):
        """P: the length of theta."""
        return self.architecture.parameter_count

    def step(self, impl, theta, X, Y, seed=0, weights=None):
        """Cost, gradient and statistics over m examples; see `network.training_step`."""
        return training_step(impl, self.architecture, theta, X, Y, seed, weights)

    def without_penalty(self):
        """The same network, with a cost that is a mean over the examples alone."""
        return Network(replace(self.architecture, l2=0.0))

    def penalized(self, impl, theta, J, gradient):
        """Cost and gradient of `without_penalty`, with the penalty."""
        return penalized(impl, self.architecture, theta, J, gradient)

    def as_model(self):
        """Itself."""
        return self

    @property
    def normalizes(self):
        """Whether a layer is normalized over the batch."""
        return any(self.architecture.normalizes(l) for l in range(1, self.architecture.L + 1))

    @property
    def dropped_units(self):
        """Units that dropout may drop."""
        return sum(self.n[1:-1]) if self.architecture.keep_prob < 1 else 0

    def masks(self, m, dtype, seed):
        """D[l] for a batch of m examples; see `network.masks`."""
        return masks(self.architecture, m, dtype, seed)

    def in_numbers(self, impl):
        """What `train_epochs` takes."""
        n, activations, loss = self.architecture.as_numbers
        regularization = {name: getattr(self.architecture, name) for name in ("l2", "keep_prob", "batch_norm")}
        return model_in_numbers(impl, "network", n, (IDENTITY, *activations), loss, **regularization)

    def predict(self, impl, theta, X, statistics=None):
        """Z[L] and A[L], native; see `network.predict`."""
        return predict(impl, self.architecture, theta, X, statistics)

    def cost(self, impl, Z, A, Y):
        """The cost of a prediction, without the penalty."""
        return impl.cost(Z, A, Y, self.loss, self.activation)


def model_in_numbers(impl, kind, n, activations, loss, l2=0.0, keep_prob=1.0, batch_norm=False):
    """`interface.Model`; activations begin with one for the input, which has none, so that g[l] is layer l's."""
    sizes, activations = (impl.unchecked(np.array(numbers, np.intp)) for numbers in (n, activations))
    return Model(KINDS.index(kind), sizes, activations, loss, float(l2), float(keep_prob), batch_norm)


def as_model(model):
    """A model as it is, an `Architecture` as a `Network`."""
    return model.as_model()


def accuracy(model, A, Y):
    """The share of examples whose class is predicted right, or None where the labels are no classes.

    Parameters
    ----------
    model : Neuron or Network
    A, Y : array (n_y, m)
        One row: class 1 where A ≥ ½. More: the class of the largest.
    """
    if not set(np.unique(Y)) <= {0.0, 1.0}:
        return None
    known = np.isfinite(A).all(axis=0)  # what overflowed predicts nothing
    if len(Y) == 1:
        return float(np.mean(known & ((A >= 0.5) == (Y >= 0.5))))
    return float(np.mean(known & (A.argmax(axis=0) == Y.argmax(axis=0))))
