"""The commands that measure: compare, machine, ladder, sweep, break-even, race."""

import time
from typing import Annotated

import typer

from ..errors import OptionError
from .options import (
    AnyActivation,
    Dtype,
    Html,
    Json,
    Layers,
    Names,
    Plot,
    RoundsSeed,
    Threads,
    Work,
    allow_threads,
    app,
    check_size,
    names_of,
    whole_numbers,
)


@app.command(
    epilog="Example: loopwise compare network --data digits --layers 64,32,10 --budget 10 --json race.json\n\n"
    "Against other frameworks: loopwise compare logistic --peers torch,jax,sklearn --baseline torch"
)
def compare(
    work: Annotated[
        str | None,
        typer.Argument(help="logistic, network, or an operation such as layer_forward. Default: the first two."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="breast_cancer, digits, flower, synthetic, cats, houses, xor or parity; by default what suits."
        ),
    ] = None,
    examples: Annotated[int | None, typer.Option(help="m. Real data: the first m; alone: synthetic.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data, or what an operation sums over.")] = None,
    layers: Annotated[
        str | None, typer.Option(help="Hidden layers and the output: 20,7,5,1; one number for an operation's rows.")
    ] = None,
    activation: Annotated[
        str | None, typer.Option(help="Of the hidden layers, or of the operation.", show_default="relu")
    ] = None,
    loss: Annotated[
        str | None, typer.Option(help="cross_entropy, squared or absolute.", show_default="cross_entropy")
    ] = None,
    dtype: Dtype = "float64",
    layout: Annotated[str, typer.Option(help="Memory order of the inputs: C, F or strided.")] = "C",
    implementations: Names = None,
    peers: Annotated[str | None, typer.Option(help="Others who take part: torch, jax, sklearn, with commas.")] = None,
    baseline: Annotated[str | None, typer.Option(help="Whom speedups are against; the first one timed.")] = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for everything, compiling excepted.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Of drawn data, parameters and the order of the rounds.")] = 0,
    json: Json = None,
    plot: Plot = None,
    html: Html = None,
):
    """Do the same work in every implementation: check that they agree, then race them.

    Exit code 1 when an implementation disagrees.
    """
    started = time.perf_counter()
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import compare

    code = compare.run(
        started=started,
        work=work,
        data=data,
        examples=examples,
        features=features,
        layers=whole_numbers(layers, "layers") if layers else None,
        activation=activation,
        loss=loss,
        arrangement=(dtype, layout),
        names=names_of(implementations),
        peers=peers.split(",") if peers else [],
        baseline=baseline,
        threads=threads,
        budget=budget,
        seed=seed,
        json=json,
        plot=plot,
        html=html,
    )
    raise typer.Exit(code)


@app.command(
    epilog="Example: loopwise machine --json limits.json --plot roofline.png\n\n"
    "The JSON is {machine, limits: {threads, caches: [{name, size_bytes, count, assumed}], read_gbytes_per_s: {level: "
    "{threads: GB/s}}, read_buffer_bytes: the same way, triad_gbytes_per_s: {threads: GB/s}, peak_gflops: {dtype: "
    "{threads: GFLOP/s}}}}; level is L1, L2, … or DRAM."
)
def machine(threads: Threads = None, json: Json = None, plot: Plot = None):
    """Measure what this machine can do at best: read from each cache and from memory, multiply and add.

    --plot draws the roofline, with a few of loopwise's workloads on it.
    """
    allow_threads(threads)
    from . import machine

    raise typer.Exit(machine.run(threads, json, plot))


@app.command(
    epilog="Example: loopwise ladder --shape 256,784,10000 --dtype float32 --budget 10 --plot ladder.png\n\n"
    "The JSON is {ladder: {workload, sizes, dtype, threads, machine, reference, peak_gflops: {threads: GFLOP/s}, "
    "compiled_while_timing, stopped, rows: [{name, contract, idea, threads, rung, agreement: {passed, max_ulp, "
    "bound_ratio}, step_seconds: {median, p25, p75, min, samples}, gflops, of_peak, times_below: {vs, ratio, low, "
    "high}, times_slide, times_numpy, note}]}}; null is what was not measured."
)
def ladder(
    size: Annotated[int | None, typer.Option(help="n of square matrices.", show_default="512")] = None,
    shape: Annotated[str | None, typer.Option(help="n,k,p for A (n, k) and B (k, p): 256,784,10000.")] = None,
    dtype: Dtype = "float64",
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for everything, compiling excepted.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Of the data and the order of the rounds.")] = 0,
    json: Json = None,
    plot: Plot = None,
):
    """Climb from the slide's triple loop for C = A B to the machine's limit: one idea a rung, checked, then timed.

    Rungs 0 to 4 have the slide's bits; the others, and NumPy, round differently. A rung that takes too long for the
    budget is left out. Exit code 1 when a rung disagrees.
    """
    allow_threads(threads)
    if size is not None and shape is not None:
        raise OptionError("--size and --shape exclude each other")
    check_size("size", size)
    sizes = whole_numbers(shape, "shape") if shape else [size or 512] * 3
    from . import ladder

    raise typer.Exit(
        ladder.run(shape=sizes, dtype=dtype, threads=threads, budget=budget, seed=seed, json=json, plot=plot)
    )


@app.command(
    epilog="Example: loopwise sweep logistic --features 30 --plot sweep.png\n\n"
    "How a network's width tells: loopwise sweep network --over width --sizes 4,16,64,256 --examples 500\n\n"
    "The JSON is {sweep: {over, sizes, comparisons: [as in compare], crossovers: [{overtakes, overtaken, at}], "
    "temporary_bytes: [{implementation, size, bytes}], compile_seconds: {implementation: seconds}, "
    "left: {implementation: reason}, stopped}}."
)
def sweep(
    work: Work = "logistic",
    over: Annotated[str, typer.Option(help="What grows: m, n_x, width or depth.")] = "m",
    sizes: Annotated[str | None, typer.Option(help="With commas; by default from tiny to large.")] = None,
    examples: Annotated[int | None, typer.Option(help="m, where it does not grow.", show_default="1000")] = None,
    features: Annotated[int | None, typer.Option(help="n_x, where it does not grow.", show_default="30")] = None,
    layers: Layers = None,
    activation: AnyActivation = None,
    dtype: Dtype = "float64",
    implementations: Names = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for all sizes, compiling excepted.")] = 60.0,
    seed: RoundsSeed = 0,
    cold: Annotated[bool, typer.Option("--compile/--no-compile", help="Also time compiling from nothing.")] = True,
    json: Json = None,
    plot: Plot = None,
    html: Html = None,
):
    """Time and memory against a size, from tiny to large; names the sizes where one overtakes another.

    A contender whose step takes more than half of the time for a size stops there, and the table says so.
    """
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    numbers = whole_numbers(sizes, "sizes") if sizes else None
    from . import sweep

    raise typer.Exit(
        sweep.run(
            over=over, sizes=numbers, names=names_of(implementations), threads=threads,
            budget=budget, seed=seed, cold=cold, json=json, plot=plot, html=html,
            work=work, examples=examples, features=features,
            layers=whole_numbers(layers, "layers") if layers else None, activation=activation, dtype=dtype,
        )
    )  # fmt: skip


@app.command(
    "break-even",
    epilog="Example: loopwise break-even network --features 64 --examples 500 --plot break-even.png\n\n"
    "The JSON is {break_even: {comparison: as in compare, costs: [{implementation, cold: {first_call, compiling}, "
    "cached: {first_call, compiling}, step_seconds}], pays_after: [{implementation, against, cold, cached}], "
    "stopped}}; pays_after in calls, null is never.",
)
def break_even(
    work: Work = "logistic",
    examples: Annotated[int | None, typer.Option(help="m.", show_default="1000")] = None,
    features: Annotated[int | None, typer.Option(help="n_x.", show_default="30")] = None,
    layers: Layers = None,
    activation: AnyActivation = None,
    dtype: Dtype = "float64",
    implementations: Names = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for the race; starts take as long as they take.")] = 10.0,
    seed: RoundsSeed = 0,
    json: Json = None,
    plot: Plot = None,
    html: Html = None,
):
    """After how many calls has an implementation paid for its compilation? Cold, cached and warm."""
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import break_even

    raise typer.Exit(
        break_even.run(
            names=names_of(implementations), threads=threads, budget=budget, seed=seed,
            json=json, plot=plot, html=html, work=work, examples=examples, features=features,
            layers=whole_numbers(layers, "layers") if layers else None, activation=activation, dtype=dtype,
        )
    )  # fmt: skip


@app.command(
    epilog="Example: loopwise race --data digits --examples 300 --layers 16,10 --seconds 10\n\n"
    "The JSON is {race: {workload, data, sizes, alpha, seconds, machine, agreed, stopped, runners: [{implementation, "
    "contract, steps, seconds, compile_seconds, costs: [{step, J}], apart: {vs, steps, max_ulp}, wrong}], "
    "not_running: {implementation: reason}}}."
)
def race(
    data: Annotated[str | None, typer.Option(help="As in compare.", show_default="flower")] = None,
    examples: Annotated[int | None, typer.Option(help="m: the first m; of synthetic data, all.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data.")] = None,
    layers: Annotated[str | None, typer.Option(help="Hidden layers and the output.", show_default="4,1")] = None,
    activation: Annotated[
        str | None, typer.Option(help="Of the hidden layers.", show_default="tanh on the flower")
    ] = None,
    alpha: Annotated[float, typer.Option(help="The learning rate.")] = 1.2,
    implementations: Names = None,
    seconds: Annotated[float, typer.Option(help="For each; compiling does not count.")] = 4.0,
    live: Annotated[bool, typer.Option("--live/--no-live", help="Without: a few tables, for a recording.")] = True,
    threads: Threads = None,
    seed: Annotated[int, typer.Option(help="Of drawn data and parameters.")] = 0,
    json: Json = None,
):
    """Train the same network in every implementation, each for the same time: watch who gets how far.

    The costs of the same step lie on one another; the clocks do not. Exit code 1 when an implementation disagrees.
    """
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import race

    raise typer.Exit(
        race.run(
            names=names_of(implementations), alpha=alpha, seconds=seconds, threads=threads, seed=seed, live=live,
            json=json, data=data, examples=examples, features=features, activation=activation,
            layers=whole_numbers(layers, "layers") if layers else None,
        )
    )  # fmt: skip
