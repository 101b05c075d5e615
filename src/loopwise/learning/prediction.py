"""What a saved run predicts for new rows of a table, and what of its data it must keep for that."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..datasets import tables
from ..errors import DataFileError, OptionError
from .architecture import fitting
from .jobs import whole_implementation
from .models import NEURONS, Neuron, as_model
from .settings import load_run


@dataclass(frozen=True)
class Prediction:
    """What is predicted for each row.

    Attributes
    ----------
    target : str
    classes : tuple of str
        Empty for regression.
    labels : list of str, or array (m,)
        The class of each row; of regression the number.
    probabilities : array (classes, m) or None
        None where the output is none: of regression, the perceptron and Adaline.
    right : float or None
        The share of rows whose class is the one that the table says; None where it does not.
    """

    target: str
    classes: tuple
    labels: object
    probabilities: object
    right: float | None

    @property
    def header(self):
        """The names of a row's values."""
        return [self.target, *(f"probability of {name}" for name in self.classes if self.probabilities is not None)]

    def rows(self):
        """The values of each row."""
        for i, label in enumerate(self.labels):
            shares = [] if self.probabilities is None else self.probabilities[:, i].tolist()
            yield [label if self.classes else float(label), *shares]

    def as_dict(self):
        """In JSON's terms: the schema in docs/commands.md."""
        shares = self.probabilities
        return {
            "target": self.target,
            "classes": list(self.classes),
            "labels": [row[0] for row in self.rows()],
            "probabilities": None if shares is None else shares.T.tolist(),
            "accuracy": self.right,
        }


def kept_for_prediction(dataset):
    """What of the data a run must keep to predict, in JSON's terms; None where it was no table of one's own."""
    how = dataset.preparation
    if how is None:
        return None
    mean, deviation = (part.tolist() for part in dataset.scaling)
    return {
        "columns": list(how.columns),
        "values": {name: list(values) for name, values in how.values.items()},
        "target": how.target,
        "classes": list(how.classes),
        "mean": mean,
        "deviation": deviation,
    }


def predict_table(run, data, implementation=None):
    """Predict the target of each row of a table with a saved run.

    Parameters
    ----------
    run : str or Path
        What `loopwise train --data TABLE --save FILE` has kept.
    data : str or Path
        A table with the columns that were learned from; others are passed over.
    implementation : str, optional
        That of the run by default.

    Returns
    -------
    Prediction

    Raises
    ------
    DataFileError
        One of the files cannot be read, or the table lacks a column or a value.
    OptionError
        The run was not trained on a table.
    """
    state, saved = load_run(run)
    kept = saved.get("prediction")
    if kept is None:
        raise OptionError(f"{run} was trained on {saved['data']}; only runs on tables of your own keep how to predict")
    values = {name: tuple(values) for name, values in kept["values"].items()}
    how = tables.Preparation(tuple(kept["columns"]), values, kept["target"], tuple(kept["classes"]))
    path = Path(data).expanduser()
    frame = tables.read_table(path)
    X = (how.rows(frame, path) - np.array(kept["mean"])[:, None]) / np.array(kept["deviation"])[:, None]
    A, activation = outputs_of(saved, state, X, implementation)
    if not np.isfinite(A).all():
        raise DataFileError(f"{run} predicts numbers that are not finite: its training has diverged")
    if not how.classes:
        return Prediction(how.target, (), A[0], None, None)
    index = (A[0] >= 0.5).astype(int) if len(A) == 1 else A.argmax(axis=0)
    shares = A if activation == "softmax" else np.concatenate([1 - A, A]) if activation == "sigmoid" else None
    right = None
    if how.target in frame.columns and not frame[how.target].isna().any():
        right = float(np.mean(tables.class_names(frame[how.target], path) == np.array(how.classes)[index]))
    return Prediction(how.target, how.classes, [how.classes[k] for k in index], shares, right)


def outputs_of(saved, state, X, implementation):
    """A[L] of a saved run, (n_y, m), and its activation."""
    impl, model = whole_implementation(implementation or saved["implementation"]), model_of(saved, len(X))
    with np.errstate(over="ignore", invalid="ignore"):
        _, A = model.predict(impl, state.theta, impl.asnative(X, "X"), state.statistics)
    return impl.asnumpy(A), model.activation


def model_of(saved, n_x):
    """The model that a run's settings describe."""
    if saved["model"] in NEURONS:
        return Neuron(saved["model"], n_x, saved["l2"])
    regularization = {name: saved[name] for name in ("l2", "keep_prob", "batch_norm")}
    shape = saved["layers"], saved["activation"], saved["loss"]
    return as_model(fitting(n_x, saved["layers"][-1], *shape, **regularization))
