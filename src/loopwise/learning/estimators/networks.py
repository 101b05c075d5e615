"""The estimators that are an L-layer network."""

import numpy as np
from sklearn.base import RegressorMixin, is_regressor
from sklearn.utils.metaestimators import available_if

from ...errors import ArchitectureError
from ..architecture import Architecture
from ..models import Network
from ..parameters import initialize
from .classifiers import Probabilities, WeightedClassifier
from .estimator import SmoothEstimator, learns_by_epochs, stores_arguments


@stores_arguments
class NetworkEstimator(SmoothEstimator):
    """An L-layer network; the subclass says what its output is for."""

    layers: tuple = (32,)
    activation: str = "relu"
    loss: str = "cross_entropy"
    initialization: str = "he"
    keep_prob: float = 1.0
    batch_norm: bool = False
    batch_size: int | None = 32
    optimizer: str = "adam"

    def _begin(self, n_x, n_y, dtype):
        if isinstance(self.layers, str) or not np.iterable(self.layers):
            raise ArchitectureError(f"layers is {self.layers!r}; expected a sequence: the size of each hidden layer")
        sizes = (n_x, *self.layers, n_y)
        output = "identity" if is_regressor(self) else "sigmoid" if n_y == 1 else "softmax"
        activations = (*[self.activation] * (len(sizes) - 2), output)
        architecture = Architecture(sizes, activations, self.loss, self.l2, self.keep_prob, self.batch_norm)
        return Network(architecture), initialize(architecture, self.initialization, self._drawn_seed, dtype)


@stores_arguments
class NetworkClassifier(Probabilities, WeightedClassifier, NetworkEstimator):
    """An L-layer network with a sigmoid output for two classes, softmax for more.

    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: B "Deep N-layers Neural Network"; C 16; F Questions 4 (sigmoid or softmax).

    Examples
    --------
    >>> xor = NetworkClassifier(layers=(8,), activation="tanh", epochs=200)
    >>> xor.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]).predict([[0, 1], [1, 1]]).tolist()
    [1, 0]
    """

    class_weight: dict | str | None = None


@stores_arguments
class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """An L-layer network with a linear output, for one number or several; `loss` is "squared" or "absolute".

    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: F "Activation functions": a linear output for regression; B "Structured data": house prices.

    Examples
    --------
    >>> line = NetworkRegressor(layers=(), alpha=0.1, epochs=500).fit([[0], [1], [2]], [1, 3, 5])
    >>> line.predict([[3]]).round(2).tolist()
    [7.0]
    """

    loss: str = "squared"

    def fit(self, X, y, sample_weight=None):
        """Train; a `ConvergenceWarning` tells of divergence, an interruption, an end that was not reached.

        X : (m, n_x); float32 stays float32 (but for `python_loops`), other numbers become float64.
        y : (m,) numbers, or (m, n_y), several each. sample_weight : (m,), at least 0: 2 is the example twice.
        Returns self.
        """
        return self._learn(X, y, sample_weight)

    @available_if(learns_by_epochs)
    def partial_fit(self, X, y, sample_weight=None):
        """One epoch more on these examples. Returns self."""
        return self._learn(X, y, sample_weight, partial=True)

    def predict(self, X):
        """The output for each example, (m,) or (m, n_y): as y was given to `fit`."""
        _, A = self._outputs(X)
        return A[0] if self._one_number else A.T

    def _targets(self, y, known):
        self._one_number = y.ndim == 1
        return y.reshape(len(y), -1).T

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
