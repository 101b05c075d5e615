"""A plugin for asv: every finished benchmark is written at once.

asv itself writes a commit's results when all of its benchmarks are done, so that Ctrl-C would lose hours. Here results
that are about to be kept remember where, and are written again after each benchmark. They also remember the number of
threads, and in an existing environment the versions, as in one that asv makes. The names below are asv's
(0.6.6, pinned in pyproject.toml); a test stops a run and looks for what it had finished.
"""

import os
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from asv.results import Results

from benchmarks import THREADS

load_data, add_result = Results.load_data, Results.add_result


def load_and_remember(results, folder):
    """asv calls this once for results that it is going to save."""
    load_data(results, folder)
    results.params["threads"] = THREADS
    if results.env_name.startswith("existing"):  # asv knows what it installed itself
        results.params.update({package: version(package) for package in ("numpy", "numba", "llvmlite")})
    results.kept_in = folder


def add_and_save(results, *arguments, **named):
    """asv calls this after each benchmark."""
    add_result(results, *arguments, **named)
    if folder := vars(results).get("kept_in"):
        save_atomically(results, Path(folder))


def save_atomically(results, folder):
    """Write beside the folder first: a process killed meanwhile leaves the old file whole."""
    with TemporaryDirectory(dir=folder.parent) as beside:
        results.save(beside)
        for path in Path(beside).rglob("*.json"):
            target = folder / path.relative_to(beside)
            target.parent.mkdir(exist_ok=True)
            os.replace(path, target)


Results.load_data, Results.add_result = load_and_remember, add_and_save
