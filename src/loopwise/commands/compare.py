"""What `loopwise compare` does: choose the work, check the outputs, compare, show."""

import time
from functools import partial

from rich.console import Group

from .. import datasets, workloads
from ..errors import OptionError, check_seconds, check_seed, choose
from ..interface import OPERATIONS
from ..measure.comparison import compare
from ..measure.machine import default_threads
from ..measure.peers import load
from ..report import figures
from ..report.outputs import Outputs
from ..report.progress import bar
from ..report.tables import comparison_table
from .work import refuse_ignored, refuse_layout

PLOTTING = 1.5  # seconds of the budget that drawing takes
DEFAULT_DATA = {"logistic": "breast_cancer", "network": "digits"}


def run(*, started, arrangement, names, peers, baseline, threads, budget, seed, json, plot, html, **options):
    """Run the command, whose budget began to count at `started`.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 2 when only an output failed, 130 after
        Ctrl-C; what was measured until then is shown and written.
    """
    outputs = Outputs(json, plot, html)
    check_seconds("budget", budget)
    check_seed(seed)
    load(peers)
    refuse_layout(options["work"], arrangement[1])
    works = [work.arranged(*arrangement) for work in choose_work(seed=seed, **options)]
    comparisons, stopped = [], False
    deadline = started + budget - PLOTTING * sum(file is not None for file in (plot, html))
    with bar(outputs.errors, "compare") as show:
        for place, work in enumerate(works):
            share = max(0.5, deadline - time.perf_counter()) / (len(works) - place)
            named = partial(tell, show, work.name)
            try:
                comparison = compare(work, names, share, threads or default_threads(), seed, baseline, named, peers)
            except KeyboardInterrupt:
                stopped = True
                break
            comparisons.append(comparison)
            deadline += comparison.compile_seconds
            stopped = comparison.stopped
            if stopped:
                break
    if comparisons:
        outputs.publish(
            Group(*(part for comparison in comparisons for part in (comparison_table(comparison), ""))),
            json=lambda: {"comparisons": [comparison.as_dict() for comparison in comparisons]},
            plot=lambda: figures.comparison_figure(comparisons),
            html=lambda: page(comparisons),
        )
    return outputs.exit_code(all(comparison.agreed for comparison in comparisons), stopped)


def tell(show, name, text, share):
    """What a workload's race says, with its name."""
    show(f"{name}: {text}", share)


def page(comparisons):
    """The page of `--html`, and what it is made with."""
    from ..report.measured_page import comparison_page

    return comparison_page(comparisons)


def choose_work(work, seed, **options):
    """The workloads that the options ask for; an option that does not belong to the work is refused."""
    given = {name: value for name, value in options.items() if value is not None}
    if work in OPERATIONS and work != "logistic_step":
        return [build_operation(work, seed, given)]
    if work is not None:
        choose("work", work, ["logistic", "network", *OPERATIONS])
    models = [work.removesuffix("_step")] if work else guess_models(given)
    return [build_model(model, seed, given) for model in models]


def build_operation(work, seed, given):
    """One operation on random numbers; each option sets one of its sizes, its activation or its loss."""
    refuse_ignored(work, given)
    sizes = {"units" if name == "layers" else name: value for name, value in given.items()}
    if "layers" in given:
        sizes["units"] = given["layers"][0]
    return workloads.operation(work, **sizes, seed=seed)


def guess_models(given):
    """Which models suit the options when none is named: both by default."""
    if {"layers", "activation", "loss"} & set(given) or given.get("data") == "digits":
        return ["network"]
    return ["logistic"] if "data" in given else ["logistic", "network"]


def build_model(model, seed, given):
    """One model's step on one data set."""
    refuse_ignored(model, given)
    drawn = {"examples", "features"} & set(given)
    data = given.get("data", "synthetic" if drawn else DEFAULT_DATA[model])
    sizes = {name: given[name] for name in drawn}
    if data == "synthetic" and "layers" in given:
        sizes["classes"] = max(2, given["layers"][-1])
    whole = "examples" not in datasets.SIZES.get(data, ())  # comes in one size: the first examples are taken of it
    examples = sizes.pop("examples", None) if whole else None
    dataset = datasets.load(data, seed=seed, **sizes)
    X, Y = first_examples(dataset, examples)
    if model == "logistic":
        return workloads.logistic(X, Y, data, seed)
    chosen = {name: given[name] for name in ("activation", "loss") if name in given}
    return workloads.network(X, Y, given.get("layers", [32, len(Y)]), **chosen, data=data, seed=seed)


def first_examples(dataset, examples):
    """The first `examples` columns; all by default."""
    m = dataset.X.shape[1]
    if examples is None or examples == m:
        return dataset.X, dataset.Y
    if not 1 <= examples <= m:
        raise OptionError(f"examples is {examples}; {dataset.name} has m = {m}")
    return dataset.X[:, :examples].copy(), dataset.Y[:, :examples].copy()
