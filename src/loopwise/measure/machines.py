"""The same comparison on each machine of a Dask cluster: who agrees, and how long it takes there.

Each worker starts the command in a process of its own, with all of its machine; those of one machine take turns.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from ..errors import OptionError, one_line
from ..scale.cluster import addresses

LOOK = 1.0  # seconds until it is looked whether workers are still there
HELD_DOWN = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # which Dask sets to 1 for its workers


@dataclass
class Found:
    """What one worker has found.

    Attributes
    ----------
    worker : str
        Its address.
    comparisons : list of dict
        As `Comparison.as_dict` has them.
    error : str or None
        Why there are none, in a line.
    disagrees : list of str
        What does not agree: an implementation with the reference of its machine, or that one with other machines'.
    """

    worker: str
    comparisons: list
    error: str | None = None
    disagrees: list = field(default_factory=list)

    def as_dict(self):
        """For machines: the schema in docs/commands.md."""
        return {
            "worker": self.worker,
            "comparisons": self.comparisons,
            "error": self.error,
            "disagrees": self.disagrees,
        }


def compare_on(client, arguments, progress):
    """Run `loopwise compare` on each worker.

    Parameters
    ----------
    client : distributed.Client
    arguments : list of str
        Of the command.
    progress : callable(text, share)

    Returns
    -------
    list of Found
        In the order of the workers' addresses.
    """
    from distributed import wait

    workers, turns, running, found = addresses(client), defaultdict(list), {}, {}
    if not workers:
        raise OptionError(f"the scheduler at {client.scheduler.address} has no workers")
    for worker in workers:
        turns[worker.rpartition(":")[0]].append(worker)
    while len(found) < len(workers):
        for queue in turns.values():
            if queue and not any(worker.rpartition(":")[0] == queue[0].rpartition(":")[0] for worker in running):
                worker = queue.pop(0)
                running[worker] = client.submit(command_here, arguments, workers=[worker], pure=False)
        with suppress(TimeoutError):
            wait(list(running.values()), timeout=LOOK, return_when="FIRST_COMPLETED")
        there = addresses(client)
        for worker, future in list(running.items()):
            if future.done() or worker not in there:
                found[worker] = found_by(worker, future)
                del running[worker]
                progress(f"{len(found)} of {len(workers)} workers", len(found) / len(workers))
    results = [found[worker] for worker in workers]
    name_disagreements(results)
    return results


def command_here(arguments):
    """The command in a process of its own: its exit code, what it wrote and what it said."""
    environment = {name: value for name, value in os.environ.items() if name not in HELD_DOWN}
    command = [sys.executable, "-m", "loopwise", "compare", *arguments, "--json", "-"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout, done.stderr


def found_by(worker, future):
    """What a worker has found, or why it has not."""
    if future.status == "error":
        return Found(worker, [], one_line(future.exception()))
    if future.status != "finished":
        return Found(worker, [], "this worker has gone")
    code, written, said = future.result()
    try:
        return Found(worker, json.loads(written)["comparisons"])
    except ValueError:
        lines = [line.strip("│ ") for line in said.splitlines() if any(map(str.isalnum, line))] or [f"exit code {code}"]
        return Found(worker, [], lines[-1].removeprefix("loopwise: "))


def name_disagreements(results):
    """Note in each result what does not agree, with its own reference or with the others' bits."""
    usual = usual_bits(results)
    for found in results:
        for comparison in found.comparisons:
            work = comparison["workload"]
            for row in comparison["rows"]:
                if row["agreement"] and not row["agreement"]["passed"]:
                    found.disagrees.append(f"{work}: {row['implementation']} with {comparison['reference']}")
            if comparison["reference_sha256"] != usual[work]:
                found.disagrees.append(f"{work}: other bits than the other workers'")


def usual_bits(results):
    """What most workers' references have computed, by workload; of a tie, what the first has."""
    counts = defaultdict(lambda: defaultdict(int))
    for found in results:
        for comparison in found.comparisons:
            counts[comparison["workload"]][comparison["reference_sha256"]] += 1
    return {work: max(of_bits, key=of_bits.get) for work, of_bits in counts.items()}
