"""The estimators: scikit-learn's own checks, examples worked by hand, what the lecture says, hyper-parameters."""

import doctest
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import joblib
import numpy as np
import pytest
from helpers.estimators import QUICK, problem
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from loopwise import Adaline, LogisticRegression, NetworkClassifier, NetworkRegressor, Perceptron, datasets, errors
from loopwise.learning.estimators import estimator as estimator_module
from loopwise.learning.estimators import networks, neurons
from loopwise.learning.training import HyperParameters

quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(params=list(QUICK))
def estimator(request):
    return clone(QUICK[request.param])


# === among scikit-learn's own tools ======================================================================


def test_examples_in_the_docstrings():
    results = [doctest.testmod(module) for module in (neurons, networks)]
    assert [(result.attempted, result.failed) for result in results] == [(5, 0), (4, 0)]


def test_pipeline_and_grid_search():
    data = datasets.load("breast_cancer")
    X, y = 50 + 10 * data.X.T, np.where(data.Y[0] == 1, "benign", "malignant")
    grid = {"logisticregression__alpha": [1e-6, 0.5], "logisticregression__batch_size": [None, 64]}
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression(epochs=20)), grid, cv=3)
    assert search.fit(X, y).best_params_["logisticregression__alpha"] == 0.5
    assert search.best_score_ > 0.95  # malignant for all would be 0.37, benign 0.63
    assert set(search.predict(X)) == {"benign", "malignant"}


@quiet
def test_clone_and_pickle(estimator):
    X, y = problem()
    fitted = estimator.fit(X, y)
    assert not hasattr(clone(fitted), "theta_")
    assert clone(fitted).get_params() == fitted.get_params()
    again = pickle.loads(pickle.dumps(fitted))
    assert again.theta_.tobytes() == fitted.theta_.tobytes()
    assert again.predict(X).tobytes() == fitted.predict(X).tobytes()


def test_a_search_in_two_processes_finds_what_one_finds():
    X, y = problem(m=60)
    grid = {"networkclassifier__alpha": [0.001, 0.1], "networkclassifier__layers": [(3,), (4, 2)]}
    network = NetworkClassifier(epochs=3, implementation="numba_tuned")
    searches = [GridSearchCV(make_pipeline(StandardScaler(), network), grid, cv=2, n_jobs=n).fit(X, y) for n in (1, 2)]
    assert searches[0].cv_results_["mean_test_score"].tolist() == searches[1].cv_results_["mean_test_score"].tolist()
    assert searches[0].best_params_ == searches[1].best_params_
    thetas = [search.best_estimator_[-1].theta_.tobytes() for search in searches]
    assert thetas[0] == thetas[1]
    scores = [cross_val_score(network, X, y, cv=2, n_jobs=n).tolist() for n in (1, 2)]
    assert scores[0] == scores[1]


@quiet
def test_several_threads_at_once(estimator, implementation):
    X, y = problem()
    estimator.set_params(implementation=implementation.name, epochs=3, batch_size=5)
    expected = clone(estimator).fit(X, y).theta_.tobytes()
    with ThreadPoolExecutor(4) as threads:
        fits = [threads.submit(clone(estimator).fit, X, y) for _ in range(8)]
        assert {fit.result(60).theta_.tobytes() for fit in fits} == {expected}


@quiet
def test_goes_on_from_a_file_that_is_mapped_to_memory(estimator, implementation, tmp_path):
    X, y = problem()
    estimator.set_params(implementation=implementation.name, epochs=2, batch_size=5).fit(X, y)
    joblib.dump(estimator, tmp_path / "estimator")
    mapped = joblib.load(tmp_path / "estimator", mmap_mode="r")
    assert mapped.predict(X).tolist() == estimator.predict(X).tolist()
    assert mapped.partial_fit(X, y).theta_.tobytes() == estimator.partial_fit(X, y).theta_.tobytes()


# === the same everywhere ==============================================================================


@quiet
def test_same_seed_same_bits(estimator, exact_implementation):
    X, y = problem(m=12)
    estimator.set_params(epochs=3, batch_size=5)
    estimator.set_params(**({"keep_prob": 0.5} if "keep_prob" in estimator.get_params() else {}))
    slide = clone(estimator).set_params(implementation="python_loops").fit(X, y)
    fitted = estimator.set_params(implementation=exact_implementation.name).fit(X, y)
    assert fitted.theta_.tobytes() == slide.theta_.tobytes()
    assert fitted.costs_.tolist() == slide.costs_.tolist()
    assert fitted.predict(X).tolist() == slide.predict(X).tolist()


@quiet
def test_another_seed_is_another_run(estimator):
    X, y = problem()
    one, two = (clone(estimator).set_params(seed=seed, batch_size=5).fit(X, y) for seed in (0, 1))
    assert one.theta_.tobytes() != two.theta_.tobytes()


@quiet
def test_float32_stays_float32(estimator):
    X, y = problem()
    half = estimator.fit(X.astype(np.float32), y)
    assert half.theta_.dtype == np.float32
    score = getattr(half, "decision_function", half.predict)
    assert score(X).dtype == np.float32
    assert half.score(X, y) == half.score(X.astype(np.float32), y)


@quiet
def test_python_loops_turn_float32_into_float64(estimator):
    X, y = problem(m=12)
    estimator.set_params(implementation="python_loops", epochs=2)
    half = clone(estimator).fit(X.astype(np.float32), y)
    assert half.theta_.tobytes() == clone(estimator).fit(X.astype(np.float32).astype(float), y).theta_.tobytes()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_x_is_handed_on_as_a_view(monkeypatch, dtype):
    X, y = problem()
    X = X.astype(dtype)
    seen = spy(monkeypatch)
    LogisticRegression(epochs=1).fit(X, y)
    X_seen, Y_seen, validation = seen[0]
    assert np.shares_memory(X_seen, X)
    assert (X_seen.shape, Y_seen.shape, Y_seen.dtype, validation) == ((3, 24), (1, 24), dtype, None)


def spy(monkeypatch):
    """The (X, Y, validation) of every call of `train` from now on."""
    seen, train = [], estimator_module.train

    def watched(impl, model, theta, X, Y, **options):
        seen.append((X, Y, options["validation"]))
        return train(impl, model, theta, X, Y, **options)

    monkeypatch.setattr(estimator_module, "train", watched)
    return seen


@quiet
@pytest.mark.parametrize("name", ["perceptron", "logistic", "classifier"])
def test_memory_order_changes_no_bit(name, exact_implementation):
    X, y = problem(m=9)
    spread = np.zeros((18, 6))[::-2, ::2]
    spread[:] = X
    estimator = clone(QUICK[name]).set_params(implementation=exact_implementation.name, epochs=3, batch_size=None)
    expected = clone(estimator).fit(X, y)
    for other in (np.asfortranarray(X), spread):
        assert clone(estimator).fit(other, y).theta_.tobytes() == expected.theta_.tobytes()
        assert expected.decision_function(other).tolist() == expected.decision_function(X).tolist()


# === hyper-parameters: all can be set, and each does something ========================================


def test_every_hyper_parameter_is_an_argument():
    names = {field.name for field in fields(HyperParameters)}
    for one in ("adaline", "logistic", "classifier", "regressor"):
        assert names | {"l2"} <= set(QUICK[one].get_params())
    network = {"layers", "activation", "loss", "initialization", "keep_prob", "batch_norm"}
    assert network <= set(QUICK["classifier"].get_params()) & set(QUICK["regressor"].get_params())
    rule = names - {"optimizer", "beta_1", "beta_2", "epsilon"}
    rule |= {"validation_fraction", "random_state", "warm_start", "verbose", "implementation"}
    assert set(QUICK["perceptron"].get_params()) == rule


NEURON = {"alpha": 0.01, "epochs": 2, "batch_size": None, "decay": 0.5, "seed": 0, "optimizer": "adam"}
NEURON |= {"beta_1": 0.5, "beta_2": 0.5, "epsilon": 0.1, "l2": 0.5}
NETWORK = NEURON | {"layers": (3, 2), "activation": "tanh", "initialization": "xavier", "keep_prob": 0.5}
NETWORK |= {"batch_norm": True, "seed": 1}
BASE = {"alpha": 0.005, "epochs": 4, "batch_size": 5, "optimizer": "descent", "seed": 3}
CHANGES = [(name, *change) for name in ("adaline", "logistic") for change in NEURON.items()]
CHANGES += [(name, *change) for name in ("classifier", "regressor") for change in NETWORK.items()]
CHANGES += [("classifier", "loss", "squared"), ("regressor", "loss", "absolute")]


@pytest.mark.parametrize(("name", "argument", "value"), CHANGES)
def test_every_hyper_parameter_does_something(name, argument, value):
    X, y = problem()
    base = clone(QUICK[name]).set_params(**BASE)
    if argument in ("beta_1", "beta_2", "epsilon"):
        base.set_params(optimizer="adam")
    changed = clone(base).set_params(**{argument: value}).fit(X, y)
    assert base.fit(X, y).theta_.tobytes() != changed.theta_.tobytes()


@pytest.mark.parametrize("name", ["adaline", "logistic", "classifier", "regressor"])
def test_patience_goes_back_to_the_best_epoch(name):
    X, y = problem(m=40, n_x=8)
    options = {"alpha": 0.02, "epochs": 400, "batch_size": 5, "validation_fraction": 0.4, "seed": 2}
    stopped = clone(QUICK[name]).set_params(patience=3, **options).fit(X, y)
    best = int(np.argmin(stopped.validation_costs_)) + 1
    assert (stopped.stopped_, stopped.n_iter_) == ("patience", best + 3)
    assert len(stopped.validation_costs_) == len(stopped.costs_) == best + 3
    direct = clone(stopped).set_params(epochs=best).fit(X, y)
    assert direct.stopped_ == "epochs"
    assert direct.theta_.tobytes() == stopped.theta_.tobytes()


@pytest.mark.parametrize("name", ["logistic", "regressor"])
def test_what_patience_watches_is_not_learned_from(name, monkeypatch):
    X, y = problem(m=40)
    y[:] = np.arange(40) < 8
    seen = spy(monkeypatch)
    for seed in range(3):
        clone(QUICK[name]).set_params(patience=1, validation_fraction=0.25, seed=seed).fit(X, y)
    for X_seen, Y_seen, (X_watched, Y_watched) in seen:
        assert (X_seen.shape, Y_seen.shape, X_watched.shape, Y_watched.shape) == ((3, 30), (1, 30), (3, 10), (1, 10))
        examples = np.hstack([np.vstack([X_seen, Y_seen]), np.vstack([X_watched, Y_watched])])
        assert sorted(map(tuple, examples.T)) == sorted(map(tuple, np.column_stack([X, y])))  # each with its own y
    watched = {X_watched.tobytes() for _, _, (X_watched, _) in seen}
    assert len(watched) == 3  # the seed draws them
    if name == "logistic":  # with the same share of each class
        assert [Y_watched.sum() for _, _, (_, Y_watched) in seen] == [2, 2, 2]


def test_without_patience_every_example_is_learned_from():
    X, y = problem()
    one, two = (LogisticRegression(epochs=5, validation_fraction=share).fit(X, y) for share in (0.1, 0.5))
    assert one.theta_.tobytes() == two.theta_.tobytes()
    assert one.validation_costs_.size == 0


def test_batch_normalization_predicts_with_what_training_saw():
    X, y = problem()
    network = NetworkClassifier(layers=(4,), batch_norm=True, epochs=5).fit(X, y)
    assert network.statistics_.shape == (8,)
    whole = network.decision_function(X)
    assert np.abs(network.decision_function(X[:1]) - whole[:1]).max() < 1e-12  # one example alone has no variance


def test_interrupted_training_keeps_what_it_learned(monkeypatch):
    def interrupted(*arguments, **options):
        def stop(state):
            if state.epoch == 3:
                raise KeyboardInterrupt

        return train(*arguments, on_epoch=stop, **options)

    train = estimator_module.train
    monkeypatch.setattr(estimator_module, "train", interrupted)
    X, y = problem()
    with pytest.warns(ConvergenceWarning, match="interrupted after 3 of 150 epochs"):
        logistic = clone(QUICK["logistic"]).fit(X, y)
    assert (logistic.stopped_, logistic.n_iter_) == ("interrupted", 3)
    assert logistic.predict(X).shape == (24,)


# === what makes no sense ==============================================================================

WRONG = {
    "alpha": (LogisticRegression(alpha=-1), "alpha is -1; expected a positive"),
    "epochs": (Perceptron(epochs=0), "epochs is 0; expected a positive whole number"),
    "batch": (Adaline(batch_size=0.5), "batch_size is 0.5"),
    "seed": (NetworkClassifier(seed=None), "seed is None; expected a whole number, at least 0"),
    "optimizer": (NetworkClassifier(optimizer="adm"), "unknown optimizer 'adm'; did you mean 'adam'?"),
    "implementation": (Adaline(implementation="numba_loop"), "did you mean 'numba_loops'?"),
    "layers": (NetworkClassifier(layers=3), "layers is 3; expected a sequence: the size of each hidden layer"),
    "a name for layers": (NetworkClassifier(layers="32"), "layers is '32'; expected a sequence"),
    "a layer": (NetworkClassifier(layers=(3, 0)), "n[2] is 0; expected a positive whole number"),
    "loss": (NetworkRegressor(loss="cross_entropy"), "loss 'cross_entropy' needs a sigmoid or softmax output"),
    "l2": (Adaline(l2=-1), "l2 is -1; expected at least 0"),
    "share": (Perceptron(patience=1, validation_fraction=1), "validation_fraction is 1; expected 0 < validation"),
}


@pytest.mark.parametrize("case", WRONG)
def test_one_line_for_arguments_that_make_no_sense(case):
    wrong, message = WRONG[case]
    X, y = problem()
    with pytest.raises(errors.LoopwiseError, match=re.escape(message)) as caught:
        clone(wrong).fit(X, y)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["perceptron", "adaline"])
def test_one_neuron_has_two_classes(name):
    with pytest.raises(errors.LabelError, match=r"Only binary .* The type of the target is multiclass\.$"):
        clone(QUICK[name]).fit([[1], [2], [3]], ["a", "b", "c"])


@pytest.mark.parametrize("name", ["perceptron", "adaline", "logistic", "classifier"])
def test_one_class_is_no_problem_to_learn(name):
    with pytest.raises(errors.LabelError, match="y holds one class, cat; a classifier needs at least two"):
        clone(QUICK[name]).fit([[1], [2], [3]], ["cat"] * 3)
