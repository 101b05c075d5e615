"""`loopwise train`: data, model, training with a progress bar, and the result as a table, figure, JSON."""

import os
import statistics
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from ..errors import DataFileError, OptionError
from ..validation import validate_size
from .options import (
    ANY_DATA,
    L2,
    Activation,
    BatchNorm,
    Initialization,
    Json,
    KeepProb,
    Loss,
    OneHot,
    Plot,
    Target,
    Task,
    Threads,
    Without,
    allowed_threads,
    app,
    name_of,
    named,
    names_in,
    sizes_of,
)

# The other options are what is learned, and how.
OF_THE_RUN = ("resume", "save", "threads", "scheduler", "workers", "json", "plot")


@app.command(
    epilog="Example: loopwise train network --data digits --layers 32,10 --optimizer adam --epochs 30 --batch-size 64 "
    "--plot digits.png"
)
def train(
    context: typer.Context,
    model: Annotated[
        list[str] | None,
        typer.Argument(metavar="MODEL", help="logistic, network, perceptron or adaline.", show_default="logistic"),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(help=ANY_DATA, show_default="what suits the model"),
    ] = None,
    target: Target = None,
    one_hot: OneHot = None,
    without: Without = None,
    task: Task = None,
    layers: Annotated[
        str | None, typer.Option(help="Hidden layers and the output: 20,7,5,1.", show_default="32 and the output")
    ] = None,
    activation: Activation = None,
    loss: Loss = None,
    initialization: Initialization = None,
    optimizer: Annotated[
        str | None, typer.Option(help="descent, momentum, rmsprop, adam or lbfgs.", show_default="descent")
    ] = None,
    alpha: Annotated[float | None, typer.Option(help="Learning rate.", show_default="by model and optimizer")] = None,
    decay: Annotated[
        float | None, typer.Option(help="Epoch e = 0, 1, … learns with alpha/(1 + decay e).", show_default="0")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over all examples.", show_default="200")] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Examples a step; 1: stochastic.", show_default="all; perceptron: 1")
    ] = None,
    beta_1: Annotated[float | None, typer.Option(help="Of momentum and adam.", show_default="0.9")] = None,
    beta_2: Annotated[float | None, typer.Option(help="Of rmsprop and adam.", show_default="0.999")] = None,
    l2: L2 = None,
    keep_prob: KeepProb = None,
    batch_norm: BatchNorm = None,
    examples: Annotated[int | None, typer.Option(help="m of drawn data.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data, bits of parity.")] = None,
    test_fraction: Annotated[
        float | None, typer.Option(help="Share held out for the test.", show_default="0.2; 0 where all is needed")
    ] = None,
    validation_fraction: Annotated[
        float | None, typer.Option(help="Share of the rest that only watches.", show_default="0")
    ] = None,
    patience: Annotated[
        int | None, typer.Option(help="Stop when the validation cost has not improved for so many epochs.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of everything drawn: data, split, parameters, order.", show_default="0")
    ] = None,
    implementation: Annotated[
        str | None,
        typer.Option(help="Whose operations; a file of your own will do.", show_default="numpy_vectorized"),
    ] = None,
    threads: Threads = None,
    workers: Annotated[
        int | None, typer.Option(help="Share the examples, in blocks, among so many processes of this machine.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="… among the workers of a Dask scheduler, as tcp://host:8786.")
    ] = None,
    sums: Annotated[
        str | None,
        typer.Option(help="plain, or reproducible: the same bits for any blocks.", show_default="plain"),
    ] = None,
    block_examples: Annotated[
        int | None, typer.Option(help="Examples in a block, at most.", show_default="a file's, or 2^24 numbers")
    ] = None,
    save: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep a file current while training, to resume from.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="FILE", help="Go on with a saved run, and keep its file current.")
    ] = None,
    json: Json = None,
    plot: Plot = None,
):
    """Train a model on a data set and say what it has learned.

    A run that is stopped or killed goes on with --resume FILE, and ends with the same bits as one that never stopped.
    """
    threads = allowed_threads(threads)
    validate_size("examples", examples)
    validate_size("features", features)
    validate_size("block_examples", block_examples)
    asked = {name: value for name, value in context.params.items() if name not in OF_THE_RUN}
    model, data = model_and_data(model or [], data)
    asked |= {"model": model, "data": data}
    given = named(**asked | {"layers": sizes_of(layers, "layers"), "without": names_in(without)})
    from ..learning import block_jobs, jobs
    from ..learning.prediction import kept_for_prediction
    from ..learning.settings import complete, load_run
    from ..machine import threads as machine
    from ..report.outputs import Outputs
    from ..report.training import training_figure, training_table

    outputs = Outputs(json, plot, save=save if save is not None else resume)
    state, saved = load_run(resume) if resume is not None else (None, {})
    settings = complete(given, saved)
    name_of(settings["implementation"])
    shared = block_jobs.in_blocks(settings, scheduler, workers)
    if saved and shared != block_jobs.in_blocks(saved, None, None):
        raise OptionError("the saved run is one of one machine; over blocks it would be another run")
    how: Any = block_jobs if shared else jobs
    among = (scheduler, workers, threads) if shared else ()
    # Before the job: where blocks are shared by threads, each of them has one thread of BLAS.
    with machine.threads(threads), how.job_on(settings, *among) as job:
        if saved and saved.get("digest") != job.digest:
            raise DataFileError(f"{resume} was trained on other data: {settings['data']} has changed since")
        say_what(job, outputs.say)
        about = settings | {"digest": job.digest, "prediction": kept_for_prediction(job.dataset)}
        keeper = Keeping(save or resume, about, outputs.say)
        with shown(outputs.errors, settings) as show:

            def on_progress(state):
                show(state)
                keeper.keep(state)

            state, seconds, curve = how.learn(job, state, curves=plot is not None, on_progress=on_progress)
            keeper.at_the_end(state)
            result = how.outcome(job, state, seconds, curve)
        if hasattr(job, "workers"):
            outputs.say(whether_it_pays(job))
    outputs.publish(training_table(result), json=result.as_dict, plot=lambda: training_figure(result))
    raise typer.Exit(outputs.exit_code(stopped=state.stopped == "interrupted", done="learned"))


def model_and_data(words, data):
    """The model among some words, and the files of --data: a shell makes words of all but the first of blocks/*.npy."""
    from ..learning.settings import DEFAULTS

    files = [word for word in words if data is not None and word not in DEFAULTS and os.path.exists(word)]
    others = [word for word in words if word not in files]
    if len(others) > 1:
        raise OptionError(f"one model at a time: {others[0]}, and not also {others[1]}")
    return others[0] if others else None, ",".join([data, *files]) if files else data


def say_what(job, say):
    """A line about each thing that was not asked for in so many words."""
    data = in_short(job.settings["data"])
    if job.dataset.passed_over:
        say(f"{data}: {job.dataset.said_of_others}")
    if job.impl.missing:
        say(stood_in(job.impl))
    if job.dataset.preparation:
        say(f"{data}: {job.dataset.said}")
    if hasattr(job, "workers"):
        blocks, dashboard = len(job.learn.blocks.pieces), job.workers.dashboard
        where = f"; dashboard {dashboard}" if dashboard else ""
        say(f"{data}: {blocks} block{'s' * (blocks > 1)}, {job.workers.said}{where}")


def in_short(data):
    """Where data comes from, in a line: of many files the first and the last."""
    first, *others = data.split(",")
    return data if len(others) < 3 else f"{first} … {others[-1]}"


def whether_it_pays(job):
    """A line about what the workers' time went into."""
    from ..report import units

    step, computing = (statistics.median(column) for column in zip(*job.learn.spent))
    said = f"a sum over all blocks took {units.seconds(step)}, with {units.seconds(computing)} of computing in it"
    if job.workers.count > 1 and computing <= step:
        return f"{said}: one process without workers would be as fast, or faster"
    return f"{said}, shared by {job.workers.said}"


def stood_in(impl):
    """What a user's file lacks and may be needed."""
    from ..learning.jobs import STAND_IN

    return f"{impl.name} has not all operations: those of {STAND_IN[impl.family]} stand in for what it lacks"


@contextmanager
def shown(errors, settings):
    """A bar while it learns, with the cost; gives what is called with each new state."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from ..report.progress import compiling_named, said

    columns = said(), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("training", total=settings["epochs"])
        with compiling_named(progress, task) as show:

            def show_state(state):
                cost = f"J = {state.costs[-1]:.4g}" if state.costs else "no epoch done"
                show(f"{settings['model']}: {cost}", completed=state.epoch)

            yield show_state


class Keeping:
    """The file that is kept current, or none."""

    def __init__(self, path, about, say):
        from ..learning import checkpoints

        self.keeper = path and checkpoints.Keeper(path, about)
        self.say = say

    def keep(self, state):
        """At most once a second."""
        self._write(state, lambda: self.keeper(state))

    def at_the_end(self, state):
        """Whatever the clock says."""
        self._write(state, lambda: self.keeper.save(state))

    def _write(self, state, write):
        """A disk that is full must not end the training: say so once, and go on without the file."""
        if self.keeper:
            try:
                write()
            except OSError as error:
                self.say(f"loopwise: {self.keeper.path} is no longer kept: {error.strerror}")
                self.keeper = None
