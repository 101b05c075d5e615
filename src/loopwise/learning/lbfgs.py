"""L-BFGS: SciPy's, on our cost and gradient over all examples, for an optimum that is one.

Descent comes close to it; this follows the curvature that the last steps have shown, and ends where the slope is 0.
Source: R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, "A limited memory algorithm for bound constrained optimization" (1995).
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import scipy
from scipy import optimize
from threadpoolctl import ThreadpoolController

from ..errors import OptionError
from .block_runs import BlockRun, held, in_blocks
from .labels import validate_labels
from .models import as_model
from .state import State
from .steps import Run
from .training import HyperParameters, finite_theta
from .weights import weights_of

TOL = 1e-6  # of the slope, where none is given
PAIRS = 10  # steps that are remembered
ITERATIONS_USED_UP = 1  # SciPy's status
MOST_IN_A_LINE = 50  # costs looked at along one direction


def minimize(  # noqa: PLR0913  (named, all but five)
    impl,
    model,
    theta,
    X,
    Y=None,
    *,
    epochs,
    tol=None,
    weights=None,
    on_progress=None,
    state=None,
    scheduler=None,
    workers=None,
    sums=None,
    group=None,
):
    """Train a model to where its cost is least.

    Parameters
    ----------
    impl, model, theta, X, Y, weights, on_progress, state, scheduler, workers, sums, group
        As `train` takes them; of a state only its parameters are taken, for L-BFGS begins to look around anew.
    epochs : int
        Iterations at most; each looks at all examples once or more.
    tol : float, optional
        Ends where no part of the gradient is larger.

    Returns
    -------
    State
        `stopped == "converged"` where the slope is that small; "stalled" where it is not, and the cost falls no further
        along it: its rounding is larger, or the gradient is wrong; "epochs" after as many iterations; "diverged" where
        a cost is not finite. `costs` has one for each iteration.

    Raises
    ------
    ShapeError, DTypeError, LabelError, OptionError
    """
    model = as_model(model)
    if model.normalizes or model.dropped_units:
        raise OptionError("lbfgs needs a cost that is the same each time: no dropout and no batch normalization")
    hyper = HyperParameters(alpha=1.0, epochs=epochs, tol=TOL if tol is None else tol)
    if in_blocks(X, scheduler, workers, sums, group):
        with held(X, Y, scheduler, workers, sums, group) as over:
            run = BlockRun(impl, model, over, None, None, hyper, weights)
            run.validate_labels()
            return minimized(run, theta, state, on_progress)
    impl.require_native(X=X, Y=Y)
    validate_labels(impl.asnumpy(Y), model.loss, model.activation)
    if weights is not None:
        weights = weights_of(model, weights, impl.shape(X)[1])
    return minimized(Run(impl, model, X, Y, None, hyper, weights), theta, state, on_progress)


def minimized(run, theta, state, on_progress):
    """Where a run's cost is least."""
    impl, model, hyper, epochs = run.impl, run.model, run.hyper, run.hyper.epochs
    counted = {} if state is None else {"epoch": state.epoch, "step": state.step}
    theta = finite_theta(theta if state is None else state.theta, model)
    state = State(theta, np.zeros(0, theta.dtype), optimizer="lbfgs", **counted)

    def cost_and_gradient(flat):
        J, gradient, _ = run.gradient(impl, flat.astype(theta.dtype), run.X, run.Y, [0], None)
        return float(J), gradient.astype(np.float64)

    def note(intermediate_result):
        nonlocal state
        state = after_iteration(state, intermediate_result)
        if on_progress is not None:
            on_progress(state)

    options = {"maxiter": epochs, "maxfun": MOST_IN_A_LINE * epochs, "maxls": MOST_IN_A_LINE, "maxcor": PAIRS}
    options |= {"gtol": hyper.tol, "ftol": 0.0}
    try:
        with np.errstate(over="ignore", invalid="ignore"), one_thread():
            found = optimize.minimize(
                cost_and_gradient, theta.astype(np.float64), jac=True, method="L-BFGS-B", callback=note, options=options
            )
    except KeyboardInterrupt:
        return replace(state, stopped="interrupted")
    return replace(state, stopped=why(found, hyper.tol))


def why(found, tol):
    """Why SciPy has ended, as `State.stopped` says it."""
    if not np.isfinite(found.fun):
        return "diverged"
    if np.abs(found.jac).max() <= tol:
        return "converged"
    return "epochs" if found.status == ITERATIONS_USED_UP else "stalled"


@cache
def scipys_blas():
    """The BLAS that comes with SciPy alone, apart from NumPy's: nothing where both use the same."""
    libraries = ThreadpoolController()
    package = Path(scipy.__file__).parent
    own = package.parent / "scipy.libs", package / ".dylibs"  # the latter on macOS
    files = [pool["filepath"] for pool in libraries.info() if Path(pool["filepath"]).parent in own]
    return libraries.select(filepath=files)


def one_thread():
    """A block in which SciPy's own BLAS runs on one thread.

    L-BFGS's products are of short vectors: several threads only wait for each other there, ten times as long.
    """
    return scipys_blas().limit(limits=1)


def after_iteration(state, found):
    """The state with what SciPy has found by now."""
    theta, costs = found.x.astype(state.theta.dtype), (*state.costs, float(found.fun))
    return replace(state, theta=theta, costs=costs, epoch=state.epoch + 1, step=state.step + 1)
