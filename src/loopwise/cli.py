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


@app.callback()
def loopwise():
    """Keeps `compare` a sub-command while it is the only one."""


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


@app.command(epilog="Example: loopwise compare network --data digits --layers 64,32,10 --budget 10 --json race.json")
def compare(
    work: Annotated[
        str | None,
        typer.Argument(help="logistic, network, or an operation such as layer_forward. Default: the first two."),
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="breast_cancer, digits, flower or synthetic; by default what suits the work.")
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
    baseline: Annotated[str | None, typer.Option(help="Whom speedups are against; the first one timed.")] = None,
    threads: Annotated[int | None, typer.Option(help="For BLAS and Numba alike; every core by default.")] = None,
    budget: Annotated[float, typer.Option(help="Seconds for everything, compiling excepted.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Of drawn data, parameters and the order of the rounds.")] = 0,
    json: Annotated[str | None, typer.Option(metavar="FILE", help="Write the result; - for standard output.")] = None,
    plot: Annotated[str | None, typer.Option(metavar="FILE", help="Draw the result: .png, .svg or .pdf.")] = None,
):
    """Do the same work in every implementation: check that they agree, then race them.

    Exit code 1 when an implementation disagrees.
    """
    started = time.perf_counter()
    if threads is not None:
        if not 1 <= threads <= MOST_THREADS:
            raise OptionError(f"threads is {threads}; expected 1 to {MOST_THREADS}")
        # Numba fixes the most threads it will ever use when it is imported.
        os.environ["NUMBA_NUM_THREADS"] = str(max(threads, os.cpu_count() or 1))
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
        names=implementations.split(",") if implementations else None,
        baseline=baseline,
        threads=threads,
        budget=budget,
        seed=seed,
        json=json,
        plot=plot,
    )
    raise typer.Exit(code)
