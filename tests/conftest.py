"""Set up before NumPy and Numba are imported: more threads than this machine has cores must be allowed."""

import json
import os
import signal
import sys

# Fewer, as a user's environment may say, would be too few for the tests of two threads.
os.environ["NUMBA_NUM_THREADS"] = str(max(int(os.environ.get("NUMBA_NUM_THREADS", 0)), (os.cpu_count() or 1) + 3))

# Read when SciPy is imported; without it scikit-learn passes over its array API checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

# Threads of several test processes, more than there are cores: each that waits by spinning takes one from the others.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# A shell that starts the tests in the background lets them ignore Ctrl-C, and so all that they start and stop.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import textwrap
from types import SimpleNamespace

import numba
import pytest
from helpers import (
    quick,
    registers,  # noqa: F401  (before any kernel is made)
)
from helpers.browser import axe, chromium, tab  # noqa: F401  (fixtures)
from helpers.quick import pytest_addoption  # noqa: F401  (a hook)
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

from loopwise import get_implementation, implementation_names
from loopwise.commands.app import main
from loopwise.implementations import numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS

# A failure must be the same for everyone, and compiling inside an example takes as long as it takes.
# The fixtures that hypothesis warns of only name an implementation and restore the number of threads.
settings.register_profile(
    "loopwise",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("fast", settings.get_profile("loopwise"), max_examples=quick.EXAMPLES)
settings.load_profile("loopwise")


def pytest_configure(config):
    """Remember how long tests take; with --fast draw few examples."""
    quick.configure(config)
    settings.load_profile("fast" if config.getoption("fast") else "loopwise")


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread():
    """Where a test asks for no more: several test processes with every core each stand in each other's way."""
    with threadpool_limits(1, user_api="blas"):
        yield


@pytest.fixture(autouse=True)
def _as_many_implementations_as_before():
    """What a test registers is gone after it."""
    before = implementation_names()
    yield
    for name in implementation_names():
        if name not in before:
            unregister(name)


def pytest_generate_tests(metafunc):
    """A class of tests whose `names` are operations runs each test on each of them."""
    if getattr(metafunc.cls, "names", None) and "name" in metafunc.fixturenames:
        metafunc.parametrize("name", metafunc.cls.names)


def pytest_collection_modifyitems(config, items):
    """What is about compilation means nothing when nothing is compiled; --fast leaves one case of everything."""
    if config.getoption("fast"):
        quick.select(config, items)
    if numba.config.DISABLE_JIT:
        skipped = pytest.mark.skip(reason="NUMBA_DISABLE_JIT=1: nothing is compiled")
        for item in items:
            if item.get_closest_marker("compilation"):
                item.add_marker(skipped)


EXACT = [name for name in implementation_names() if get_implementation(name).contract == "exact"]


@pytest.fixture(scope="session", params=implementation_names())
def implementation(request):
    """Every registered implementation, a fifth one included."""
    return get_implementation(request.param)


@pytest.fixture(scope="session", params=EXACT)
def exact_implementation(request):
    """Those that owe the slide its bits."""
    return get_implementation(request.param)


@pytest.fixture
def train(monkeypatch, capsys, tmp_path):
    """The command in this process; returns what --json says."""

    def call(line, code=0):
        path = tmp_path / "result.json"
        monkeypatch.setattr(sys, "argv", ["loopwise", "train", *line.split(), "--json", str(path)])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert (stopped.value.code or 0) == code, capsys.readouterr().err
        return json.loads(path.read_text())

    return call


@pytest.fixture
def twin():
    """A function that makes `twin`, NumPy with some operations replaced, under an exact contract to itself."""

    def make(**replaced):
        functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | replaced
        register("twin", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")

    yield make
    unregister("twin")


@pytest.fixture
def write(tmp_path):
    """Write a student's file; returns its path."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return str(path)

    return write
