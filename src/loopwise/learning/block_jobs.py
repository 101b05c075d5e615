"""A job over blocks of examples: as in `jobs`, but the examples stay on workers, or in files."""

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import datasets
from ..datasets import arrays, tables
from ..errors import OptionError
from ..scale.blocks import Blocks, blocks_of
from ..scale.files import SUFFIXES, in_files, standardizing, suffix_of
from ..scale.gradient import scalable
from ..scale.standardize import moments
from ..scale.sums import Sums, sums_over
from ..scale.workers import workers_of
from .jobs import CURVE, Result, build, digest_of, load_data, trained, whole_implementation
from .models import accuracy

FACTS = ("cost", "right", "squares")


@dataclass(frozen=True)
class BlockData(datasets.Dataset):
    """A data set whose examples are in blocks, to learn from and held out; X and Y have no columns."""

    learn: Blocks | None = None
    test: Blocks | None = None


@dataclass(frozen=True)
class BlockJob:
    """A model, its data on workers and how to train it; `learn` and `test` are `Sums` over them."""

    settings: dict
    impl: Any
    model: Any
    theta: np.ndarray
    dataset: BlockData
    learn: Sums
    test: Sums | None
    digest: str
    workers: Any


def in_blocks(settings, scheduler, workers):
    """Whether a run is one over blocks: workers share it, its data is several files, or it was one before."""
    asked = scheduler is not None or workers is not None or any(name in settings for name in ("sums", "block_examples"))
    return asked or are_files(settings["data"])


def are_files(data):
    """Whether data is named by a pattern, by several names with commas, or as a folder of blocks, or a Zarr folder."""
    folder = Path(data).expanduser()
    if folder.is_dir():
        return suffix_of(data) == ".zarr" or any(suffix_of(path) in SUFFIXES for path in folder.iterdir())
    return suffix_of(data) == ".zarr" or (any(mark in data for mark in "*?,") and not folder.exists())


@contextmanager
def job_on(settings, scheduler=None, workers=None, threads=None):
    """A job with its data on the workers, while the `with` block runs.

    Parameters
    ----------
    settings : dict
    scheduler, workers
        As for `scale.workers.workers_of`.
    threads : int, optional
        Of this process, where neither is given.
    """
    impl = whole_implementation(settings["implementation"])
    if settings["patience"] is not None or settings["validation_fraction"] > 0:
        raise OptionError("--validation-fraction and --patience: examples that only watch are not shared by workers")
    settings.setdefault("sums", "plain")
    if scheduler is None and workers is None:
        scheduler, workers = "threads", threads
    with workers_of(scheduler, workers) as those:
        dataset, digest = data_for(settings, those, impl)
        n_x, n_y = dataset.learn.n_x, dataset.learn.n_y
        model, theta = build(settings, n_x, n_y, is_quantity=not dataset.classes)
        scalable(model)
        with held(those, dataset.learn, settings) as learn, held(those, dataset.test, settings) as test:
            yield BlockJob(settings, impl, model, theta, dataset, learn, test, digest, those)


@contextmanager
def held(workers, blocks, settings):
    """Blocks that the workers hold, in memory where they have room; None of none."""
    if blocks is None:
        yield None
        return
    with sums_over(workers, blocks, settings["sums"], on_disk=blocks.bytes > workers.memory) as over:
        yield over


def data_for(settings, workers, impl):
    """`BlockData`, and what tells it from other data."""
    if are_files(settings["data"]) or suffix_of(settings["data"]) in SUFFIXES:
        return from_files(settings, workers, impl)
    data = load_data(settings)
    learn = blocks_of(data.X, data.Y, settings.get("block_examples"))
    test = blocks_of(data.X_test, data.Y_test, settings.get("block_examples")) if data.X_test.size else None
    own = {name: getattr(data, name) for name in data.__dataclass_fields__}
    return BlockData(**own, learn=learn, test=test), digest_of(data.X, data.Y)


def from_files(settings, workers, impl):
    """Data in files, standardized as on one machine: with mean and deviation of what is learned from."""
    sizes = [name for name in ("examples", "features", "classes") if settings.get(name) is not None]
    if sizes:
        raise OptionError(f"{settings['data']} comes with its own {sizes[0]}")
    if settings.get("one_hot"):
        raise OptionError("--one-hot is of a table in one piece: blocks hold numbers")
    asked = {name: settings[name] for name in ("target", "task", "without") if settings.get(name)}
    drawn = {name: settings[name] for name in ("test_fraction", "seed")}
    found = in_files(settings["data"], **asked, **drawn, examples=settings.get("block_examples"))
    with held(workers, found.learn, settings) as raw:
        mean, deviation = moments(raw, impl)
    learn, test = (blocks and standardizing(blocks, mean, deviation) for blocks in (found.learn, found.test))
    n_x, n_y = learn.n_x, learn.n_y
    if found.columns:
        how = tables.Preparation(found.columns, {}, settings["target"], found.classes, False)
    else:
        how = arrays.Preparation((n_x,), False, found.classes)
    nothing = [np.zeros((n, 0)) for n in (n_x, n_y, n_x, n_y)]
    digest = hashlib.sha256(b"".join(part.tobytes() for part in (mean, deviation, *labels_in(found.learn))))
    data = BlockData(settings["data"], *nothing, found.classes, scaling=(mean, deviation), learn=learn, test=test)
    data = replace(data, target_scaling=found.target_scaling, preparation=how)
    return data, digest.hexdigest()


def labels_in(blocks):
    """Y of each block of files."""
    return [np.ascontiguousarray(piece.source.Y.read()) for piece in blocks.pieces]


# === learning ========================================================================================


def learn(job, state=None, curves=False, on_progress=None):
    """Train as the settings say; see `jobs.learn`."""
    settings, curve = job.settings, []

    def epoch_done(state):
        if state.epoch % max(1, settings["epochs"] // CURVE) == 0 or state.epoch == 1:
            shares = [evaluate(job, state, over)["accuracy"] for over in (job.learn, job.test)]
            curve.append((state.epoch, *shares))

    started = time.perf_counter()
    listeners = {"on_epoch": epoch_done if curves else None, "on_progress": on_progress}
    state = trained(job, job.learn, state=state, **listeners)
    return state, time.perf_counter() - started, curve


def outcome(job, state, seconds, curve):
    """Look at what was learned: a `jobs.Result`."""
    return Result(job, state, seconds, evaluate(job, state, job.learn), evaluate(job, state, job.test), curve)


def evaluate(job, state, over):
    """Cost, accuracy and RMSE over blocks; see `jobs.evaluate`."""
    if over is None:
        return {"m": 0, "cost": None, "accuracy": None, "rmse": None}
    m, model, data = over.blocks.m, job.model, job.dataset
    cost, right, squares = over.total(facts, (model, state.theta, bool(data.classes)), job.impl)
    cost = float(cost) / m if model.cost_is_mean else float(cost)
    found = {"m": m, "cost": cost, "accuracy": None, "rmse": None}
    if data.classes:
        return found | {"accuracy": float(right) / m}
    unit = data.target_scaling[1] if data.target_scaling else 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        return found | {"rmse": unit * float(np.sqrt(squares / (m * over.blocks.n_y)))}


def facts(impl, X, Y, model, theta, are_classes):
    """Of some examples: the cost, how many are predicted right, the squared error; each a sum."""
    Z, A = model.predict(impl, theta, X)
    m, cost = impl.shape(Y)[1], model.cost(impl, Z, A, Y)
    A, Y = impl.asnumpy(A), impl.asnumpy(Y)
    right = m * accuracy(model, A, Y) if are_classes else 0.0
    return np.array([m * cost if model.cost_is_mean else cost, round(right), np.sum((A - Y) ** 2)])
