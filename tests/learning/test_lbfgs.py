"""L-BFGS: an optimum is an optimum, scikit-learn's too."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import ThreadpoolController

from loopwise import Architecture, Neuron, datasets, errors, get_implementation
from loopwise.learning.lbfgs import minimize
from loopwise.learning.models import as_model

DATA = {"two classes": load_breast_cancer, "three classes": load_wine}
L2 = 0.05


def problem(name, m=None):
    """A model, X, Y and y: standardized, with a penalty."""
    X, y = DATA[name](return_X_y=True)
    X, y = StandardScaler().fit_transform(X)[:m], y[:m]
    Y = datasets.one_hot(y, len(np.unique(y)))
    n_x = X.shape[1]
    model = Neuron("logistic", n_x, L2) if len(Y) == 1 else Architecture((n_x, len(Y)), ("softmax",), l2=L2)
    return as_model(model), X, Y, y


def minimized(impl, model, X, Y, **options):
    theta = np.zeros(model.parameter_count, X.dtype)
    return minimize(impl, model, theta, impl.asnative(X.T), impl.asnative(Y), **{"epochs": 500} | options)


@pytest.mark.parametrize("name", DATA)
def test_the_same_optimum_as_scikit_learns(implementation, name):
    # The cost is strongly convex in W, by l2 at least, so ‖W − W*‖ ≤ ‖slope‖ / l2: of both, the distance between them.
    model, X, Y, y = problem(name, m=60 if implementation.family == "python" else None)
    if len(np.unique(y)) < max(2, len(Y)):
        model, X, Y, y = problem(name)
    state = minimized(implementation, model, X, Y, tol=1e-10)
    peer = LogisticRegression(C=1 / (L2 * len(y)), tol=1e-10, max_iter=1000).fit(X, y)
    theirs = np.append(peer.coef_.ravel(), peer.intercept_)
    exact = get_implementation("numba_loops")
    slopes = [model.step(exact, theta, exact.asnative(X.T), exact.asnative(Y))[1] for theta in (state.theta, theirs)]
    bound = sum(map(np.linalg.norm, slopes)) / L2
    assert bound < 1e-6
    assert abs(state.theta - theirs)[: -len(Y)].max() <= bound
    assert state.stopped in ("converged", "stalled")  # 1e-10 may be below what rounding leaves of the slope


def test_weights_count(impl):
    model, X, Y, _ = problem("two classes")
    counts = np.arange(len(X)) % 4
    weighted = minimized(impl, model, X, Y, weights=counts, tol=1e-10)
    repeated = minimized(impl, model, np.repeat(X, counts, axis=0), np.repeat(Y, counts, axis=1), tol=1e-10)
    assert abs(weighted.theta - repeated.theta).max() < 1e-6
    assert abs(weighted.theta - minimized(impl, model, X, Y, tol=1e-10).theta).max() > 1e-3


def test_iterations_are_counted_and_their_costs_fall(impl):
    model, X, Y, _ = problem("two classes")
    seen = []
    state = minimized(impl, model, X, Y, epochs=5, on_progress=seen.append)
    assert (state.stopped, state.epoch, state.step, len(state.costs)) == ("epochs", 5, 5, 5)
    assert [one.epoch for one in seen] == [1, 2, 3, 4, 5]
    assert (np.diff([np.log(2), *state.costs]) < 0).all()
    further = minimize(impl, model, None, X.T, Y, epochs=3, state=state)
    assert (further.epoch, len(further.costs), further.stopped) == (8, 3, "epochs")
    assert further.costs[0] < state.costs[-1]


def test_ends_at_once_where_the_slope_is_small(impl):
    model, X, Y, _ = problem("two classes")
    state = minimized(impl, model, X, Y, tol=1e-6)
    again = minimize(impl, model, state.theta, X.T, Y, epochs=10, tol=1e-6)
    assert (again.epoch, again.stopped, again.theta.tobytes()) == (0, "converged", state.theta.tobytes())


def test_ctrl_c_keeps_what_was_found(impl):
    def stop(state):
        if state.epoch == 3:
            raise KeyboardInterrupt

    model, X, Y, _ = problem("two classes")
    state = minimized(impl, model, X, Y, on_progress=stop)
    assert (state.stopped, state.epoch) == ("interrupted", 3)
    assert state.theta.tobytes() == minimized(impl, model, X, Y, epochs=3).theta.tobytes()


def test_float32_stays_float32(impl):
    model, X, Y, _ = problem("two classes")
    single = minimized(impl, model, X.astype(np.float32), Y.astype(np.float32), tol=1e-4)
    assert single.theta.dtype == np.float32
    assert abs(single.costs[-1] - minimized(impl, model, X, Y).costs[-1]) < 1e-4


@pytest.mark.parametrize("options", [{"keep_prob": 0.5}, {"batch_norm": True}])
def test_a_cost_that_changes_each_time_is_refused(impl, options):
    model = as_model(Architecture((2, 3, 1), ("relu", "sigmoid"), **options))
    with pytest.raises(errors.OptionError, match="lbfgs needs a cost that is the same each time: no dropout and no b"):
        minimized(impl, model, np.eye(4, 2), np.array([[0, 1, 0, 1]]))


def threads_of(library):
    return [pool["num_threads"] for pool in ThreadpoolController().info() if f"{library}.libs" in pool["filepath"]]


def test_scipys_own_blas_runs_on_one_thread_meanwhile_and_numpys_on_all(impl):
    def look(state):
        seen.append((threads_of("scipy"), threads_of("numpy")))

    seen, (model, X, Y, _) = [], problem("two classes")
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = threads_of("scipy"), threads_of("numpy")
        minimized(impl, model, X, Y, epochs=1, on_progress=look)
        assert (threads_of("scipy"), threads_of("numpy")) == before
    assert seen == [([1] * len(before[0]), before[1])]


def test_a_gradient_that_leads_nowhere_is_no_optimum(impl, monkeypatch):
    model, X, Y, _ = problem("two classes")
    step = type(model).step

    def uphill(self, *given):
        J, gradient, statistics = step(self, *given)
        return J, -gradient, statistics

    monkeypatch.setattr(type(model), "step", uphill)
    assert minimized(impl, model, X, Y).stopped == "stalled"


def test_a_cost_that_is_not_finite_is_told(impl):
    model, X, Y, _ = problem("two classes")
    theta = np.full(model.parameter_count, 1e200)
    state = minimize(impl, model, theta, 1e200 * X.T, Y, epochs=5)
    assert (state.stopped, state.theta.tobytes()) == ("diverged", theta.tobytes())


def test_labels_and_arrays_are_looked_at(impl):
    model, X, Y, _ = problem("two classes")
    with pytest.raises(errors.LabelError):
        minimized(impl, model, X, Y + 2)
    with pytest.raises(errors.LoopwiseError):
        minimize(impl, model, np.zeros(model.parameter_count), X.T.tolist(), Y, epochs=5)
