"""Ctrl-C between machine code and Python: always a `KeyboardInterrupt`, never a crash, and never lost."""

import os
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.compilation

# The kernel sends the signal itself, so that it always arrives while machine code runs.
KERNELS = """
import collections, ctypes, sys
import numba, numpy as np
import loopwise.jit.decorators

send = ctypes.CDLL(None)["raise"]
send.argtypes, send.restype = [ctypes.c_int], ctypes.c_int
Pair = collections.namedtuple("Pair", "one other")

def arrays(x):
    send(2)
    return x + 1, x * 2

def array(x):
    send(2)
    return x + 1

def number_and_array(x):
    send(2)
    return x.sum(), x * 2

def nested(x):
    send(2)
    return (x, (x + 1, x * 2)), x

def named(x):
    send(2)
    return Pair(x + 1, x * 2)

def given(x):
    send(2)
    return x, x

def nothing(x):
    send(2)

def shared(x):
    send(2)
    y = np.empty_like(x)
    for i in numba.prange(len(x)):
        y[i] = x[i] + 1
    return y, x * 2

kernel = numba.njit(parallel=sys.argv[1] == "shared")(globals()[sys.argv[1]])
x, caught = np.arange(5.0), 0
for call in range(5):  # the first one compiles
    try:
        kernel(x)
        for _ in range(100):  # a signal need not be noticed at once, but here at the latest
            pass
    except KeyboardInterrupt:
        caught += 1
print(caught)
"""


def in_a_process(program, *arguments):
    """What a program prints."""
    finished = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr
    return finished.stdout.strip()


@pytest.mark.parametrize(
    "kernel", ["arrays", "array", "number_and_array", "nested", "named", "given", "nothing", "shared"]
)
def test_ctrl_c_inside_a_kernel(kernel):
    assert in_a_process(KERNELS, kernel) == "5"


COMPILING = """
import signal
from numba.core.codegen import JITCodeLibrary

hook, sent = JITCodeLibrary._object_compiled_hook.__func__, []

def interrupted(cls, module, code):  # LLVM calls it, and cannot raise what it raises
    if sent == ["now"]:
        sent.append(signal.raise_signal(signal.SIGINT))
    return hook(cls, module, code)

JITCodeLibrary._object_compiled_hook = classmethod(interrupted)  # before LLVM is given it
import numba, numpy as np
import loopwise.jit.decorators

kernel = numba.njit(lambda x: x + 1)
sent.append("now")
try:
    kernel(np.ones(3))
except KeyboardInterrupt:
    print("caught", len(sent), kernel(np.ones(3)).tolist())
"""


def test_ctrl_c_while_llvm_compiles_is_not_lost():
    assert in_a_process(COMPILING) == "caught 2 [2.0, 2.0, 2.0]"


IGNORED = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
import numba, numpy as np
import loopwise.jit.decorators
numba.njit(lambda x: (x + 1, x))(np.ones(3))
signal.raise_signal(signal.SIGINT)
print(signal.getsignal(signal.SIGINT) == signal.SIG_IGN)
"""


def test_a_program_that_ignores_ctrl_c_goes_on_ignoring_it():
    assert in_a_process(IGNORED) == "True"


TRAIN = """
import numpy as np
import loopwise
impl = loopwise.get_implementation("numba_loops")
rng = np.random.default_rng(0)
X, Y = rng.standard_normal((50, 20_000)), (rng.random((1, 20_000)) < 0.5) * 1.0
model = loopwise.Architecture((50, 8, 1), ("tanh", "sigmoid"))
theta = loopwise.initialize(model)
def on_epoch(state):
    print("epoch", flush=True)
"""


@pytest.fixture
def kernel():
    """A Jupyter kernel, and a client."""
    manager = pytest.importorskip("jupyter_client.manager")
    running, client = manager.start_new_kernel(kernel_name="python3", env=dict(os.environ))
    yield running, client
    client.stop_channels()
    running.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("state = loopwise.train(impl, model, theta, X, Y, alpha=0.1, epochs=10**6, on_epoch=on_epoch)", "ok"),
        ("while True:\n    impl.layer_backward(X, X @ X.T, X)\n    print('epoch', flush=True)", "error"),
    ],
)
def test_a_notebooks_cell_is_interrupted_and_its_kernel_lives(kernel, cell, status):
    running, client = kernel
    assert execute(client, TRAIN)["status"] == "ok"
    for _ in range(3):
        reply = execute(client, cell, lambda: (time.sleep(0.1), running.interrupt_kernel()))
        assert reply["status"] == status
        assert reply.get("ename", "KeyboardInterrupt") == "KeyboardInterrupt"
    if status == "ok":
        assert (
            execute(client, "assert state.stopped == 'interrupted' and np.isfinite(state.theta).all()")["status"]
            == "ok"
        )
    assert running.is_alive()


def execute(client, code, once_it_prints=None):
    """Run a cell and return the kernel's reply; as soon as it has printed something, `once_it_prints()` is called.

    After an error a kernel throws away the cells that arrive in the same moment, unless it is asked not to.
    """
    message = client.execute(code, stop_on_error=False)
    while once_it_prints:
        said = client.get_iopub_msg(timeout=120)
        if said["parent_header"].get("msg_id") == message and said["msg_type"] == "stream":
            once_it_prints()
            break
    while True:
        reply = client.get_shell_msg(timeout=120)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]
