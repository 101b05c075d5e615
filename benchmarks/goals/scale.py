"""What it costs to share examples among workers: a step's overhead, efficiency, reproducible sums, peers, a forecast.

All rows are on this machine: two processes or more, each with one thread. Agreement first: what is timed has the bits,
or the optimum, of one machine.
"""

import argparse
import os
import signal
import statistics
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
from common import print_machine
from rich.console import Console
from rich.table import Table

import loopwise
from loopwise.learning.lbfgs import minimize
from loopwise.learning.models import Neuron
from loopwise.learning.parameters import initialize
from loopwise.machine.load import Load
from loopwise.measure.scale import forecast, overhead
from loopwise.scale import blocks_of, workers_of
from loopwise.scale.gradient import step
from loopwise.scale.sums import SUMS, sums_over
from loopwise.scale.threads import Threads

IMPL = "numba_tuned"
SMALL = loopwise.Architecture((20, 8, 3), ("tanh", "softmax"))
BLOCKS = (1, 2, 3, 8, 64)
ROUNDS, STARTING = 3, 6.0  # of both; seconds until two processes have started and drawn their data


def drawn(n_x, m, n_y=1, seed=0):
    """X, with each example in one piece, and Y."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((m, n_x)).T
    labels = rng.integers(max(2, n_y), size=m)
    return X, labels[None].astype(float) if n_y == 1 else np.eye(n_y)[:, labels]


def timed(act, budget):
    """The median of the seconds that a call takes."""
    act(), act()
    seconds, end = [], time.perf_counter() + budget
    while time.perf_counter() < end or len(seconds) < 5:
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def in_turns(acts, budget):
    """The median ratio of the first to each of the others, from paired rounds, and its quartiles."""
    for act in acts:
        act(), act()
    rounds, end = [], time.perf_counter() + budget
    while time.perf_counter() < end or len(rounds) < 7:
        rounds.append([timed_once(act) for act in acts])
    rounds = np.array(rounds)
    return np.median(rounds, axis=0), np.quantile(rounds[:, 0] / rounds[:, 1], (0.25, 0.5, 0.75))


def timed_once(act):
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


# === a step's overhead, and efficiency ================================================================


def steps(given, add):
    """2 workers and 8 blocks: of almost nothing, and of 20 ms each."""
    impl, model = loopwise.get_implementation(IMPL), Neuron("logistic", 30)
    with workers_of(workers=2) as workers:
        X, Y = drawn(30, 800)
        with sums_over(workers, blocks_of(X, Y, 100)) as over:
            act = agreed(over, impl, model, X, Y, 100)
            wall = timed(act, given.budget)
            add("a step, 2 workers × 8 blocks of 100 × 30", f"{1e3 * wall:.2f} ms", wall <= 5e-3, "≤ 5 ms")
        model = Neuron("logistic", 784)
        size = examples_for(impl, model, np.zeros(785), 0.020)
        X, Y = drawn(784, 8 * size)
        with sums_over(workers, blocks_of(X, Y, size)) as over:
            act = agreed(over, impl, model, X, Y, size)
            rounds = []
            for _ in range(ROUNDS):  # in turns: both are measured in the same state of the machine
                ideal, wall = two_processes(size, given.budget / ROUNDS), timed(act, given.budget / ROUNDS)
                rounds.append((ideal / wall, ideal, wall))
    ratio, ideal, wall = np.median(rounds, axis=0)
    said = f"{1e3 * wall:.1f} ms a step; two processes without Dask, 4 blocks each: {1e3 * ideal:.1f} ms: {ratio:.3f}"
    add("2 workers × 8 blocks of 20 ms", said, ratio >= 0.9, "≥ 0.9 of two processes")


def agreed(over, impl, model, X, Y, size):
    """A step over blocks, once it has the bits of one process."""
    theta = np.zeros(model.parameter_count)
    with sums_over(Threads(1), blocks_of(X, Y, size)) as alone:
        if told(step(impl, model, theta, over)) != told(step(impl, model, theta, alone)):
            raise SystemExit("workers disagree with one process")
    return partial(step, impl, model, theta, over)


def two_processes(size, budget):
    """Seconds for 4 blocks in each of two processes at once, which know nothing of each other: the slower one's."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return max(pool.map(half, [size] * 2, [budget] * 2, [time.time() + STARTING] * 2))


def half(size, budget, begin):
    """The median seconds of a step over 4 blocks, from a time on that both processes know."""
    impl, model = loopwise.get_implementation(IMPL), Neuron("logistic", 784)
    X, Y = drawn(784, 4 * size)
    with sums_over(Threads(1), blocks_of(X, Y, size)) as over:
        act = partial(step, impl, model, np.zeros(785), over)
        act()
        time.sleep(max(0.0, begin - time.time()))
        return timed(act, budget)


def examples_for(impl, model, theta, seconds):
    """How many examples take one thread about so long."""
    X, Y = drawn(model.n_x, 20_000)
    with sums_over(Threads(1), blocks_of(X, Y, 20_000)) as over:
        return int(20_000 * seconds / timed(partial(step, impl, model, theta, over), 0.5))


# === bits ===========================================================================================


def bits(given, add):
    """Costs and gradients by 1, 2 and 4 workers, over 1 to 64 blocks, before and after a worker was killed."""
    m, impls = 2000, ("python_loops", "numba_loops", "numba_parallel", "numpy_vectorized", IMPL)
    models = {"logistic": (Neuron("logistic", 20, 0.1), 1), "network": (SMALL.as_model(), 3)}
    cases = [(name, impl, sums, blocks) for name in models for impl in impls for sums in SUMS for blocks in BLOCKS]
    found = {case: set() for case in cases}
    for count in (1, 2, 4):
        with workers_of(workers=count) as workers:
            for name, impl, sums, blocks in cases:
                model, n_y = models[name]
                X, Y = drawn(20, m, n_y)
                theta = initialize(SMALL, "he", 0) if n_y > 1 else np.linspace(-1, 1, 21)
                group = 32 if sums == "reproducible" else None
                with sums_over(workers, blocks_of(X, Y, -(-m // blocks)), sums, group) as over:
                    act = partial(step, loopwise.get_implementation(impl), model, theta, over)
                    found[name, impl, sums, blocks].add(told(act()))
                    if blocks == 8 and impl == IMPL:
                        killed = next(iter(workers.client.cluster.workers.values()))
                        os.kill(killed.pid, signal.SIGKILL)
                        found[name, impl, sums, blocks] |= {told(act()) for _ in range(5)}
    worst = max(map(len, found.values()))
    add(f"bits of {len(cases)} sums, each by 1, 2 and 4 workers; 12 were killed", f"{worst} of each", worst == 1, "1")
    any_blocks = {case[:2]: set() for case in cases}
    for (name, impl, sums, _), of_case in found.items():
        if sums == "reproducible":
            any_blocks[name, impl] |= of_case
    worst = max(map(len, any_blocks.values()))
    add(f"of {len(any_blocks)} reproducible ones over {BLOCKS} blocks", f"{worst} of each", worst == 1, "1")


def told(found):
    """Cost and gradient to the bit."""
    J, gradient = found
    return J, gradient.tobytes()


# === reproducible sums ================================================================================

NETWORK = loopwise.Architecture((784, 256, 128, 10), ("relu", "relu", "softmax"))
COSTS = {
    "logistic 100 × 400 000": (Neuron("logistic", 100), 400_000, 1, 1.5),
    "logistic 784 × 50 000": (Neuron("logistic", 784), 50_000, 1, 1.5),
    "784-256-128-10 × 8192": (NETWORK.as_model(), 8192, 10, 1.1),
}


def reproducible(given, add):
    """Exact sums of groups beside plain sums of blocks, on one thread; 8 blocks each."""
    for what, (model, m, n_y, goal) in COSTS.items():
        X, Y = drawn(model.n[0], m, n_y)
        theta = np.zeros(101 if m == 400_000 else 785) if n_y == 1 else initialize(NETWORK, "he", 0)
        for name in (IMPL, "numba_loops", "numpy_vectorized"):
            if name == "numba_loops" and n_y > 1:
                continue  # a minute for each step
            impl = loopwise.get_implementation(name)
            with (
                sums_over(Threads(1), blocks_of(X, Y, m // 8)) as plain,
                sums_over(Threads(1), blocks_of(X, Y, m // 8), "reproducible") as exact,
                sums_over(Threads(1), blocks_of(X, Y, m // 5), "reproducible") as others,
            ):
                bits = {step(impl, model, theta, over)[1].tobytes() for over in (exact, others)}
                if len(bits) > 1:
                    raise SystemExit(f"{what}, {name}: other blocks, other bits")
                acts = [partial(step, impl, model, theta, over) for over in (exact, plain)]
                (slow, fast), (low, ratio, high) = in_turns(acts, given.budget)
            said = f"{1e3 * slow:.1f} and {1e3 * fast:.1f} ms: {ratio:.2f} ({low:.2f}–{high:.2f})"
            add(f"reproducible sums, {what}, {name}", said, ratio <= goal, f"≤ {goal} × plain")


# === peers ============================================================================================


def peers(given, add):
    """Dask-GLM's L-BFGS on the same Dask arrays, and scikit-learn's SGD over the same blocks."""
    m, n_x = 400_000, 50
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((m, n_x))
    y = (rows @ rng.standard_normal(n_x) + 2 * rng.standard_normal(m) > 0).astype(float)
    impl, model = loopwise.get_implementation(IMPL), Neuron("logistic", n_x)
    sgd(given, add, rows, y, impl, model)
    try:
        import dask.array as da
        from dask_glm.algorithms import lbfgs
    except ImportError:
        add("L-BFGS beside Dask-GLM", "pip install dask-glm sparse multipledispatch", True, "not installed")
        return
    with workers_of(workers=2) as workers:
        with_ones = np.hstack([rows, np.ones((m, 1))])
        X, X_ones = (workers.client.persist(da.from_array(array, chunks=(m // 8, -1))) for array in (rows, with_ones))
        Y = workers.client.persist(da.from_array(y, chunks=m // 8))
        warnings.simplefilter("ignore")

        def ours():
            return minimize(
                impl, model, np.zeros(n_x + 1), X.T, Y[None], epochs=100, tol=1e-6, scheduler=workers.client
            ).theta

        def theirs():
            return lbfgs(X_ones, Y, max_iter=100, tol=1e-8)

        whole = impl.asnative(rows.T), impl.asnative(y[None])
        costs = [model.step(impl, theta, *whole)[0] for theta in (ours(), theirs())]
        (a, b), (_, ratio, _) = in_turns([ours, theirs], given.budget)
        said = f"{a:.2f} and {b:.2f} s: {1 / ratio:.1f} × as fast; costs {costs[0]:.9f} and {costs[1]:.9f}"
        add("L-BFGS beside Dask-GLM, 50 × 400 000, 2 workers", said, costs[0] <= costs[1] * (1 + 1e-6), "as low a cost")


def sgd(given, add, rows, y, impl, model):
    """An epoch of SGD over blocks, one after the other, and as many of our full steps as take as long."""
    from sklearn.linear_model import SGDClassifier

    parts, m = np.array_split(np.arange(len(y)), 8), len(y)
    peer = SGDClassifier(loss="log_loss", alpha=0.0, learning_rate="constant", eta0=0.01)
    started = time.perf_counter()
    for part in parts:
        peer.partial_fit(rows[part], y[part], classes=[0.0, 1.0])
    epoch = time.perf_counter() - started
    whole = impl.asnative(rows.T), impl.asnative(y[None])
    theta = np.append(peer.coef_.ravel(), peer.intercept_)
    theirs = model.step(impl, theta, *whole)[0]
    with workers_of(workers=2) as workers, sums_over(workers, blocks_of(rows.T, y[None], m // 8)) as over:
        minimize(impl, model, np.zeros(len(theta)), over, epochs=1)
        started = time.perf_counter()
        state = minimize(impl, model, np.zeros(len(theta)), over, epochs=100, tol=1e-4)
        seconds = time.perf_counter() - started
    said = f"{epoch:.2f} s an epoch, then J = {theirs:.6f}; L-BFGS {seconds:.2f} s, then J = {state.costs[-1]:.6f}"
    add("SGDClassifier.partial_fit over the same 8 blocks, 1 epoch", said, state.costs[-1] <= theirs, "as low a cost")


# === a forecast =======================================================================================


def model_of_costs(given, add):
    """What a step would take with 10, 100 and 1000 workers, from what is measured here."""
    with workers_of(workers=2) as workers:
        fitted = overhead(workers)
    add("overhead of a step, fitted", fitted.said, True, "")
    for count in (10, 100, 1000):
        row = forecast(fitted, count, parameters=785, seconds=20.0)
        add(f"{count} workers, 20 s of computing a step, P = 785", row.said, True, "")


SECTIONS = {"bits": bits, "steps": steps, "reproducible": reproducible, "peers": peers, "forecast": model_of_costs}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--budget", type=float, default=5.0, help="seconds a row (default 5)")
    parser.add_argument("--only", default="", help="only sections whose name holds this: " + ", ".join(SECTIONS))
    given, table, missed, load = parser.parse_args(), Table("what", "measured", "goal"), [], Load()

    def add(what, said, reached, goal):
        table.add_row(what, said, f"{'✓' if reached else '✗'} {goal}" if goal else "")
        print(f"{what}: {said}", file=sys.stderr, flush=True)
        missed.extend([] if reached else [what])

    for name, section in SECTIONS.items():
        if given.only in name:
            section(given, add)
    console = Console()
    console.print(table)
    print_machine(console, 1, load)
    sys.exit(bool(missed))
