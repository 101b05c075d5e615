"""`loopwise race`: train the same network in every implementation, side by side, and watch."""

from contextlib import contextmanager
from typing import Annotated

import typer

from ..errors import OptionError
from ..validation import validate_seconds, validate_seed, validate_size
from .options import (
    ANY_DATA,
    Json,
    Names,
    OneHot,
    Target,
    Task,
    Threads,
    Without,
    allowed_threads,
    app,
    named,
    names_in,
    names_of,
    sizes_of,
)

DEFAULT = {"data": "flower", "layers": [4, 1], "activation": "tanh"}  # the lecture's first network, C 12
STILLS = 4  # without a live view, so many tables


@app.command(
    epilog="Example: loopwise race --data digits --examples 300 --layers 16,10 --seconds 10\n\n"
    "The JSON is {race: {workload, data, sizes, alpha, seconds, machine, agreed, stopped, runners: [{implementation, "
    "contract, steps, seconds, step_seconds, taken_by_others, spoilt, at_most, compile_seconds, costs: [{step, J}], "
    "apart: {vs, steps, max_ulp}, wrong}], not_running: {implementation: reason}}}."
)
def race(
    data: Annotated[str | None, typer.Option(help=ANY_DATA, show_default="flower")] = None,
    target: Target = None,
    one_hot: OneHot = None,
    without: Without = None,
    task: Task = None,
    examples: Annotated[int | None, typer.Option(help="m: the first m; of synthetic data, all.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data.")] = None,
    layers: Annotated[str | None, typer.Option(help="Hidden layers and the output.", show_default="4,1")] = None,
    activation: Annotated[
        str | None, typer.Option(help="Of the hidden layers.", show_default="tanh on the flower")
    ] = None,
    alpha: Annotated[float, typer.Option(help="The learning rate.")] = 1.2,
    implementations: Names = None,
    seconds: Annotated[float, typer.Option(help="For each; compiling does not count.")] = 4.0,
    live: Annotated[bool, typer.Option("--live/--no-live", help="Without: a few tables, for a recording.")] = True,
    threads: Threads = None,
    seed: Annotated[int, typer.Option(help="Of drawn data and parameters.")] = 0,
    json: Json = None,
):
    """Train the same network in every implementation, each for the same time: watch how far each gets.

    The costs of the same step lie on one another; the clocks do not. Exit code 1 when an implementation disagrees.
    """
    threads = allowed_threads(threads)
    validate_size("examples", examples)
    validate_size("features", features)
    layers, names = sizes_of(layers, "layers"), names_of(implementations)
    from rich.text import Text

    from ..measure import race as measure
    from ..report.outputs import Outputs
    from ..report.progress import bar
    from ..report.race import outcome, race_shown
    from .work import choose_work

    outputs = Outputs(json)
    validate_seconds("seconds", seconds)
    validate_seed(seed)
    if not 0 < alpha < float("inf"):
        raise OptionError(f"alpha is {alpha}; expected a positive number")
    given = named(data=data, examples=examples, features=features, activation=activation, layers=layers)
    given |= named(target=target, one_hot=one_hot, without=names_in(without), task=task)
    (work,) = choose_work("network", seed, given if "data" in given else default(given) | given)
    view = watched if live and outputs.console.is_terminal else stills
    with bar(outputs.errors, "race") as show:
        run = measure.get_ready(work, names, alpha, seconds, thread_count=threads, progress=show)
    if run.runners:
        with view(outputs.console) as watch:
            measure.run(run, watch)
    outputs.publish(race_shown(run), Text("\n".join(outcome(run)), "italic"), json=lambda: {"race": run.as_dict()})
    raise typer.Exit(outputs.exit_code(run.agreed, run.stopped))


def default(given):
    """The first network; its activation is of the hidden layers, so that it is nothing's where there are none."""
    if len(given.get("layers", DEFAULT["layers"])) > 1:
        return DEFAULT
    return {name: value for name, value in DEFAULT.items() if name != "activation"}


@contextmanager
def watched(console):
    """A table that changes in its place, gone at the end."""
    from rich.live import Live

    from ..report.race import race_shown

    with Live(console=console, auto_refresh=False, transient=True) as view:
        yield lambda race: view.update(race_shown(race), refresh=True)


@contextmanager
def stills(console):
    """For a recording or a file: a table now and then."""
    from ..report.race import race_shown

    shown = [0]  # as many quarters as have been shown

    def watch(race):
        quarter = int(STILLS * min(runner.seconds for runner in race.runners) / race.seconds)
        if shown[-1] < quarter < STILLS:  # the last is shown with its outcome
            shown.append(quarter)
            console.print(race_shown(race), "")

    yield watch
