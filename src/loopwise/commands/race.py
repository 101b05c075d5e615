"""What `loopwise race` does: the work, the race, and how it is watched."""

from contextlib import contextmanager

from rich.live import Live
from rich.text import Text

from ..errors import OptionError, check_seconds, check_seed
from ..measure.live_race import get_ready
from ..measure.live_race import run as run_race
from ..measure.machine import default_threads
from ..report.live_race import outcome, race_shown
from ..report.outputs import Outputs
from ..report.progress import bar
from .compare import choose_work

DEFAULT = {"data": "flower", "layers": [4, 1], "activation": "tanh"}  # the lecture's first network, C 12
STILLS = 4  # without a live view, so many tables


def run(*, names, alpha, seconds, threads, seed, live, json, **options):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 2 when only an output failed, 130 after
        Ctrl-C; what was run until then is shown and written.
    """
    outputs = Outputs(json)
    check_seconds("seconds", seconds)
    check_seed(seed)
    if not 0 < alpha < float("inf"):
        raise OptionError(f"alpha is {alpha}; expected a positive number")
    given = {name: value for name, value in options.items() if value is not None}
    (work,) = choose_work("network", seed, **(given if "data" in given else default(given) | given))
    view = watched if live and outputs.console.is_terminal else stills
    with bar(outputs.errors, "race") as show:
        race = get_ready(work, names, alpha, seconds, threads or default_threads(), show)
    if race.runners:
        with view(outputs.console) as watch:
            run_race(race, watch)
    outputs.publish(race_shown(race), Text("\n".join(outcome(race)), "italic"), json=lambda: {"race": race.as_dict()})
    return outputs.exit_code(race.agreed, race.stopped)


def default(given):
    """The first network; its activation is of the hidden layers, so that it is nothing's where there are none."""
    if len(given.get("layers", DEFAULT["layers"])) > 1:
        return DEFAULT
    return {name: value for name, value in DEFAULT.items() if name != "activation"}


@contextmanager
def watched(console):
    """A table that changes in its place, gone at the end."""
    with Live(console=console, auto_refresh=False, transient=True) as view:
        yield lambda race: view.update(race_shown(race), refresh=True)


@contextmanager
def stills(console):
    """For a recording or a file: a table now and then."""
    shown = [0]  # as many quarters as have been shown

    def watch(race):
        quarter = int(STILLS * min(runner.seconds for runner in race.runners) / race.seconds)
        if shown[-1] < quarter < STILLS:  # the last is shown with its outcome
            shown.append(quarter)
            console.print(race_shown(race), "")

    yield watch
