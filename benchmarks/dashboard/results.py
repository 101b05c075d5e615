"""asv's result files as rows: one for each commit, benchmark and set of parameters."""

import math
import subprocess
from ast import literal_eval
from dataclasses import dataclass
from importlib import import_module
from itertools import product

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.results import iter_results


@dataclass(frozen=True)
class Cell:
    """One value of one commit; `value` is None where there is none, and then `reason` says why."""

    commit: str
    benchmark: str
    unit: str
    parameters: dict
    value: float | None
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True)
class Host:
    """Where results come from, and all of them: a machine and an environment."""

    card: dict
    environment: str  # "existing" for the one at hand, "virtualenv" for asv's own
    commits: dict  # from hash to its day and first line, the oldest first
    cells: list


def hosts(config="asv.conf.json"):
    """Every machine and environment that has results, the one with the most values first.

    Raises
    ------
    asv.util.UserError
        There are no results yet.
    """
    config = Config.load(config)
    benchmarks = Benchmarks.load(config)
    grouped = {}
    for result in iter_results(config.results_dir):
        grouped.setdefault((result.params["machine"], result.env_name), []).append(result)
    order = commit_order({result.commit_hash for results in grouped.values() for result in results})
    found = [host(sorted(results, key=lambda r: order[r.commit_hash]), benchmarks) for results in grouped.values()]
    return sorted(found, key=lambda host: -sum(cell.value is not None for cell in host.cells))


def host(results, benchmarks):
    """All results of one machine in one environment, the oldest commit first."""
    newest = results[-1]
    cells = [cell for result in results for cell in cells_of(result, benchmarks)]
    commits = {result.commit_hash: subject(result.commit_hash) for result in results}
    return Host(dict(newest.params), newest.env_name.split("-")[0], commits, cells)


def cells_of(result, benchmarks):
    """One commit's rows."""
    for name in sorted(result.get_result_keys(benchmarks)):
        known = benchmarks[name]
        values = result.get_result_value(name, known["params"])
        stats = result.get_result_stats(name, known["params"])
        left_out = reasons(name)
        for cell, value, spread in zip(product(*known["params"]), values, stats):
            cell = tuple(literal_eval(word) for word in cell)
            low, high = (spread.get(quartile) for quartile in ("q_25", "q_75")) if spread else (None, None)
            number = None if value is None or math.isnan(value) else value
            reason = "" if number is not None else left_out.get(cell) or ("failed" if value is None else "not measured")
            parameters = dict(zip(known["param_names"], cell))
            yield Cell(result.commit_hash, name, known["unit"], parameters, number, low, high, reason)


def reasons(name):
    """Why cells of a benchmark are left out: the suite says so itself."""
    module, owner, function = name.split(".")
    try:
        return getattr(getattr(import_module(f"benchmarks.{module}"), owner), function).left_out
    except (ImportError, AttributeError):  # nothing is left out, or it is a benchmark of former days
        return {}


def commit_order(hashes):
    """The index of each commit in history, the oldest first; what history does not know comes before all."""
    history = git("rev-list", "--reverse", "--topo-order", "--all").split()
    index = {commit: k for k, commit in enumerate(history)}
    return {commit: index.get(commit, -1) for commit in hashes}


def subject(commit):
    """Day and first line of a commit."""
    return git("log", "-1", "--format=%cs: %s", commit).strip()


def git(*arguments):
    """What git says; nothing where it fails."""
    return subprocess.run(["git", *arguments], capture_output=True, text=True).stdout
