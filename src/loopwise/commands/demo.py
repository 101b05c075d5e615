"""What `loopwise demo` does: ask for a prediction, run, explain."""

import sys

from rich.console import Group
from rich.prompt import IntPrompt
from rich.text import Text

from ..lectures.show import answered, asked, check_prediction, measured
from ..lectures.story import STORIES, story, table
from ..report.outputs import Outputs


def list_stories(json):
    """Every story's name and title."""
    outputs, told = Outputs(json), [story(name) for name in STORIES]
    outputs.publish(
        table(("demo", ""), [(one.name, one.title) for one in told], words=2),
        json=lambda: {"demos": [{"name": one.name, "title": one.title, "source": one.source} for one in told]},
    )
    return outputs.exit_code()


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
        Exit code: 0, or 2 when an output failed.
    """
    outputs, told = Outputs(json), story(name)
    check_prediction(told, prediction)
    outputs.publish(Group(*asked(told), ""))
    if prediction is None and ask and sys.stdin.isatty():
        prediction = predicted(outputs.console, len(told.choices))
    with outputs.errors.status("measuring ..."):
        seen = measured(told, threads)
    outputs.publish(Group(*answered(told, seen, prediction)), json=lambda: {"demo": as_dict(told, seen, prediction)})
    return outputs.exit_code()


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
