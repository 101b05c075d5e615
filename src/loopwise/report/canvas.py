"""matplotlib as it comes, and only where a figure is asked for: no settings of the user's change what is drawn here.

Figures are written to files, so that no backend and no window is needed. What is drawn is words, not formulas: the name
of a folder may hold a dollar sign, or letters that the font lacks.
"""

import logging
import os
import sys
import warnings
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path


@contextmanager
def drawing(style):
    """Draw, or write what was drawn, in `style`, a dictionary of matplotlib's parameters; the defaults for all others.

    Letters without a glyph, and caches that cannot be kept, do not concern the reader of a table.
    """
    log = logging.getLogger("matplotlib")
    level = log.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log.setLevel(logging.CRITICAL)
        try:
            matplotlib = loaded()
            own = {name: value for name, value in matplotlib.rcParamsDefault.items() if not name.startswith("backend")}
            with matplotlib.rc_context({**own, "text.parse_math": False, **style}):
                yield
        finally:
            log.setLevel(level)


def loaded():
    """matplotlib, imported with its own settings: MPLBACKEND, or a file of the user's, may name what is not there."""
    if "matplotlib" not in sys.modules:
        own = Path(find_spec("matplotlib").origin).with_name("mpl-data") / "matplotlibrc"
        before = {name: os.environ.pop(name, None) for name in ("MPLBACKEND", "MATPLOTLIBRC")}
        os.environ["MATPLOTLIBRC"] = str(own)
        try:
            import matplotlib
        finally:
            del os.environ["MATPLOTLIBRC"]
            os.environ.update({name: value for name, value in before.items() if value is not None})
        if before["MPLBACKEND"]:  # in a notebook it is needed later, for others' figures
            with suppress(ValueError):
                matplotlib.rcParams["backend"] = before["MPLBACKEND"]
    import matplotlib

    return matplotlib


def blank(**size):
    """An empty figure that makes room for what is written in it."""
    from matplotlib.figure import Figure

    return Figure(dpi=120, layout="constrained", **size)
