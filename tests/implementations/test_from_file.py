"""A student's file: what it sees of the modules beside it, of other files, and of loopwise's own command line."""

import os
import subprocess
import sys

import numpy as np
import pytest
from helpers.cli import run
from helpers.own_files import BROKEN, MATMUL, WAYS, A, B, agreed, product, said, write

from loopwise.errors import ImplementationError
from loopwise.implementations import file_of, register_file

# === the modules beside a file ========================================================================


COMMANDS = {
    "compare": ["compare", "matmul", "--budget", "0.3"],
    "show": ["show", "matmul", "--budget", "0.3"],
    "sweep": ["sweep", "matmul", "--sizes", "4", "--no-compile", "--budget", "0.3"],
    "break-even": ["break-even", "matmul", "--examples", "4", "--budget", "0.3"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_the_files_apart(tmp_path, command):
    write(tmp_path / "s1", anna=WAYS["inside"], helper=product(1))
    write(tmp_path / "s2", bert=WAYS["inside"], helper=product(2))
    names = f"numpy_vectorized,{tmp_path}/s1/anna.py,{tmp_path}/s2/bert.py"
    finished = run(*COMMANDS[command], "--implementations", names, columns=200)
    assert finished.returncode == 1, finished.stderr
    assert "disagrees: C[" in " ".join(finished.stdout.split())
    assert "anna disagrees" not in finished.stdout


def test_race_tells_the_files_apart(tmp_path):
    text = "import numpy as np\nfrom loopwise.implementations.numpy_vectorized import *\nfrom helper import SHARE\n"
    text += "def output_delta(Z, A, Y, loss, activation):\n    from helper import SHARE\n    return SHARE * (A - Y)\n"
    write(tmp_path / "s1", anna=text, helper="SHARE = 1.0\n")
    write(tmp_path / "s2", bert=text, helper="SHARE = 1.5\n")
    names = f"numpy_vectorized,{tmp_path}/s1/anna.py,{tmp_path}/s2/bert.py"
    finished = run("race", "--seconds", "0.2", "--implementations", names, columns=200)
    assert finished.returncode == 1, finished.stderr
    assert "bert does not run: disagrees" in finished.stdout
    assert "anna: " in finished.stdout


# === names ============================================================================================


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path, load):
    paths = [
        write(tmp_path / name, mine=MATMUL.format(f"{k} * (A @ B)")) / "mine.py" for k, name in enumerate("abc", 1)
    ]
    found = load(*paths)
    assert [one.name for one in found] == ["mine", "b/mine", "c/mine"]
    assert [float(one.matmul(A, B)[0, 0]) for one in found] == [3.0, 6.0, 9.0]
    assert [register_file(path) for path in paths] == ["mine", "b/mine", "c/mine"]
    assert [file_of(one.name) for one in found] == list(map(str, paths))


def test_the_same_file_has_one_name_however_it_is_written(tmp_path, monkeypatch, load):
    write(tmp_path, mine=MATMUL.format("A @ B"))
    monkeypatch.chdir(tmp_path)
    load("mine.py")
    assert {register_file(path) for path in ("mine.py", "./mine.py", tmp_path / "mine.py")} == {"mine"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CONTRACT = 'exakt'\n", "mine: CONTRACT is 'exakt'; expected exact, rounding"),
        ("FAMILY = []\n", "mine: FAMILY is []; expected python, numba, numpy"),
    ],
)
def test_what_a_file_declares_is_checked(tmp_path, text, said):
    write(tmp_path, mine=text)
    with pytest.raises(ImplementationError) as refused:
        register_file(tmp_path / "mine.py")
    assert str(refused.value) == said


# === what a file finds when it runs ===================================================================


def test_a_dataclass_with_late_annotations_can_be_made_and_pickled(tmp_path, load):
    text = """
        from __future__ import annotations

        import pickle
        import typing
        from dataclasses import dataclass

        @dataclass
        class Layer:
            units: int
            before: Layer | None = None

        def matmul(A, B):
            assert typing.get_type_hints(Layer)["units"] is int
            return pickle.loads(pickle.dumps(Layer(1))).units * (A @ B)
    """
    write(tmp_path / "s1", mine=text)
    write(tmp_path / "s2", mine=text)
    for one in load(tmp_path / "s1" / "mine.py", tmp_path / "s2" / "mine.py"):
        assert np.array_equal(one.matmul(A, B), A @ B)
    assert said(tmp_path / "s1" / "mine.py")[0] == "passed"


ARGUMENTS = """
    import argparse

    def alpha():
        parser = argparse.ArgumentParser()
        parser.add_argument("--alpha", type=float, default=1.0)
        return parser.parse_args().alpha

    ALPHA = alpha()

    def matmul(A, B):
        return alpha() * ALPHA * (A @ B)
"""


def test_a_file_sees_none_of_our_arguments(tmp_path):
    path = write(tmp_path, mine=ARGUMENTS) / "mine.py"
    assert agreed(path) == {"mine": True}
    assert said(path)[0] == "passed"


def test_the_only_argument_is_the_file_itself(tmp_path, load):
    text = "import sys\nfrom pathlib import Path\nassert [Path(one) for one in sys.argv] == [Path(__file__)]\n"
    load(write(tmp_path, mine=text) / "mine.py")


@pytest.mark.parametrize("command", [["check"], ["compare", "matmul", "--implementations"]])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import sys\nprint('words')\nsys.exit('no more')\n", "mine.py:3: SystemExit: no more"),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('x')\np.parse_args()\n",
            "mine.py:4: SystemExit: 2",
        ),
    ],
)
def test_a_file_that_ends_the_program_is_one_line(tmp_path, command, text, said):
    finished = run(*command, str(write(tmp_path, mine=text) / "mine.py"))
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert line.endswith(said)


def test_what_a_file_sets_while_it_is_imported_is_not_set_for_others(tmp_path, load):
    text = "import os, sys, warnings\nimport numpy as np\nnp.seterr(all='raise')\nos.chdir('/')\nsys.argv = ['x']\n"
    before = os.getcwd(), sys.argv, np.geterr()
    load(write(tmp_path, mine=text + "warnings.simplefilter('error')\n") / "mine.py")
    assert (os.getcwd(), sys.argv, np.geterr()) == before


# === Numba ============================================================================================

CACHED = """
    from numba import njit
    from helper import double

    @njit(cache=True)
    def dot(w, x):
        z = 0.0
        for j in range(len(w)):
            z += double(w[j]) * x[j]
        return z

    CALLED = dot
"""
HELPER = "from numba import njit\n\n@njit(cache=True)\ndef double(x):\n    return {} * x\n"
PROGRAM = """
import sys
import numpy as np
from loopwise.implementations import get_implementation, register_file
impl = get_implementation(register_file(sys.argv[1]))
value = impl.dot(np.ones(3), np.ones(3))
print(value, sum(impl.dot.kernel.__wrapped__.stats.cache_hits.values()))
"""


def called(path):
    """What dot of a file gives in a new process, and how often its machine code came from the cache."""
    command = [sys.executable, "-c", PROGRAM, str(path)]
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    finished = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split()


@pytest.mark.compilation
def test_compiled_code_is_cached_and_survives_a_move(tmp_path):
    write(tmp_path / "s1", mine=CACHED, helper=HELPER.format(1.0))
    write(tmp_path / "s2", mine=CACHED, helper=HELPER.format(2.0))
    for hits in "01":
        assert called(tmp_path / "s1" / "mine.py") == ["3.0", hits]
        assert called(tmp_path / "s2" / "mine.py") == ["6.0", hits]
    (tmp_path / "s1").rename(tmp_path / "s3")
    assert called(tmp_path / "s3" / "mine.py") == ["3.0", "1"]


@pytest.mark.compilation
def test_what_numba_cannot_compile_is_named_with_its_line(tmp_path):
    text = "from numba import njit\n\n\n@njit\ndef matmul(A, B):\n    return np.dot(A, B)\n"
    path = write(tmp_path, mine=text) / "mine.py"
    assert said(path) == ("failed", "line 6: NameError: name 'np' is not defined")
    finished = run("compare", "matmul", "--implementations", f"numpy_vectorized,{path}", "--budget", "0.3", columns=120)
    assert "mine failed: NameError: name 'np' is not defined" in finished.stdout


# === the folder where the user is =====================================================================


def test_the_process_of_a_first_call_is_not_in_the_users_folder(tmp_path):
    write(tmp_path, mine=MATMUL.format("A @ B"), random=BROKEN, pickle=BROKEN, numpy=BROKEN)
    command = [sys.executable, "-m", "loopwise", "break-even", "matmul", "--examples", "4", "--budget", "0.3"]
    command += ["--implementations", "numpy_vectorized,mine.py"]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr


def test_the_process_of_a_first_call_finds_what_its_work_is_made_with(tmp_path):
    write(
        tmp_path,
        own_work="from loopwise import workloads\n\ndef build(n):\n    return workloads.operation('dot', features=n)\n",
    )
    program = "import own_work\nfrom loopwise.measure.first_call import first_call\n"
    program += "print(first_call('numpy_vectorized', own_work.build, 5).first_call > 0)\n"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert finished.stdout == "True\n", finished.stderr
