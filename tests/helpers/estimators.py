"""Estimators that several test modules look at."""

from loopwise import Adaline, LogisticRegression, NetworkClassifier, NetworkRegressor, Perceptron

# Small and quick, yet each learns scikit-learn's blobs: standardized, two or three classes, 200 or 300 examples.
QUICK = {
    "perceptron": Perceptron(epochs=10),
    "adaline": Adaline(alpha=0.0001, epochs=400),
    "logistic": LogisticRegression(alpha=0.5, epochs=150),
    "classifier": NetworkClassifier(layers=(4,), alpha=0.05, epochs=10),
    "regressor": NetworkRegressor(layers=(4,), alpha=0.05, epochs=20),
}
