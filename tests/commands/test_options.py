"""Options that several commands share."""

import json
import os

from helpers.cli import run


def test_more_threads_than_cores_are_allowed(monkeypatch):
    monkeypatch.delenv("NUMBA_NUM_THREADS")  # which the suite sets, and users do not
    more = str((os.cpu_count() or 1) + 2)
    finished = run("compare", "dot", "--features", "50", "--budget", "0.3", "--threads", more, "--json", "-")
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["comparisons"][0]["threads"] == int(more)
