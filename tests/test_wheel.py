"""The wheel and the sdist: what is in them, and loopwise used from them, outside the repository."""

import hashlib
import json
import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from helpers.installed import ROOT, Environment, build, copy_of_sources

import loopwise

pytestmark = pytest.mark.compilation
NAMES = "numba_loops,numpy_vectorized"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist."""
    folder = tmp_path_factory.mktemp("built")
    sources = copy_of_sources(folder)
    for litter in (
        "src/loopwise/__pycache__/app.pyc",
        "src/loopwise/jit/kernel.nbi",
        ".venv/pyvenv.cfg",
        "lectures/1.ipynb",
    ):
        (sources / litter).parent.mkdir(exist_ok=True, parents=True)
        (sources / litter).write_text("")
    return build(sources, folder / "dist")


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """An environment with the wheel."""
    environment = Environment(tmp_path_factory.mktemp("environment") / "venv")
    environment.install(built[0])
    return environment


# === what is in them ==================================================================================================


def test_the_wheel_has_the_package_and_nothing_else(built):
    names = set(zipfile.ZipFile(built[0]).namelist())
    info = f"loopwise-{loopwise.__version__}.dist-info"
    package = ROOT / "src" / "loopwise"
    wanted = {path for path in package.rglob("*") if path.suffix in (".py", ".html", ".typed")}
    expected = {path.relative_to(ROOT / "src").as_posix() for path in wanted}
    assert {name for name in names if not name.startswith(info)} == expected
    beside = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert {name.removeprefix(info + "/") for name in names if name.startswith(info)} == beside
    assert "loopwise/py.typed" in names


def test_what_the_wheel_says_of_itself(built):
    archive = zipfile.ZipFile(built[0])
    info = f"loopwise-{loopwise.__version__}.dist-info"
    metadata = archive.read(f"{info}/METADATA").decode()
    for line in (f"Version: {loopwise.__version__}", "License-Expression: BSD-3-Clause", "Requires-Python: >=3.11"):
        assert f"\n{line}\n" in metadata
    assert (ROOT / "README.md").read_text(encoding="utf-8") in metadata
    assert "loopwise = loopwise.commands.app:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert "Tag: py3-none-any" in archive.read(f"{info}/WHEEL").decode()


def test_the_sdist_has_what_is_needed_to_test_it(built):
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for path in ("pyproject.toml", "README.md", "LICENSE", "src/loopwise/__init__.py", "tests/test_wheel.py"):
        assert path in names
    litter = ("__pycache__", ".pyc", ".nbi", ".nbc", ".venv", "_cache/", ".ipynb")
    assert not [name for name in names if any(part in name for part in litter)]


def test_both_are_the_same_bytes_wherever_they_are_built(built, tmp_path):
    sources = copy_of_sources(tmp_path, "elsewhere")
    for path in sources.rglob("*.py"):
        os.utime(path, (10**9, 10**9))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    for one, other in zip(built, build(sources, tmp_path / "dist")):
        assert one.name == other.name
        assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()


# === used from there ==================================================================================================


def test_it_is_the_wheel_that_runs(installed, tmp_path):
    told = json.loads(installed.run("info", "--json", "-", cwd=tmp_path).stdout)["info"]
    assert Path(told["folder"]) == installed.packages / "loopwise"
    assert installed.run("--version", cwd=tmp_path).stdout == f"loopwise {loopwise.__version__}\n"
    program = "import loopwise; print(loopwise.__file__)"
    found = installed.run("-c", program, cwd=tmp_path, program="python").stdout
    assert Path(found.strip()).parent == installed.packages / "loopwise"


def test_compare_writes_its_page_and_figure(installed, tmp_path):
    given = ("compare", "logistic", "--implementations", NAMES, "--budget", "2")
    files = ("--json", "race.json", "--plot", "race.png", "--html", "race.html")
    finished = installed.run(*given, *files, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"race.json", "race.png", "race.html"}
    (comparison,) = json.loads((tmp_path / "race.json").read_text())["comparisons"]
    assert [row["implementation"] for row in comparison["rows"]] == NAMES.split(",")
    assert all(row["agreement"]["passed"] for row in comparison["rows"])


def test_a_demo_runs(installed, tmp_path):
    finished = installed.run("demo", "symmetry", "--no-input", "--json", "demo.json", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert json.loads((tmp_path / "demo.json").read_text())["demo"]["name"] == "symmetry"


def test_another_packages_implementation_takes_part(installed, tmp_path):
    folder = installed.packages / "theirs-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(
        "[loopwise.implementations]\ntheirs = loopwise.implementations.numba_loops\n"
    )
    given = ("compare", "dot", "--implementations", f"{NAMES},theirs", "--budget", "1", "--json", "-")
    finished = installed.run(*given, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    (comparison,) = json.loads(finished.stdout)["comparisons"]
    assert [row["implementation"] for row in comparison["rows"]] == [*NAMES.split(","), "theirs"]


# === where it must not write ==========================================================================================

# Each time the same kernels are called: whether `train_epochs` is, would depend on the time that a step takes.
GRADIENT = ("gradcheck", "--implementation", "numba_loops", "--json", "-")
TRAIN = ("train", "logistic", "--implementation", "numba_loops", "--epochs", "2", "--json", "-")


@pytest.fixture(scope="module")
def read_only(built, tmp_path_factory):
    """An environment in which nothing can be written, and what keeps root from writing there all the same."""
    environment = Environment(tmp_path_factory.mktemp("read_only") / "venv")
    environment.install(built[0])
    folders = [path for path in (environment.packages, *environment.packages.rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    yield environment
    for folder in folders:
        folder.chmod(0o755)


def run_without_rights(environment, **variables):
    """A gradient, by a process that may write where the modes of files say so, even if it is root's."""
    before = ()
    if hasattr(os, "getuid") and os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root writes everywhere, and there is no setpriv to take that right from it")
        before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
    finished = environment.run(*GRADIENT, cwd="/", before=before, variables=variables)
    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stderr
    return finished.stdout, finished.stderr.count("compiled code is not kept")


def kept(folder):
    """The files of compiled code, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")}


def test_where_nothing_can_be_written_it_works_and_says_so_once(read_only, tmp_path):
    tmp_path.chmod(0o555)
    _, warnings = run_without_rights(read_only, HOME=str(tmp_path))
    tmp_path.chmod(0o755)
    assert warnings == 1
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_installation_keeps_code_in_the_users_home(read_only, tmp_path):
    first = run_without_rights(read_only, HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert first[1] == 0
    files = kept(tmp_path)
    assert files
    assert run_without_rights(read_only, HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache")) == first
    assert kept(tmp_path) == files


def test_another_users_cache_is_read(read_only, tmp_path):
    first = run_without_rights(read_only, NUMBA_CACHE_DIR=str(tmp_path))
    files = kept(tmp_path)
    assert files
    for path in tmp_path.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    again = run_without_rights(read_only, NUMBA_CACHE_DIR=str(tmp_path))
    for path in tmp_path.rglob("*"):
        path.chmod(0o755)
    assert again == first
    assert kept(tmp_path) == files


def test_an_upgrade_in_place_runs_the_new_code(built, tmp_path):
    environment = Environment(tmp_path / "venv")
    environment.install(built[0])
    before = json.loads(environment.run(*TRAIN, cwd=tmp_path).stdout)
    sources = copy_of_sources(tmp_path)
    # Not in the file of the kernel that is called: Numba itself would see that.
    path = sources / "src" / "loopwise" / "implementations" / "numba_loops" / "losses.py"
    text = path.read_text(encoding="utf-8")
    line = "def logistic_loss(z, y):\n"
    assert text.count(line) == 1
    path.write_text(text.replace(line, line + "    return 3.0\n\n\n@njit\ndef unused(z, y):\n"), encoding="utf-8")
    environment.install(build(sources, tmp_path / "dist")[0])
    after = json.loads(environment.run(*TRAIN, cwd=tmp_path).stdout)
    assert before["cost_history"][1] < before["cost_history"][0] < 3.0
    assert after["cost_history"] == [3.0, 3.0]
    assert after["theta_sha256"] == before["theta_sha256"]
