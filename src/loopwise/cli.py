"""The command line. Nothing heavy is imported before a command needs it: `loopwise --help` answers at once."""

import os
import sys
import time
from typing import Annotated

import typer

from .errors import LoopwiseError, OptionError

MOST = 10**10  # numbers along one dimension: more fit into no memory
MOST_THREADS = 1024

app = typer.Typer(
    help="Logistic regression and L-layer networks as Python loops, Numba loops and NumPy expressions: "
    "identical results, measured speed.",
    epilog="Example: loopwise compare logistic --data breast_cancer --plot race.png",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main():
    """Run the command line: what loopwise refuses is one line and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ and × still gets its table
    try:
        app()
    except LoopwiseError as error:
        typer.echo(f"loopwise: {error}", err=True)
        sys.exit(2)
    except MemoryError as error:
        typer.echo(f"loopwise: not enough memory: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # whoever read the table has closed it
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        typer.echo(f"loopwise: {error.filename or 'a file'}: {error.strerror}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("loopwise: stopped", err=True)
        sys.exit(130)


def whole_numbers(text, symbol):
    """`20,7,5,1` -> [20, 7, 5, 1]."""
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        raise OptionError(f"{symbol} is {text!r}; expected whole numbers with commas, such as 20,7,5,1") from None
    for number in numbers:
        check_size(symbol, number)
    return numbers


def check_size(symbol, size):
    """Raise for a size that no array can have."""
    if size is not None and not 1 <= size <= MOST:
        raise OptionError(f"{symbol} is {size}; expected a positive whole number, at most {MOST}")


def allow_threads(threads):
    """Numba fixes the most threads it will ever use when it is imported: say so before."""
    if threads is not None:
        if not 1 <= threads <= MOST_THREADS:
            raise OptionError(f"threads is {threads}; expected 1 to {MOST_THREADS}")
        if "numba" not in sys.modules:  # later it would be an error
            os.environ["NUMBA_NUM_THREADS"] = str(max(threads, os.cpu_count() or 1))


def names_of(text):
    """`numba_loops,mine.py` -> names; a file is registered under its own."""
    if text is None:
        return None
    from .implementations import register_file

    return [register_file(name) if name.endswith(".py") else name for name in text.split(",")]


# Options that several commands have.
Json = Annotated[str | None, typer.Option(metavar="FILE", help="Write the result; - for standard output.")]
Plot = Annotated[str | None, typer.Option(metavar="FILE", help="Draw the result: .png, .svg or .pdf.")]
Threads = Annotated[int | None, typer.Option(help="For BLAS and Numba alike; every core by default.")]
Loss = Annotated[str | None, typer.Option(help="cross_entropy, squared or absolute.", show_default="by the labels")]
Activation = Annotated[str | None, typer.Option(help="Of the hidden layers.", show_default="relu")]
Initialization = Annotated[
    str | None, typer.Option(help="zeros, small, large, he or xavier.", show_default="he for relu, else xavier")
]
L2 = Annotated[float | None, typer.Option(help="The penalty l2/2 ΣΣ W² in the cost.", show_default="0")]
KeepProb = Annotated[float | None, typer.Option(help="Dropout keeps a hidden unit so often.", show_default="1")]
BatchNorm = Annotated[bool | None, typer.Option("--batch-norm", help="Batch normalization in every hidden layer.")]


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
        str | None, typer.Option(help="Hidden layers and the output: 20,7,5,1. An operation's rows: the first.")
    ] = None,
    activation: Annotated[
        str | None, typer.Option(help="Of the hidden layers, or of the operation.", show_default="relu")
    ] = None,
    loss: Annotated[
        str | None, typer.Option(help="cross_entropy, squared or absolute.", show_default="cross_entropy")
    ] = None,
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
    layout: Annotated[str, typer.Option(help="Memory order of the inputs: C, F or strided.")] = "C",
    implementations: Annotated[str | None, typer.Option(help="Names with commas; all by default.")] = None,
    peers: Annotated[str | None, typer.Option(help="Others who take part: torch, jax, sklearn, with commas.")] = None,
    baseline: Annotated[str | None, typer.Option(help="Whom speedups are against; the first one timed.")] = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for everything, compiling excepted.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Of drawn data, parameters and the order of the rounds.")] = 0,
    json: Json = None,
    plot: Plot = None,
):
    """Do the same work in every implementation: check that they agree, then race them.

    Exit code 1 when an implementation disagrees.
    """
    started = time.perf_counter()
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import compare_command

    code = compare_command.run(
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
    )
    raise typer.Exit(code)


@app.command(
    epilog="Example: loopwise train network --data digits --layers 32,10 --optimizer adam --epochs 30 --batch-size 64 "
    "--plot digits.png"
)
def train(
    model: Annotated[
        str | None, typer.Argument(help="logistic, network, perceptron or adaline.", show_default="logistic")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="breast_cancer, digits, flower, synthetic, cats, houses, xor, parity, or a folder of images with a "
            "sub-folder for each class.",
            show_default="what suits the model",
        ),
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Hidden layers and the output: 20,7,5,1.", show_default="32 and the output")
    ] = None,
    activation: Activation = None,
    loss: Loss = None,
    initialization: Initialization = None,
    optimizer: Annotated[
        str | None, typer.Option(help="descent, momentum, rmsprop or adam.", show_default="descent")
    ] = None,
    alpha: Annotated[float | None, typer.Option(help="Learning rate.", show_default="by model and optimizer")] = None,
    decay: Annotated[
        float | None, typer.Option(help="Epoch e = 0, 1, … learns with alpha/(1 + decay e).", show_default="0")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over all examples.", show_default="200")] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Examples a step; 1: stochastic.", show_default="all; perceptron: 1")
    ] = None,
    beta_1: Annotated[float | None, typer.Option(help="Of momentum and adam.", show_default="0.9")] = None,
    beta_2: Annotated[float | None, typer.Option(help="Of rmsprop and adam.", show_default="0.999")] = None,
    l2: L2 = None,
    keep_prob: KeepProb = None,
    batch_norm: BatchNorm = None,
    examples: Annotated[int | None, typer.Option(help="m of drawn data.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data, bits of parity.")] = None,
    test_fraction: Annotated[
        float | None, typer.Option(help="Share held out for the test.", show_default="0.2; 0 where all is needed")
    ] = None,
    validation_fraction: Annotated[
        float | None, typer.Option(help="Share of the rest that only watches.", show_default="0")
    ] = None,
    patience: Annotated[
        int | None, typer.Option(help="Stop when the validation cost has not improved for so many epochs.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of everything drawn: data, split, parameters, order.", show_default="0")
    ] = None,
    implementation: Annotated[str | None, typer.Option(help="Who computes.", show_default="numpy_vectorized")] = None,
    threads: Threads = None,
    save: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep a file current while training, to resume from.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="FILE", help="Go on with a saved run, and keep its file current.")
    ] = None,
    json: Json = None,
    plot: Plot = None,
):
    """Train a model on a data set and say what it has learned.

    A run that is stopped or killed goes on with --resume FILE, and ends with the same bits as one that never stopped.
    """
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import train_command

    code = train_command.run(
        resume=resume,
        save=save,
        threads_asked=threads,
        plot=plot,
        json=json,
        model=model,
        data=data,
        layers=whole_numbers(layers, "layers") if layers else None,
        activation=activation,
        loss=loss,
        initialization=initialization,
        optimizer=optimizer,
        alpha=alpha,
        decay=decay,
        epochs=epochs,
        batch_size=batch_size,
        beta_1=beta_1,
        beta_2=beta_2,
        l2=l2,
        keep_prob=keep_prob,
        batch_norm=batch_norm,
        examples=examples,
        features=features,
        test_fraction=test_fraction,
        validation_fraction=validation_fraction,
        patience=patience,
        seed=seed,
        implementation=implementation,
    )
    raise typer.Exit(code)


InputAndLayers = Annotated[str, typer.Option(help="The input, the hidden layers and the output: 5,4,3.")]


@app.command(epilog="Example: loopwise gradcheck --layers 5,4,3 --activation tanh --batch-norm")
def gradcheck(
    layers: InputAndLayers = "5,4,3",
    activation: Activation = None,
    loss: Loss = None,
    initialization: Initialization = None,
    l2: L2 = None,
    keep_prob: KeepProb = None,
    batch_norm: BatchNorm = None,
    examples: Annotated[int, typer.Option(help="m of the random data.")] = 20,
    seed: Annotated[int, typer.Option(help="Of data, parameters and masks.")] = 0,
    implementation: Annotated[str, typer.Option(help="Whose gradient.")] = "numpy_vectorized",
    json: Json = None,
):
    """Hold a network's gradient against the slope of its cost, parameter by parameter.

    Exit code 1 when the gradient is wrong.
    """
    check_size("examples", examples)
    from . import check_commands

    code = check_commands.gradcheck(
        whole_numbers(layers, "layers"),
        examples=examples,
        seed=seed,
        implementation=implementation,
        json=json,
        activation=activation,
        loss=loss,
        initialization=initialization,
        l2=l2,
        keep_prob=keep_prob,
        batch_norm=batch_norm,
    )
    raise typer.Exit(code)


@app.command(epilog="Example: loopwise shapes --layers 3,4,1 --examples 100")
def shapes(
    layers: InputAndLayers = "3,4,1",
    examples: Annotated[int | None, typer.Option(help="Put a number for m.")] = None,
    batch_norm: BatchNorm = None,
    json: Json = None,
):
    """The dimensions of every W, b, Z and A of a network, and how many parameters it has."""
    check_size("examples", examples)
    from . import check_commands

    check_commands.shapes(whole_numbers(layers, "layers"), examples, bool(batch_norm), json)


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
    from . import machine_command

    raise typer.Exit(machine_command.run(threads, json, plot))


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
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
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
    from . import ladder_command

    raise typer.Exit(
        ladder_command.run(shape=sizes, dtype=dtype, threads=threads, budget=budget, seed=seed, json=json, plot=plot)
    )


@app.command(
    epilog="Example: loopwise show layer_forward\n\n"
    "What the compiler needs: loopwise show matmul --diff python_loops numba_loops\n\n"
    "The JSON is {operation, section, parameters, documentation, sources: [{implementation, path, line, text}], "
    "comparison: as in compare, or null}."
)
def show(
    operation: Annotated[str, typer.Argument(help="Such as logistic_step, layer_forward or matmul.")],
    implementations: Annotated[str | None, typer.Option(help="Names with commas; all by default.")] = None,
    diff: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="What changes from one implementation to another.")
    ] = None,
    time: Annotated[bool, typer.Option("--time/--no-time", help="Also check and race them.")] = True,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for the race.")] = 3.0,
    json: Json = None,
):
    """Show one operation in every implementation side by side: formula, source, agreement, speed."""
    allow_threads(threads)
    from . import show_command
    from .report.files import check_outputs

    check_outputs(json, None)
    names = names_of(implementations)
    raise typer.Exit(
        show_command.run(
            operation=operation, names=names, diff=diff, time=time, threads=threads, budget=budget, json=json
        )
    )


@app.command(
    epilog="Example: loopwise sweep logistic --features 30 --plot sweep.png\n\n"
    "How a network's width tells: loopwise sweep network --over width --sizes 4,16,64,256 --examples 500\n\n"
    "The JSON is {sweep: {over, sizes, comparisons: [as in compare], crossovers: [{overtakes, overtaken, at}], "
    "temporary_bytes: [{implementation, size, bytes}], compile_seconds: {implementation: seconds}, "
    "left: {implementation: reason}, stopped}}."
)
def sweep(
    work: Annotated[str, typer.Argument(help="logistic, network, or an operation such as matmul.")] = "logistic",
    over: Annotated[str, typer.Option(help="What grows: m, n_x, width or depth.")] = "m",
    sizes: Annotated[str | None, typer.Option(help="With commas; by default from tiny to large.")] = None,
    examples: Annotated[int, typer.Option(help="m, where it does not grow.")] = 1000,
    features: Annotated[int, typer.Option(help="n_x, where it does not grow.")] = 30,
    layers: Annotated[str, typer.Option(help="Hidden layers and the output.")] = "32,10",
    activation: Annotated[str, typer.Option(help="Of the hidden layers, or of the operation.")] = "relu",
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
    implementations: Annotated[str | None, typer.Option(help="Names with commas; all by default.")] = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for all sizes, compiling excepted.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the order of the rounds.")] = 0,
    cold: Annotated[bool, typer.Option("--compile/--no-compile", help="Also time compiling from nothing.")] = True,
    json: Json = None,
    plot: Plot = None,
):
    """Time and memory against a size, from tiny to large; names the sizes where one overtakes another.

    A contender whose step takes more than half of the time for a size stops there, and the table says so.
    """
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    numbers = whole_numbers(sizes, "sizes") if sizes else None
    from . import sweep_command

    raise typer.Exit(
        sweep_command.run(
            over=over, sizes=numbers, names=names_of(implementations), threads=threads,
            budget=budget, seed=seed, cold=cold, json=json, plot=plot, work=work, examples=examples, features=features,
            layers=whole_numbers(layers, "layers"), activation=activation, dtype=dtype,
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
    work: Annotated[str, typer.Argument(help="logistic, network, or an operation such as matmul.")] = "logistic",
    examples: Annotated[int, typer.Option(help="m.")] = 1000,
    features: Annotated[int, typer.Option(help="n_x.")] = 30,
    layers: Annotated[str, typer.Option(help="Hidden layers and the output.")] = "32,10",
    activation: Annotated[str, typer.Option(help="Of the hidden layers, or of the operation.")] = "relu",
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
    implementations: Annotated[str | None, typer.Option(help="Names with commas; all by default.")] = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for the race; starts take as long as they take.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Of the order of the rounds.")] = 0,
    json: Json = None,
    plot: Plot = None,
):
    """After how many calls has an implementation paid for its compilation? Cold, cached and warm."""
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import break_even_command

    raise typer.Exit(
        break_even_command.run(
            names=names_of(implementations), threads=threads, budget=budget, seed=seed,
            json=json, plot=plot, work=work, examples=examples, features=features,
            layers=whole_numbers(layers, "layers"), activation=activation, dtype=dtype,
        )
    )  # fmt: skip


@app.command(
    epilog="Example: loopwise check mine.py, then: loopwise compare matmul --implementations python_loops,mine.py\n\n"
    "The JSON is {operations: [{operation, verdict: passed, failed, missing, timeout or crashed, message}]}."
)
def check(
    file: Annotated[str, typer.Argument(help="A Python file with some or all operations, as functions of arrays.")],
    timeout: Annotated[float, typer.Option(help="Seconds that one operation may take.")] = 10.0,
    json: Json = None,
):
    """Hold your own implementation to the contract, operation by operation, and say what is wrong.

    `loopwise show OPERATION` says what each takes and returns; names of activations and losses arrive as the constants
    of loopwise.interface. Missing operations are named and skipped; an endless loop or a crash is a verdict, too.
    Exit code 1 when one failed, 2 when the file cannot be imported.
    """
    from . import check_file_command

    raise typer.Exit(check_file_command.run(file, timeout, json))
