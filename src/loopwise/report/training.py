"""A training run as a table in the terminal and as a figure for a slide."""

import math

from rich.console import Group
from rich.text import Text

from ..learning.training import reason
from . import units
from .canvas import blank, drawing
from .cells import empty_table
from .curves import readable
from .label_places import settle
from .style import BLUE, STYLE, VERMILION
from .terminal import plain

TRAIN, TEST = BLUE, VERMILION
UNSAID = ("model", "data", "implementation", "examples", "features", "classes")


def training_table(result):
    """Cost and accuracy on what was learned from and on what was held out; below, how it was trained."""
    settings = result.job.settings
    title = Text(plain(f"{heading(result)} · {settings['data']} · {settings['implementation']}"), "bold")
    table = empty_table()
    is_quantity = result.train["rmse"] is not None
    for name in ("", "examples", "cost", "RMSE" if is_quantity else "accuracy"):
        table.add_column(name, justify="left" if not name else "right")
    for name, found in (("train", result.train), ("test", result.test)):
        if found["m"]:
            share = f"{found['rmse']:.4g}" if is_quantity else f"{100 * found['accuracy']:.1f} %"
            cost = f"{found['cost']:.4g}" if math.isfinite(found["cost"]) else "overflow"
            table.add_row(name, str(found["m"]), cost, Text(share, "bold"))
    return Group(title, table, Text(caption(result), "dim italic"))


def heading(result):
    """`network 64-32-10`, or the neuron's name and inputs."""
    model = result.job.model
    layers = "-".join(str(n) for n in model.n)
    return f"{result.job.settings['model']} {layers}, {model.parameter_count} parameters"


def caption(result):
    """How training ended, with which hyper-parameters, and what the parameters' bits are."""
    state, settings = result.state, result.job.settings
    said = {name: value for name, value in settings.items() if name not in UNSAID and value is not None}
    hyper = ", ".join(f"{name} {value}" for name, value in said.items())
    done = f"{state.epoch} epochs, {state.step} steps, {units.seconds(result.seconds)}"
    return f"Stopped: {reason(result.job.model, state)}; {done}.\n{hyper}\ntheta sha256 {result.theta_sha256[:16]}…"


def training_figure(result):
    """Two panels: the cost of each epoch, and the accuracy on train and test; the caller saves the figure."""
    with drawing(STYLE):
        figure, settings = blank(figsize=(13.3, 6)), result.job.settings
        how = f"{settings['data']}, {settings['optimizer']}, alpha {settings['alpha']}"
        figure.suptitle(plain(f"{heading(result)}: {how}"))
        left, right = figure.subplots(1, 2)
        draw_costs(left, result.state)
        draw_accuracy(right, result)
        figure.supxlabel(f"stopped: {reason(result.job.model, result.state)}", fontsize=11, color="#555555")
        settle(figure)
        return figure


def draw_costs(panel, state):
    """J over the epochs, on a logarithmic axis where it spans more than a decade."""
    for costs, label, colour in ((state.costs, "train", TRAIN), (state.validation_costs, "validation", TEST)):
        if costs:
            panel.plot(range(1, len(costs) + 1), costs, "o-" if len(costs) == 1 else "-", color=colour, label=label)
    known = [J for J in (*state.costs, *state.validation_costs) if J > 0]
    if known and max(known) > 10 * min(known):
        panel.set_yscale("log")
    readable(panel.yaxis, "{:g}".format)
    panel.set_title("cost J", loc="left")
    finish(panel)


def draw_accuracy(panel, result):
    """The share of right predictions over the epochs, the last one written at its end."""
    panel.set_title("accuracy", loc="left")
    if result.train["accuracy"] is None:
        panel.text(0.5, 0.5, "numbers, not classes", ha="center", transform=panel.transAxes, color="#555555")
        panel.set_axis_off()
        return
    curve = [*result.curve, (result.state.epoch, result.train["accuracy"], result.test["accuracy"])]
    epochs = [epoch for epoch, _, _ in curve]
    for column, label, colour in ((1, "train", TRAIN), (2, "test", TEST)):
        shares = [point[column] for point in curve]
        if shares[-1] is not None:
            panel.plot(epochs, shares, "o-", color=colour, label=f"{label}: {100 * shares[-1]:.1f} %")
    panel.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    finish(panel)


def finish(panel):
    """What both panels share."""
    from matplotlib.ticker import MaxNLocator

    panel.set_xlabel("epoch")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.grid(visible=True)
    if panel.get_legend_handles_labels()[0]:
        panel.legend()
