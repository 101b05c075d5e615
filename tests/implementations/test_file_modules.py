"""What a file imports: the helpers beside it are its own, and no other file's."""

import inspect
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from helpers.own_files import BROKEN, MATMUL, WAYS, A, B, agreed, product, said, write

from loopwise.errors import ImplementationError
from loopwise.implementations import register_file
from loopwise.implementations.from_file import load_module


@pytest.mark.parametrize("way", WAYS)
def test_each_file_has_the_helper_beside_it(tmp_path, load, way, monkeypatch):
    write(tmp_path / "s1", anna=WAYS[way], helper=product(1))
    write(tmp_path / "s2", bert=WAYS[way], helper=product(2))
    monkeypatch.chdir(tmp_path)
    one, two = load("s1/anna.py", "s2/bert.py")
    assert os.getcwd() == str(tmp_path)
    monkeypatch.chdir("/")
    for _ in range(2):
        assert np.array_equal(two.matmul(A, B), 2 * A @ B)
        assert np.array_equal(one.matmul(A, B), A @ B)
    assert "helper" not in sys.modules


PACKAGE = {
    "utils/__init__": "from .inner import product\n",
    "utils/inner": "from . import deep\ndef product(A, B):\n    return deep.times(A, B)\n",
    "other": "import utils.deep as d\n\ndef times(A, B):\n    return d.FACTOR * (A @ B)\n",
}


@pytest.mark.parametrize("text", ["import utils", "import utils.inner", "from utils import inner", "import other"])
def test_helpers_are_packages_and_import_each_other(tmp_path, load, text):
    call = {"import other": "other.times(A, B)", "from utils import inner": "inner.product(A, B)"}
    mine = f"{text}\n" + MATMUL.format(call.get(text, "utils.product(A, B)"))
    for name, times in (("anna", 1), ("bert", 2)):
        deep = f"FACTOR = {times}\n\ndef times(A, B):\n    from other import times\n    return times(A, B)\n"
        write(tmp_path / name, **{name: mine}, **PACKAGE, **{"utils/deep": deep})
    one, two = load(tmp_path / "anna" / "anna.py", tmp_path / "bert" / "bert.py")
    assert np.array_equal(one.matmul(A, B), A @ B)
    assert np.array_equal(two.matmul(A, B), 2 * A @ B)


def test_what_a_file_puts_on_the_path_is_its_own(tmp_path, load):
    text = "import sys\nsys.path.append({!r})\n" + WAYS["from"]
    for name, times in (("anna", 1), ("bert", 2)):
        write(tmp_path / name, **{name: text.format(str(tmp_path / name / "lib")), "lib/helper": product(times)})
    before = sys.path[:]
    one, two = load(tmp_path / "anna" / "anna.py", tmp_path / "bert" / "bert.py")
    assert sys.path == before
    assert np.array_equal(one.matmul(A, B), A @ B)
    assert np.array_equal(two.matmul(A, B), 2 * A @ B)


@pytest.mark.parametrize("name", ["random", "numpy", "json", "statistics", "loopwise", "utils"])
def test_a_helper_may_have_any_name(tmp_path, name):
    """Its own file sees it, if it asks; neither loopwise nor any other file does."""
    other = "import random, json, statistics\nimport numpy as np\nrandom.random(), json.dumps(1)\n" + MATMUL.format(
        "A @ B"
    )
    asks = f"from {name} import product\n" + MATMUL.format("product(A, B)")
    write(tmp_path / "s1", **{"anna": asks if name != "loopwise" else other, name: product(2) + "random = 3\n"})
    write(tmp_path / "s2", bert=other)
    found = agreed(tmp_path / "s1" / "anna.py", tmp_path / "s2" / "bert.py")
    assert found == {"anna": name == "loopwise", "bert": True}


def test_a_folder_without_code_hides_no_module(tmp_path):
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "data.txt").touch()
    write(tmp_path, mine="import json\njson.dumps(1)\n" + MATMUL.format("A @ B"))
    assert said(tmp_path / "mine.py")[0] == "passed"


def test_a_link_is_followed_as_python_does(tmp_path, load):
    write(tmp_path / "real", anna=WAYS["from"], helper=product(1))
    write(tmp_path / "links", helper=product(2))
    (tmp_path / "links" / "anna.py").symlink_to(tmp_path / "real" / "anna.py")
    (tmp_path / "way").symlink_to(tmp_path / "real")
    (one,) = load(tmp_path / "links" / "anna.py")
    assert np.array_equal(one.matmul(A, B), A @ B)
    assert register_file(tmp_path / "way" / "anna.py") == register_file(tmp_path / "real" / "anna.py") == "anna"


def test_threads_that_import_at_once_get_one_module(tmp_path, load):
    write(tmp_path, mine=WAYS["inside"], helper="import time\ntime.sleep(0.1)\n" + product(1))
    (mine,) = load(tmp_path / "mine.py")
    found = []
    threads = [threading.Thread(target=lambda: found.append(mine.matmul(A, B))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(C, A @ B) for C in found)


def test_what_is_missing_is_named_as_the_file_names_it(tmp_path):
    write(tmp_path, mine="import utils.nothing\n", **{"utils/__init__": ""})
    with pytest.raises(ImplementationError) as refused:
        register_file(tmp_path / "mine.py")
    assert str(refused.value).endswith("mine.py:1: ModuleNotFoundError: No module named 'utils.nothing'")


MODULES = ["random", "numpy", "numba", "json", "signal", "rich", "statistics"]


@pytest.mark.parametrize(
    "arguments",
    [["check", "mine.py"], ["compare", "matmul", "--budget", "0.3", "--implementations", "python_loops,mine.py"]],
)
def test_modules_in_the_users_folder_are_not_found(tmp_path, arguments):
    write(tmp_path, mine=MATMUL.format("A @ B"), **dict.fromkeys(MODULES, BROKEN))
    command = [sys.executable, "-m", "loopwise", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr


def test_a_file_is_run_as_it_is_now(tmp_path, monkeypatch):
    """Changed within a second, and of the same size: as good as unchanged to Python's kept bytecode."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "mine.py"
    for sign in "+-":
        path.write_text(f"def step(A, B):\n    return A {sign} B\n")
        os.utime(path, (1e9, 1e9))
        module = load_module(path)
        assert module.step(3, 2) == {"+": 5, "-": 1}[sign]
        assert f"A {sign} B" in inspect.getsource(module.step)
