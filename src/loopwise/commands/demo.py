"""`loopwise demo`: ask for a prediction, run, explain."""

import sys
from typing import Annotated

import typer

from ..errors import OptionError
from .options import Json, Threads, allow_threads, app


@app.command(
    epilog="Example: loopwise demo where-numpy-loses; for a recording: loopwise demo prange-race --no-input\n\n"
    "The JSON is {demo: {name, title, source, question, choices, prediction, answer, figures, explanation}}; "
    "prediction and answer count from 1, figures are the story's own. With --list: {demos: [{name, title, source}]}."
)
def demo(
    name: Annotated[str | None, typer.Argument(help="One of --list.")] = None,
    every: Annotated[bool, typer.Option("--list", help="Name them all.")] = False,
    predict: Annotated[int | None, typer.Option(help="Your prediction: then nobody is asked.")] = None,
    ask: Annotated[bool, typer.Option("--input/--no-input", help="Whether to wait for a prediction.")] = True,
    threads: Threads = None,
    json: Json = None,
):
    """Predict, run, understand: a story of a few minutes, every number measured while it runs."""
    allow_threads(threads)
    if every:
        if name is not None:
            raise OptionError(f"--list names all; what is {name!r} for?")
        raise typer.Exit(list_demos(json))
    if name is None:
        raise OptionError("which demo? loopwise demo --list names them")
    from rich.console import Group

    from ..demos.demo import story
    from ..demos.telling import answered, asked, measured, validate_prediction
    from ..report.outputs import Outputs

    outputs, told = Outputs(json), story(name)
    validate_prediction(told, predict)
    outputs.publish(Group(*asked(told), ""))
    if predict is None and ask and sys.stdin.isatty():
        predict = predicted(outputs.console, len(told.choices))
    with outputs.errors.status("measuring ..."):
        seen = measured(told, threads)
    outputs.publish(Group(*answered(told, seen, predict)), json=lambda: {"demo": as_dict(told, seen, predict)})
    raise typer.Exit(outputs.exit_code())


def list_demos(json):
    """Every story's name and title."""
    from ..demos.demo import DEMOS, story
    from ..demos.kit import table
    from ..report.outputs import Outputs

    outputs, told = Outputs(json), [story(name) for name in DEMOS]
    outputs.publish(
        table(("demo", ""), [(one.name, one.title) for one in told], words=2),
        json=lambda: {"demos": [{"name": one.name, "title": one.title, "source": one.source} for one in told]},
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


def as_dict(told, seen, prediction):
    """The story for machines."""
    return {
        "name": told.name,
        "title": told.title,
        "source": told.source,
        "question": told.question,
        "choices": list(told.choices),
        "prediction": prediction,
        "answer": seen.answer + 1,
        "figures": seen.figures,
        "explanation": seen.said.strip(),
    }
