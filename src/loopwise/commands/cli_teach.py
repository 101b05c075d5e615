"""The command that teaches: demo."""

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
    from . import demo

    if every:
        if name is not None:
            raise OptionError(f"--list names all; what is {name!r} for?")
        raise typer.Exit(demo.list_stories(json))
    if name is None:
        raise OptionError("which demo? loopwise demo --list names them")
    raise typer.Exit(demo.run(name, predict, ask, threads, json))
