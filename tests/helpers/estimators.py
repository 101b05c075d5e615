"""Estimators that several test modules look at."""

import numpy as np

from loopwise import Adaline, LogisticRegression, NetworkClassifier, NetworkRegressor, Perceptron, datasets

# Small and quick, yet each learns scikit-learn's blobs: standardized, two or three classes, 200 or 300 examples.
QUICK = {
    "perceptron": Perceptron(epochs=10),
    "adaline": Adaline(alpha=0.0001, epochs=400),
    "logistic": LogisticRegression(alpha=0.5, epochs=150),
    "classifier": NetworkClassifier(layers=(4,), alpha=0.05, epochs=10),
    "regressor": NetworkRegressor(layers=(4,), alpha=0.05, epochs=20),
}


def problem(m=24, n_x=3, seed=1):
    """Two overlapping classes."""
    data = datasets.load("synthetic", examples=m, features=n_x, seed=seed)
    return np.ascontiguousarray(data.X.T), data.Y[0]


def with_a_1(X):
    """X with a 1 for the bias."""
    return np.column_stack([X, np.ones(len(X))])
