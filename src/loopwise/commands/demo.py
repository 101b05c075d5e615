"""`loopwise demo`: ask for a prediction, run, explain."""

import sys
from typing import Annotated

import typer

from ..errors import OptionError
from .options import Json, Threads, allowed_threads, app


@app.command(
    epilog="Example: loopwise demo where-numpy-loses; for a recording: loopwise demo prange-race --no-input\n\n"
    "Slides: loopwise demo slide-loop --no-input --export slides.html\n\n"
    "The JSON is {demo: {name, title, source, question, choices, prediction, answer, figures, explanation, load}}; "
    "prediction and answer count from 1, figures are the demo's own. With --list: {demos: [{name, title, source}]}."
)
def demo(
    name: Annotated[str | None, typer.Argument(help="One of --list.")] = None,
    every: Annotated[bool, typer.Option("--list", help="Name them all.")] = False,
    predict: Annotated[int | None, typer.Option(help="Your prediction; else you are asked.")] = None,
    ask: Annotated[bool, typer.Option("--input/--no-input", help="Whether to wait for a prediction.")] = True,
    threads: Threads = None,
    export: Annotated[
        str | None, typer.Option(metavar="FILE", help="Slides with what was measured: .html, needs no network.")
    ] = None,
    json: Json = None,
):
    """Predict, run, understand: a demo of a few minutes, every number measured while it runs.

    --export writes it as slides that can be shown without running anything.
    """
    threads = allowed_threads(threads)
    if every:
        if name is not None:
            raise OptionError(f"--list names all; what is {name!r} for?")
        if export is not None:
            raise OptionError("--list names all; --export is of one demo")
        raise typer.Exit(list_demos(json))
    if name is None:
        raise OptionError("which demo? loopwise demo --list names them")
    from rich.console import Group

    from ..demos.demo import load
    from ..demos.telling import answered, asked, measured, validate_prediction
    from ..report.outputs import Outputs

    outputs, demo = Outputs(json, html=export), load(name)
    validate_prediction(demo, predict)
    outputs.publish(Group(*asked(demo), ""))
    if predict is None and ask and sys.stdin.isatty():
        predict = predicted(outputs.console, len(demo.choices))
    with outputs.errors.status("measuring ..."):
        outcome = measured(demo, threads)
    outputs.publish(
        Group(*answered(demo, outcome, predict)),
        json=lambda: {"demo": as_dict(demo, outcome, predict)},
        html=lambda: slides(demo, outcome),
    )
    raise typer.Exit(outputs.exit_code())


def slides(demo, outcome):
    """The deck of `--export`, and what it is made with."""
    from ..demos.slides import deck

    return deck(demo, outcome)


def list_demos(json):
    """Every demo's name and title."""
    from ..demos.demo import DEMOS, load
    from ..demos.kit import table
    from ..report.outputs import Outputs

    outputs, demos = Outputs(json), [load(name) for name in DEMOS]
    outputs.publish(
        table(("demo", ""), [(one.name, one.title) for one in demos], words=2),
        json=lambda: {"demos": [{"name": one.name, "title": one.title, "source": one.source} for one in demos]},
    )
    return outputs.exit_code()


def predicted(console, count):
    """The number of a choice; None for Enter alone, or Ctrl-D."""
    from rich.prompt import IntPrompt
    from rich.text import Text

    choices = [str(number) for number in range(1, count + 1)]
    text = Text("Your prediction (Enter: none)")
    try:
        return IntPrompt.ask(text, console=console, choices=choices, default=None, show_default=False)
    except EOFError:
        console.print()
        return None


def as_dict(demo, outcome, prediction):
    """The demo in JSON's terms: the schema in docs/commands.md."""
    return {
        "name": demo.name,
        "title": demo.title,
        "source": demo.source,
        "question": demo.question,
        "choices": list(demo.choices),
        "prediction": prediction,
        "answer": outcome.answer + 1,
        "figures": outcome.figures,
        "explanation": outcome.said.strip(),
        "load": outcome.load,
    }
