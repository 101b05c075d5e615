"""What `loopwise demo` does: ask for a prediction, run, explain."""

import sys

from rich.console import Console, Group
from rich.prompt import IntPrompt
from rich.text import Text

from .lectures.show import answered, asked, check_prediction, measured
from .lectures.story import STORIES, story, table
from .report.files import check_outputs, put_json


def list_stories(json):
    """Every story's name and title."""
    check_outputs(json)
    told = [story(name) for name in STORIES]
    put_json(json, {"demos": [{"name": one.name, "title": one.title, "source": one.source} for one in told]})
    Console(stderr=json == "-").print(table(("demo", ""), [(one.name, one.title) for one in told], words=2))
    return 0


def run(name, prediction, ask, threads, json):
    """Tell one story.

    Parameters
    ----------
    name : str
    prediction : int or None
        Given already: then nobody is asked.
    ask : bool
        Whether to wait for a prediction.
    threads : int or None
    json : str or None

    Returns
    -------
    int
        Exit code.
    """
    check_outputs(json)
    told = story(name)
    check_prediction(told, prediction)
    console = Console(stderr=json == "-")
    console.print(Group(*asked(told)), "")
    if prediction is None and ask and sys.stdin.isatty():
        prediction = predicted(console, len(told.choices))
    with console.status("measuring ..."):
        seen = measured(told, threads)
    put_json(json, {"demo": as_dict(told, seen, prediction)})
    console.print(Group(*answered(told, seen, prediction)))
    return 0


def predicted(console, count):
    """The number of a choice; None for Enter alone, or Ctrl-D."""
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
