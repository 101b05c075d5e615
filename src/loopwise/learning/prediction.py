"""What a saved run predicts for new examples, and what of its data it must keep for that."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import datasets
from ..datasets import arrays, tables
from ..datasets.targets import names_of
from ..errors import DataFileError, OptionError
from .architecture import fitting
from .jobs import EXAMPLES_AT_ONCE, whole_implementation
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
    rmse : float or None
        Of regression the root of the mean squared error, in the target's unit, where the table says the target.
    """

    target: str
    classes: tuple
    labels: object
    probabilities: object
    right: float | None
    rmse: float | None

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
            "rmse": self.rmse,
        }


def kept_for_prediction(dataset):
    """What of the data a run must keep to predict, in JSON's terms; None where it was no file of one's own."""
    how = dataset.preparation
    if how is None:
        return None
    kept = {"target": how.target, "classes": list(how.classes), "target_scaling": dataset.target_scaling}
    if dataset.scaling is not None:
        kept |= dict(zip(("mean", "deviation"), (part.tolist() for part in dataset.scaling)))
    if isinstance(how, arrays.Preparation):
        return kept | {"example": list(how.example), "in_columns": how.in_columns}
    values = {name: list(values) for name, values in how.values.items()}
    return kept | {"columns": list(how.columns), "values": values, "target_is_text": how.target_is_text}


def predict_file(run, data, implementation=None):
    """Predict the target of each example in a file with a saved run.

    Parameters
    ----------
    run : str or Path
        What `loopwise train --data FILE --save FILE` has kept.
    data : str or Path
        A table with the columns that were learned from, others are passed over; or arrays, where arrays were learned
        from: X, or `test_set_x` of the course's files.
    implementation : str, optional
        That of the run by default.

    Returns
    -------
    Prediction

    Raises
    ------
    DataFileError
        One of the files cannot be read, or lacks a column or a value.
    OptionError
        The run was not trained on a file of one's own, or on one of the other kind.
    """
    state, saved = load_run(run)
    kept = saved.get("prediction")
    if kept is None:
        raise OptionError(
            f"{run} was trained on {saved['data']} and does not keep how to predict: only runs on files of your own do"
        )
    blocks, known = new_examples(kept, Path(data).expanduser(), run)
    A, activation = outputs_of(saved, state, blocks, implementation)
    if not np.isfinite(A).all():
        raise DataFileError(f"{run} predicts numbers that are not finite: its training has diverged")
    classes = tuple(kept["classes"])
    if not classes:
        mean, deviation = kept.get("target_scaling") or (0.0, 1.0)
        values = A[0] * deviation + mean
        error = None if known is None else float(np.sqrt(np.mean((values - known) ** 2)))
        return Prediction(kept["target"], (), values, None, None, error)
    index = (A[0] >= 0.5).astype(int) if len(A) == 1 else A.argmax(axis=0)
    shares = A if activation == "softmax" else np.concatenate([1 - A, A]) if activation == "sigmoid" else None
    right = None if known is None else float(np.mean(known == np.array(classes)[index]))
    return Prediction(kept["target"], classes, [classes[k] for k in index], shares, right, None)


def new_examples(kept, path, run):
    """Blocks of X, prepared as what was learned from; and the targets that a table has, None where it has none."""
    is_table = path.suffix.lower() in tables.SUFFIXES
    if is_table != ("columns" in kept):
        raise OptionError(f"{run} was trained on {'arrays' if is_table else 'a table'}; {path} is not of that kind")
    if is_table:
        how = tables.Preparation(
            tuple(kept["columns"]),
            {name: tuple(values) for name, values in kept["values"].items()},
            kept["target"],
            tuple(kept["classes"]),
            kept["target_is_text"],
        )
        is_text = [kept["target"]] * kept["target_is_text"] + list(kept["values"])
        frame = tables.read_table(path, is_text)
        return [scaled(how.rows(frame, path), kept)], known_targets(frame, how, path)
    rows = arrays.read_examples(path, tuple(kept["example"]), kept["in_columns"])
    parts = (rows[first : first + EXAMPLES_AT_ONCE] for first in range(0, len(rows), EXAMPLES_AT_ONCE))
    return (scaled(part, kept) for part in parts), None


def scaled(part, kept):
    """Examples in rows, or X of a table, as they were learned: standardized, or unrolled pictures."""
    if "mean" not in kept:
        return datasets.unroll(part)
    X = part if "columns" in kept else part.reshape(len(part), -1).T
    return (X - np.array(kept["mean"])[:, None]) / np.array(kept["deviation"])[:, None]


def known_targets(frame, how, path):
    """The targets that new rows have, as their classes are called, or as numbers; None where one is missing."""
    if how.target not in frame.columns or frame[how.target].isna().any():
        return None
    values = tables.values_of(frame[how.target], path)
    if how.classes:
        return names_of(values)
    return values if values.dtype.kind in "iufb" else None


def outputs_of(saved, state, blocks, implementation):
    """A[L] of a saved run, (n_y, m), and its activation."""
    impl, outputs = whole_implementation(implementation or saved["implementation"]), []
    for X in blocks:
        model = model_of(saved, len(X))
        with np.errstate(over="ignore", invalid="ignore"):
            _, A = model.predict(impl, state.theta, impl.asnative(X, "X"), state.statistics)
        outputs.append(impl.asnumpy(A))
    return np.concatenate(outputs, axis=1), model.activation


def model_of(saved, n_x):
    """The model that a run's settings describe."""
    if saved["model"] in NEURONS:
        return Neuron(saved["model"], n_x, saved["l2"])
    regularization = {name: saved[name] for name in ("l2", "keep_prob", "batch_norm")}
    shape = saved["layers"], saved["activation"], saved["loss"]
    return as_model(fitting(n_x, saved["layers"][-1], *shape, **regularization))
