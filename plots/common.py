"""What the figures share: a slide's style, colours that colour-blind eyes tell apart, the command line."""

import sys
import time
from pathlib import Path

import numpy as np

from loopwise import get_implementation, train
from loopwise.errors import LoopwiseError
from loopwise.machine.handicaps import handicaps, held_by_load
from loopwise.machine.load import Load
from loopwise.machine.threads import threads
from loopwise.output_files import FIGURES, validate_output
from loopwise.report.canvas import blank, drawing
from loopwise.report.outputs import put_figure
from loopwise.report.style import STYLE as COMMON

GALLERY = Path(__file__).parent / "gallery"
WIDTH = 13.3  # inches: a slide's

GREY = "#777777"  # of what is beside the point

STYLE = COMMON | {
    "text.parse_math": True,  # a logarithmic axis writes its powers of ten as formulas; nobody's names are in these
    "font.size": 18,
    "axes.titlesize": 20,
    "axes.labelsize": 19,
    "axes.linewidth": 1.5,
    "axes.grid": True,
    "figure.titlesize": 25,
    "figure.titleweight": "bold",
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.1,
    "legend.fontsize": 18,
    "lines.linewidth": 4,
    "lines.solid_capstyle": "round",
}

impl = get_implementation("numpy_vectorized")


def slide(title, height=7):
    """An empty figure, as wide as a slide, that says on top what is to be seen."""
    figure = blank(figsize=(WIDTH, height))
    figure.suptitle(title, x=0.01, ha="left")
    return figure


def native(*arrays):
    """Each array in the form that the implementation takes."""
    return tuple(impl.asnative(array) for array in arrays)


def watch(look, model, theta, X, Y, **hyper):
    """Train; also return `look(theta)` before the first step and after each one."""
    seen = [look(theta)]
    state = train(impl, model, theta, X, Y, on_step=lambda state: seen.append(look(state.theta)), **hyper)
    return state, np.array(seen)


def draw_runs(panel, curves, colour, label, x=None):
    """Several runs as thin lines and their mean as a thick one."""
    x = np.arange(1, len(curves[0]) + 1) if x is None else x
    for curve in curves:
        panel.plot(x, curve, color=colour, lw=1.2, alpha=0.5)
    panel.plot(x, np.mean(curves, axis=0), color=colour, label=label)


def draw_contours(panel, cost, x, y, levels):
    """`cost(x, y)` on a grid, as grey contours: the darker, the lower."""
    values = np.array([[cost(x_k, y_k) for x_k in x] for y_k in y])
    panel.contourf(x, y, values, levels=levels, cmap="Greys_r", alpha=0.35, extend="both")
    panel.contour(x, y, values, levels=levels, colors="#999999", linewidths=0.8)
    panel.grid(False)


def percent(share):
    """A share as `93 %`."""
    return f"{100 * share:.0f} %"


def render(draw, path, alone=False, **arguments):
    """Draw the figure and write it whole or not at all; the same on any number of cores.

    `alone`: `LoopwiseError` instead, where other programs ran while it was measured.
    """
    validate_output(path, FIGURES)
    with threads(1), drawing(STYLE):
        load = Load()
        figure = draw(**arguments)
        if alone:
            require_quiet(path, load.so_far())
        put_figure(str(path), figure)
    return figure


def refuse_handicaps(script, seconds=1.0):
    """Raise `LoopwiseError` where the environment, the system or another program would show in a figure.

    Parameters
    ----------
    script : str
    seconds : float
        For so long the machine is watched.
    """
    load = Load()
    time.sleep(seconds)
    require_quiet(script, load.so_far(), handicaps())


def require_quiet(what, load, found=()):
    """Raise `LoopwiseError` where other programs ran, or where anything else was `found`."""
    if found := [*held_by_load(load), *found]:
        raise LoopwiseError(f"{Path(what).name} is not drawn for the gallery: {'; '.join(found)}")


def main(draw, script, measures=False):
    """`python plots/x.py [FILE]`: draw to FILE, or to gallery/x.png.

    What `measures` time is not drawn for the gallery while anything holds a contender down.
    """
    picture = Path(sys.argv[1]) if len(sys.argv) > 1 else GALLERY / f"{Path(script).stem}.png"
    try:
        alone = measures and len(sys.argv) == 1
        if alone:
            refuse_handicaps(script)
        render(draw, picture, alone)
    except LoopwiseError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
