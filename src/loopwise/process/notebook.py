"""How a result shows itself in a notebook: as `loopwise.report` does in the terminal."""

from importlib import import_module


def shown_in_notebooks(self):
    """`_repr_html_` of whatever `loopwise.report.notebook` can show.

    That stands above all who have it, and so it is named, not imported; nothing is loaded before a notebook asks.
    """
    return import_module("loopwise.report.notebook").html_of(self)
