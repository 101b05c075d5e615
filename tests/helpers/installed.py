"""loopwise as people have it: a wheel in an environment of its own, used from a folder outside the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("src", "tests", "docs", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore")
OF_THIS_PROCESS = ("PYTHONPATH", "NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "PYTHONDONTWRITEBYTECODE")


def copy_of_sources(folder, name="sources"):
    """The repository's files in another folder, without what lies about."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
    for source in SOURCES:
        path = ROOT / source
        if path.is_dir():
            shutil.copytree(path, folder / name / source, ignore=ignored)
        else:
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / name / source)
    return folder / name


def build(sources, folder):
    """The wheel and the sdist of some sources; the wheel is built from the sdist."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(sources)]
    finished = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


class Environment:
    """An environment without the repository.

    What loopwise depends on is taken from this one, so that nothing need be downloaded: its folder stands last on the
    path, where the link that an editable installation leaves is not followed.
    """

    def __init__(self, folder):
        self.folder = folder
        venv.create(folder, symlinks=os.name != "nt")
        scheme = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)}, scheme="venv")
        self.scripts, self.packages = Path(scheme["scripts"]), Path(scheme["purelib"])
        (self.packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")

    def install(self, wheel):
        """pip install."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet", "--no-index"]
        command = [*pip, "--no-deps", "--force-reinstall", str(wheel)]
        finished = subprocess.run(command, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stderr

    @property
    def python(self):
        """The environment's own."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    def run(self, *arguments, cwd, program="loopwise", variables=None, before=()):
        """A program of the environment, in a folder outside the repository."""
        command = [*before, str(self.scripts / program), *map(str, arguments)]
        surroundings = environment() | {"COLUMNS": "100"} | (variables or {})
        return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=surroundings)


def environment():
    """This process's variables, without what is the suite's own."""
    return {name: value for name, value in os.environ.items() if name not in OF_THIS_PROCESS}
