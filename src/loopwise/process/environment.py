"""What the environment says about threads; asked before Numba is imported, which has no line for bad values."""

import os
import sys

from ..errors import OptionError

MOST_THREADS = 1024
NUMBA_LIMIT, NUMBA_LAYER, LAYER_ORDER = "NUMBA_NUM_THREADS", "NUMBA_THREADING_LAYER", "NUMBA_THREADING_LAYER_PRIORITY"
# Of OpenMP, the BLAS libraries and Numba: the smallest that is there holds for all of them.
LIMITS: tuple[str, ...] = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
)
LIMITS += ("VECLIB_MAXIMUM_THREADS", NUMBA_LIMIT)
LAYERS = ("tbb", "omp", "workqueue")
KINDS_OF_LAYERS = ("default", "safe", "threadsafe", "forksafe")


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def thread_limit():
    """Every core, or fewer where a variable of the environment says so.

    Raises
    ------
    OptionError
        A variable holds no number of threads.
    """
    return min([cores(), *(limit for name in LIMITS if (limit := limit_of(name)))])


def limit_of(name):
    """The number of threads that a variable allows; None where it is not there, or empty."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    first = text.split(",")[0].strip() if name == "OMP_NUM_THREADS" else text  # OpenMP: one number for each level
    if not first.isdecimal() or int(first) < 1 or (name == NUMBA_LIMIT and int(first) > MOST_THREADS):
        most = f", at most {MOST_THREADS}" if name == NUMBA_LIMIT else ""
        raise OptionError(f"the environment's {name} is {text!r}; expected a number of threads, at least 1{most}")
    return int(first)


def before_numba():
    """Called by every package that imports Numba, before it does: a bad variable is one line, not Numba's traceback."""
    if "numba" not in sys.modules:
        validate_environment()


def validate_environment():
    """Raise `OptionError` for what Numba would not start with: a number of threads, a threading layer's name."""
    limit_of(NUMBA_LIMIT)
    layer = os.environ.get(NUMBA_LAYER, "default")
    if layer.lower() not in LAYERS + KINDS_OF_LAYERS:
        raise OptionError(f"the environment's {NUMBA_LAYER} is {layer!r}; expected {', '.join(LAYERS)} or default")
    order = os.environ.get(LAYER_ORDER, " ".join(LAYERS))
    if sorted(order.split()) != sorted(LAYERS):
        raise OptionError(f"the environment's {LAYER_ORDER} is {order!r}; expected {' '.join(LAYERS)} in some order")
