"""What `loopwise compare` does: choose the work, check the outputs, compare, show."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from . import datasets, workloads
from .errors import OptionError, choose
from .interface import OPERATIONS
from .measure.comparison import compare
from .measure.machine import cores
from .report.files import FIGURES, as_json, check_output, write_atomically, write_json
from .report.tables import comparison_table

PLOTTING = 1.5  # seconds of the budget that drawing takes
DEFAULT_DATA = {"logistic": "breast_cancer", "network": "digits"}


def run(*, started, arrangement, names, baseline, threads, budget, seed, json, plot, **options):
    """Run the command, whose budget began to count at `started`.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 130 after Ctrl-C; what was measured until
        then is shown and written.
    """
    if json and json != "-":
        check_output(json)
    if plot:
        check_output(plot, FIGURES)
    if not budget > 0:
        raise OptionError(f"budget is {budget}; expected a positive number of seconds")
    works = [work.arranged(*arrangement) for work in choose_work(seed=seed, **options)]
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    comparisons, stopped, deadline = [], False, started + budget - (PLOTTING if plot else 0.0)
    columns = TextColumn("{task.description}"), BarColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        for place, work in enumerate(works):
            task = progress.add_task(work.name, total=1.0)

            def show(text, share, task=task, work=work):
                progress.update(task, description=f"{work.name}: {text}", completed=share)

            share = max(0.5, deadline - time.perf_counter()) / (len(works) - place)
            try:
                comparison = compare(work, names, share, threads or cores(), seed, baseline, show)
            except KeyboardInterrupt:
                stopped = True
                break
            comparisons.append(comparison)
            progress.update(task, visible=False)
            stopped = comparison.stopped
            if stopped:
                break
    for comparison in comparisons:
        console.print(comparison_table(comparison), "")
    publish(comparisons, json, plot)
    if stopped:
        errors.print("stopped by Ctrl-C; this is what was measured until then")
        return 130
    return 0 if all(comparison.agreed for comparison in comparisons) else 1


def publish(comparisons, json, plot):
    """Write the files that were asked for."""
    if not comparisons:
        return
    if json == "-":
        print(as_json(comparisons))
    elif json:
        write_json(json, comparisons)
    if plot:
        from matplotlib import pyplot

        from .report.figures import comparison_figure

        figure = comparison_figure(comparisons)
        suffix = plot.rsplit(".", 1)[1].lower()
        write_atomically(plot, lambda file: figure.savefig(file, format=suffix, dpi=120))
        pyplot.close(figure)


def choose_work(work, data, examples, features, layers, activation, loss, seed):
    """The workloads that the options ask for."""
    if work in OPERATIONS and work != "logistic_step":
        if data is not None:
            raise OptionError(f"{work} runs on random numbers; --data belongs to logistic and network")
        given = {"units": layers and layers[0], "features": features, "examples": examples}
        for symbol, size in given.items():
            if size is not None and size < 1:
                raise OptionError(f"{symbol} is {size}; expected a positive whole number")
        given = {symbol: size for symbol, size in given.items() if size is not None}
        return [workloads.operation(work, **given, activation=activation, loss=loss, seed=seed)]
    if work is not None:
        choose("work", work, ["logistic", "network", *OPERATIONS])
    models = [work.removesuffix("_step")] if work else guess_models(data, layers)
    return [build(model, data, examples, features, layers, activation, loss, seed) for model in models]


def guess_models(data, layers):
    """Which models suit the options when none is named: both by default."""
    if layers or data == "digits":
        return ["network"]
    return ["logistic"] if data else ["logistic", "network"]


def build(model, data, examples, features, layers, activation, loss, seed):
    """One model's step on one data set."""
    if data is None:
        data = "synthetic" if examples or features else DEFAULT_DATA[model]
    sizes = {"examples": examples, "features": features}
    if data == "synthetic" and model == "network" and layers:
        sizes["classes"] = max(2, layers[-1])
    drawn = {"synthetic": ("examples", "features", "classes"), "flower": ("examples",)}.get(data, ())
    given = {symbol: size for symbol, size in sizes.items() if symbol in drawn and size is not None}
    if features is not None and "features" not in drawn:
        raise OptionError(f"{data} has its own features; --features belongs to synthetic data")
    dataset = datasets.load(data, seed=seed, **given)
    X, Y = first_examples(dataset, examples)
    if model == "logistic":
        return workloads.logistic(X, Y, data, seed)
    return workloads.network(X, Y, layers or [32, len(Y)], activation, loss, data, seed)


def first_examples(dataset, examples):
    """The first `examples` columns; all by default."""
    m = dataset.X.shape[1]
    if examples is None or examples == m:
        return dataset.X, dataset.Y
    if not 1 <= examples <= m:
        raise OptionError(f"examples is {examples}; {dataset.name} has m = {m}")
    return dataset.X[:, :examples].copy(), dataset.Y[:, :examples].copy()
