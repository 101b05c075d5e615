"""Other environments: the interpreter at hand, `python -OO`, limits on threads, a threading layer."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from helpers.environments import ROOT, run

from loopwise.errors import OptionError
from loopwise.process.environment import LIMITS, cores, thread_limit

# === the interpreter at hand ==========================================================================


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 14)])
def test_the_suites_environments_have_the_interpreter_at_hand(monkeypatch, version):
    config = pytest.importorskip("asv.config")
    given = SimpleNamespace(version_info=version, executable=sys.executable)
    monkeypatch.setattr(config, "sys", given)
    assert config.Config.load(str(ROOT / "asv.conf.json")).pythons == [f"{version[0]}.{version[1]}"]


def test_the_interpreter_at_hand_is_found_without_a_path(monkeypatch, tmp_path):
    config, environment = pytest.importorskip("asv.config"), pytest.importorskip("asv.environment")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(ROOT)
    (found,) = environment.get_environments(config.Config.load(str(ROOT / "asv.conf.json")), None)
    assert (found.tool_name, found._executable) == ("virtualenv", sys.executable)


# === limits on threads, and the threading layer =======================================================

FREE = dict.fromkeys(LIMITS)  # the suite sets some of them, users do not
CORES = cores()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, CORES),
        ({"OMP_NUM_THREADS": "1"}, 1),
        ({"OMP_NUM_THREADS": "1,4"}, 1),
        ({"OPENBLAS_NUM_THREADS": "1"}, 1),
        ({"MKL_NUM_THREADS": " 1 "}, 1),
        ({"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "8"}, 1),
        ({"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "2"}, 1),
        ({"NUMBA_NUM_THREADS": str(CORES + 1)}, CORES),
        ({"OMP_NUM_THREADS": str(CORES + 1)}, CORES),
        ({"OMP_NUM_THREADS": "", "NUMBA_NUM_THREADS": ""}, CORES),
    ],
)
def test_the_smallest_limit_holds(monkeypatch, given, expected):
    for name, value in (FREE | given).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    assert thread_limit() == expected


@pytest.mark.compilation
@pytest.mark.parametrize(("asked", "expected"), [((), 1), (("--threads", "2"), 2)])
def test_a_limit_of_openmp_holds_for_all_unless_threads_are_asked_for(asked, expected):
    arguments = ("compare", "dot", "--features", "20", "--budget", "0.5", "--json", "-")
    finished = run(*arguments, *asked, **FREE | {"OMP_NUM_THREADS": "1"})
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["comparisons"][0]["machine"]["threads"] == expected


def test_nothing_where_a_number_is_meant_is_no_limit():
    finished = run("shapes", **FREE | {"NUMBA_NUM_THREADS": ""})
    assert (finished.returncode, finished.stderr) == (0, "")


BAD = {
    "NUMBA_NUM_THREADS=0": "NUMBA_NUM_THREADS is '0'; expected a number of threads, at least 1, at most 1024",
    "NUMBA_NUM_THREADS=many": "NUMBA_NUM_THREADS is 'many'",
    "NUMBA_NUM_THREADS=-2": "NUMBA_NUM_THREADS is '-2'",
    "NUMBA_NUM_THREADS=99999": "NUMBA_NUM_THREADS is '99999'",
    "NUMBA_THREADING_LAYER=fast": "NUMBA_THREADING_LAYER is 'fast'; expected tbb, omp, workqueue or default",
    "NUMBA_THREADING_LAYER_PRIORITY=omp": "NUMBA_THREADING_LAYER_PRIORITY is 'omp'; expected tbb omp workqueue",
}
WORSE = "OMP_NUM_THREADS=many", "OMP_NUM_THREADS is 'many'; expected a number of threads, at least 1"
COMMANDS = (
    *("compare", "machine", "ladder", "sweep", "break-even", "race", "train", "gradcheck", "shapes"),
    *("show dot", "check nothing.py", "demo --list"),
)


# The first way in with each of the variables, the others with one.
@pytest.mark.parametrize(
    ("program", "bad"),
    [
        *(("import loopwise; loopwise.get_implementation('numba_loops')", bad) for bad in BAD),
        ("from loopwise import LogisticRegression", "NUMBA_NUM_THREADS=0"),
        ("from loopwise.implementations.numpy_vectorized import sigmoid", "NUMBA_NUM_THREADS=0"),
        ("from loopwise.jit import simd", "NUMBA_NUM_THREADS=0"),
        ("from loopwise.learning.gradient_check import slope", "NUMBA_NUM_THREADS=0"),
        ("from loopwise.demos import verdict", "NUMBA_NUM_THREADS=0"),
        ("from loopwise.measure.comparison import compare", "NUMBA_NUM_THREADS=0"),
    ],
)
def test_a_variable_that_numba_would_stumble_over_is_an_error_of_ours(program, bad):
    name, value = bad.split("=")
    environment = os.environ | {name: value}
    lines = f"try:\n    {program}\nexcept ValueError as error:\n    print(type(error), error)"
    finished = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, env=environment)
    assert finished.stderr == ""
    assert finished.stdout.startswith("<class 'loopwise.errors.OptionError'> the environment's ")
    assert BAD[bad] in finished.stdout


@pytest.mark.parametrize(
    ("command", "bad"),
    [*((c, "NUMBA_NUM_THREADS=0") for c in COMMANDS), *(("compare", bad) for bad in [*BAD, WORSE[0]])],
)
def test_no_command_ends_in_numbas_traceback(command, bad):
    name, value = bad.split("=")
    finished = run(*command.split(), **{name: value})
    assert finished.returncode == 2
    assert (BAD | dict([WORSE]))[bad] in finished.stderr
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_no_number_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(OptionError, match=f"{name} is '{value}'; expected a number of threads, at least 1"):
        thread_limit()


@pytest.mark.compilation
@pytest.mark.parametrize("command", ["gradcheck", "train logistic --epochs 1", "compare dot"])
def test_a_threading_layer_that_is_not_there_is_one_line(command, tmp_path):
    # Numba looks for the layer's module by its name: one that fails to import stands before it.
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import sys\nsys.modules['numba.np.ufunc.omppool'] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    finished = run(*command.split(), PYTHONPATH=path, NUMBA_THREADING_LAYER="omp")
    assert finished.returncode == 2
    assert "NUMBA_THREADING_LAYER is 'omp', which cannot be started" in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_help_is_given_whatever_the_environment_says():
    assert run("compare", "--help", NUMBA_NUM_THREADS="0").returncode == 0
