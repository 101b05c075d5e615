"""Real processes: the same bits for one and two workers, whatever dies; and what goes wrong is a line."""

import os
import signal
import socket
import threading
import time

import numpy as np
import pytest
from helpers.blocks import MODELS, client_of_workers, examples, held, starting_theta

from loopwise import Neuron, get_implementation
from loopwise.errors import LabelError, NotFiniteError, OptionError
from loopwise.scale import blocks_of, cost_and_gradient, workers_of
from loopwise.scale import cluster as clusters
from loopwise.scale.gradient import step
from loopwise.scale.sums import sums_over

pytest.importorskip("distributed")
M = 1000


@pytest.fixture(scope="module")
def two():
    with workers_of(workers=2) as workers:
        yield workers


@pytest.fixture
def problem():
    model, n_y = MODELS["network"]
    return get_implementation("numba_loops"), model, starting_theta(model), *examples(m=M, n_y=n_y)


def bits(found):
    J, gradient = found
    return J, gradient.tobytes()


def in_threads(problem, size, sums="plain"):
    impl, model, theta, X, Y = problem
    with held(blocks_of(X, Y, size), sums, 8 if sums == "reproducible" else None) as over:
        return bits(step(impl, model, theta, over))


@pytest.mark.parametrize("sums", ["plain", "reproducible"])
@pytest.mark.parametrize("blocks", [1, 2, 3, 8, 64])
def test_processes_have_the_bits_of_threads(two, problem, blocks, sums):
    impl, model, theta, X, Y = problem
    group = 8 if sums == "reproducible" else None
    size = -(-M // blocks)
    with sums_over(two, blocks_of(X, Y, size), sums, group) as over:
        assert {bits(step(impl, model, theta, over)) for _ in range(3)} == {in_threads(problem, size, sums)}


@pytest.mark.parametrize("impl", ["numpy_vectorized", "numba_tuned"])
def test_where_arrays_lie_in_messages_changes_no_bit(two, impl):
    # What comes in a message may lie between two places for numbers, and BLAS is not asked then.
    impl, model, theta = get_implementation(impl), Neuron("logistic", 20), np.linspace(-1, 1, 21)
    X, Y = map(np.asfortranarray, examples(n_x=20, m=2000))
    found = set()
    for blocks in (1, 2, 3, 8, 64):
        with sums_over(two, blocks_of(X, Y, -(-2000 // blocks)), "reproducible", 32) as over:
            found.add(bits(step(impl, model, theta, over)))
    with held(blocks_of(X, Y), "reproducible", 32) as over:
        found.add(bits(step(impl, model, theta, over)))
    assert len(found) == 1


def test_workers_are_there_whenever_one_asks(two):
    # What the client knows of its scheduler is renewed every two seconds, and holds no workers at that moment.
    two.client.sync(two.client._update_scheduler_info)
    assert len(clusters.addresses(two.client)) == two.count == 2
    two.client._scheduler_identity = {"workers": {}}
    assert len(clusters.addresses(two.client)) == 2
    assert two.memory > 0


def test_one_worker_has_them_too(problem):
    impl, model, theta, X, Y = problem
    with workers_of(workers=1) as one, sums_over(one, blocks_of(X, Y, 130)) as over:
        assert len(over.held.holders) == 1
        assert bits(step(impl, model, theta, over)) == in_threads(problem, 130)


def test_dask_arrays_stay_where_they_are(two, problem):
    import dask.array as da

    impl, model, theta, X, Y = problem
    X_blocks, Y_blocks = (two.client.persist(da.from_array(array, chunks=(3, 130))) for array in (X, Y))
    with sums_over(two, blocks_of(X_blocks, Y_blocks)) as over:
        assert bits(step(impl, model, theta, over)) == in_threads(problem, 130)


@pytest.mark.parametrize("sums", ["plain", "reproducible"])
def test_batches_of_dask_arrays_are_of_the_right_examples(two, problem, sums):
    import dask.array as da

    # Blocks of one size: if two were swapped, nothing but the bits would show it.
    impl, model, theta, X, Y = problem
    X_blocks, Y_blocks = (da.from_array(array, chunks=(3, 50)) for array in (X, Y))
    group = 10 if sums == "reproducible" else None
    for seed in range(5):
        batch = np.random.default_rng(seed).permutation(M)[:100]
        with (
            sums_over(two, blocks_of(X_blocks, Y_blocks), sums, group) as over,
            held(blocks_of(X, Y, 50), sums, group) as wanted,
        ):
            assert bits(step(impl, model, theta, over, batch)) == bits(step(impl, model, theta, wanted, batch))


def test_a_dask_array_that_cannot_be_computed_is_told_of(two, problem):
    import dask.array as da

    impl, model, theta, X, Y = problem

    def broken(block):
        raise FileNotFoundError("no such blob")

    X_blocks = da.from_array(X, chunks=(5, 500)).map_blocks(broken, dtype=float, meta=np.zeros((0, 0)))
    with pytest.raises(OptionError, match="cannot be computed: FileNotFoundError: no such blob"):
        cost_and_gradient(impl, model, theta, X_blocks, Y, scheduler=two.client)


def test_an_implementation_that_workers_do_not_know_is_one_line(two, problem):
    import loopwise
    from loopwise.errors import UnknownNameError
    from loopwise.implementations import numba_loops

    _, model, theta, X, Y = problem
    mine = loopwise.register("only_here", numba_loops, "numba", "exact")
    try:
        with pytest.raises(UnknownNameError, match="unknown implementation 'only_here'"):
            cost_and_gradient(mine, model, theta, blocks_of(X, Y, 500), scheduler=two.client)
    finally:
        loopwise.unregister("only_here")


def test_an_error_that_cannot_be_sent_is_told_of(two, problem):
    impl, _, _, X, Y = problem
    with sums_over(two, blocks_of(X, Y, 500)) as over, pytest.raises(OptionError, match="Stubborn: 1 2"):
        over.total(raising, (), impl)


class Stubborn(Exception):
    """Sent, it cannot be made again."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def raising(impl, X, Y):
    raise Stubborn(1, 2)


def test_the_client_that_is_there_is_taken(two, problem):
    impl, model, theta, X, Y = problem
    found = cost_and_gradient(impl, model, theta, blocks_of(X, Y, 130), scheduler=two.client)
    with two.client.as_current():
        assert bits(cost_and_gradient(impl, model, theta, blocks_of(X, Y, 130))) == bits(found)


def test_a_batch_goes_to_whoever_has_its_examples(two, problem):
    impl, model, theta, X, Y = problem
    batch = np.random.default_rng(0).permutation(M)[:100]
    with sums_over(two, blocks_of(X, Y, 130)) as over, held(blocks_of(X, Y, 130)) as wanted:
        assert bits(step(impl, model, theta, over, batch)) == bits(step(impl, model, theta, wanted, batch))


@pytest.mark.parametrize("sums", ["plain", "reproducible"])
def test_a_worker_that_dies_changes_no_bit(problem, sums):
    impl, model, theta, X, Y = problem
    wanted = in_threads(problem, 130, sums)
    with workers_of(workers=2) as workers:
        group = 8 if sums == "reproducible" else None
        with sums_over(workers, blocks_of(X, Y, 130), sums, group) as over:
            for _ in range(2):
                assert bits(step(impl, model, theta, over)) == wanted
                killed = kill_one(workers)
                for _ in range(20):
                    assert bits(step(impl, model, theta, over)) == wanted
                wait_until_gone(killed)


def kill_one(workers):
    """As kill -9 does; the nanny starts another one."""
    nanny = next(nanny for nanny in workers.client.cluster.workers.values() if nanny.pid is not None)
    pid = nanny.pid
    os.kill(pid, signal.SIGKILL)
    return pid


def wait_until_gone(pid):
    """So that it is known that a process has died in the test."""
    import psutil

    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_worker_that_dies_in_the_middle_of_a_step_changes_no_bit(problem):
    impl, model, theta, X, Y = problem
    with workers_of(workers=2) as workers, sums_over(workers, blocks_of(X, Y, 130)) as over:
        victim = next(iter(workers.client.run(os.getpid).values()))
        threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
        slow = over.total(slowly, (0.6,), impl)
        np.testing.assert_array_equal(slow, [M])
        assert bits(step(impl, model, theta, over)) == in_threads(problem, 130)
        wait_until_gone(victim)


def slowly(impl, X, Y, seconds):
    """How many examples, after a while."""
    time.sleep(seconds / 4)
    return np.array([float(X.shape[1])])


def test_blocks_are_shared_anew_when_a_worker_has_come(problem, monkeypatch):
    monkeypatch.setattr(clusters, "LOOK_AGAIN", 0.0)
    impl, model, theta, X, Y = problem
    with workers_of(workers=1) as workers, sums_over(workers, blocks_of(X, Y, 130)) as over:
        wanted = bits(step(impl, model, theta, over))
        workers.client.cluster.scale(2)
        workers.client.wait_for_workers(2)
        assert bits(step(impl, model, theta, over)) == wanted
        assert len(over.held.holders) == 2


def test_a_number_that_is_not_finite_is_named_with_its_block(two):
    X, Y = examples(m=M)
    X[1, 316] = np.nan
    with pytest.raises(NotFiniteError, match="block 317 of 1000: example 317, feature 2 is nan"):
        cost_and_gradient(*of_logistic(), blocks_of(X, Y, 1), scheduler=two.client)


def of_logistic():
    model, _ = MODELS["logistic"]
    return get_implementation("numba_loops"), model, starting_theta(model)


def test_a_label_that_no_loss_takes_is_named_with_its_block(two):
    import loopwise

    X, Y = examples(m=M)
    Y[0, 500] = 2.0
    impl, model, theta = of_logistic()
    with pytest.raises(LabelError, match=r"block 6 of 10: Y\[0, 0\] is 2"):
        loopwise.train(impl, model, theta, blocks_of(X, Y, 100), scheduler=two.client, alpha=0.1, epochs=1)


def test_what_an_implementation_raises_is_raised_here(two):
    X, Y = examples(m=M)
    impl, model, theta = of_logistic()
    with pytest.raises(ValueError, match="theta is"):
        cost_and_gradient(impl, model, theta[:3], blocks_of(X, Y, 100), scheduler=two.client)


def test_workers_that_die_each_time_are_told_of():
    blocks, impl = blocks_of(*examples(m=M), 500), get_implementation("numba_loops")
    with (
        workers_of(workers=1) as workers,
        sums_over(workers, blocks) as over,
        pytest.raises(OptionError, match="workers died 5 times in one step"),
    ):
        over.total(dying, (), impl)


def dying(impl, X, Y):
    """As a worker without memory does."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_scheduler_that_is_not_there_is_one_line(monkeypatch):
    monkeypatch.setattr("loopwise.scale.workers.SECONDS_TO_CONNECT", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(OptionError, match=f"no scheduler answers at tcp://127.0.0.1:{port}") as refused:
        cost_and_gradient(*of_logistic(), blocks_of(*examples(m=M), 500), scheduler=f"tcp://127.0.0.1:{port}")
    assert "\n" not in str(refused.value)


def test_a_scheduler_without_workers_is_one_line():
    blocks = blocks_of(*examples(m=M), 500)
    with client_of_workers(0) as client, pytest.raises(OptionError, match="has no workers"):
        cost_and_gradient(*of_logistic(), blocks, scheduler=client)


def test_other_versions_are_named(two, monkeypatch):
    asked = Asked(two.client, clusters.versions)
    monkeypatch.setattr(clusters, "versions", lambda: {"numpy": "1.0"})
    with pytest.raises(OptionError, match=r"worker tcp://.* has numpy .*, and 1\.0 is here"):
        clusters.require_same_versions(asked, clusters.addresses(two.client))


class Asked:
    """A client whose workers are asked for what they have, and not for what was put in its place here."""

    def __init__(self, client, function):
        self.client, self.function = client, function

    def run(self, _, **options):
        return self.client.run(self.function, **options)


def test_a_worker_without_loopwise_is_named(two):
    def without():
        raise ModuleNotFoundError("No module named 'loopwise'")

    with pytest.raises(OptionError, match=r"worker tcp://.* cannot compute: ModuleNotFoundError: No module named"):
        clusters.require_same_versions(Asked(two.client, without), clusters.addresses(two.client))
