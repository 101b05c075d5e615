"""A commit's loopwise, and a Python with what it needs."""

import fcntl
import subprocess
import sys
import venv
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from asv.util import UserError, load_json

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".asv"
INSTRUMENT = ("psutil", "threadpoolctl")  # what the yardstick needs, where the commit itself does not


class CommitError(Exception):
    """A commit cannot be measured at all; says why."""


@dataclass(frozen=True)
class Commit:
    """A commit that was laid out.

    Attributes
    ----------
    hash : str
    source : Path
        The folder that its package lies in.
    python : str
    """

    hash: str
    source: Path
    python: str


def git(*arguments):
    """What git says; empty where it fails."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def hash_of(name):
    """The hash that git knows by this name; empty where it knows none."""
    return git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")


def laid_out(commit):
    """Lay a commit's package out, and find a Python that has the versions which it pins.

    Raises
    ------
    CommitError
    """
    folder = KEPT / "commits" / commit
    folder.parent.mkdir(parents=True, exist_ok=True)
    with one_at_a_time():
        if not folder.exists():
            unpack(commit, folder)
        return Commit(commit, folder / "src", python_with(pinned(folder), folder))


@contextmanager
def one_at_a_time():
    """Another program that lays commits out waits for this one."""
    with (KEPT / "commits" / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def unpack(commit, folder):
    """A commit's files, all or none."""
    with TemporaryDirectory(dir=folder.parent) as part:
        archive, files = Path(part, "archive.tar"), Path(part, "files")
        files.mkdir()
        try:
            subprocess.run(["git", "archive", "--output", archive, commit], cwd=ROOT, check=True)
            subprocess.run(["tar", "-x", "-f", archive, "-C", files], check=True)
        except (subprocess.CalledProcessError, OSError) as error:
            raise CommitError(f"commit {commit[:8]} could not be laid out: {error}") from error
        files.rename(folder)


def pinned(folder):
    """The versions that a commit's asv.conf.json pins: {package: version}."""
    try:
        matrix = load_json(str(folder / "asv.conf.json"), js_comments=True)["matrix"]["req"]
    except (OSError, KeyError, UserError) as error:
        raise CommitError(f"commit {folder.name[:8]} does not say which versions it needs: {error}") from error
    return {name.removeprefix("pip+"): versions[0] for name, versions in matrix.items()}


def installed(package):
    """The version at hand; empty where there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def python_with(pins, folder):
    """This Python, if it has these versions; else one of a virtual environment, which is kept for the next time."""
    if all(installed(package) == wanted for package, wanted in pins.items()):
        return sys.executable
    named = sha256(repr((sorted(pins.items()), sys.version)).encode()).hexdigest()[:12]
    environment = KEPT / "env" / f"paired-{named}"
    python, done = environment / "bin" / "python", environment / "installed"
    if not done.exists():
        print(f"an environment with {', '.join(f'{name} {wanted}' for name, wanted in pins.items())}", flush=True)
        venv.create(environment, with_pip=True, clear=True)
        wanted = [f"{name}=={value}" for name, value in pins.items()] + [*INSTRUMENT]
        installing = [python, "-m", "pip", "install", "--quiet", *wanted, folder]
        try:
            subprocess.run(installing, check=True)
        except subprocess.CalledProcessError as error:
            raise CommitError(f"pip could not install what commit {folder.name[:8]} needs") from error
        done.touch()
    return str(python)
