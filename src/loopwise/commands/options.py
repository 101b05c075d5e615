"""What the commands of the command line share: the application, options that several have, checks of numbers."""

import os
import sys
from typing import Annotated

import typer

from ..errors import OptionError
from ..process.command_line import hide
from ..process.docstrings import documentation
from ..process.environment import MOST_THREADS, NUMBA_LIMIT, thread_limit, validate_environment
from ..validation import validate_size
from .completion import complete


class Commands(typer.Typer):
    """An application whose commands have their help under `python -OO`, too."""

    def command(self, name=None, **options):
        register = super().command

        def register_completed(function):
            complete(function)
            return register(name, help=documentation(function), **options)(function)

        return register_completed


app = Commands(
    help="Logistic regression and L-layer networks as Python loops, Numba loops and NumPy expressions: "
    "identical results, measured speed.",
    epilog="Example: loopwise compare logistic --data breast_cancer --plot race.png",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def show_version(asked):
    """`loopwise 0.2.0`, and nothing else."""
    if asked:
        from importlib.metadata import version

        typer.echo(f"loopwise {version('loopwise')}")
        raise typer.Exit


@app.callback()
def everything(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Say which version this is.")
    ] = False,
):
    """What `loopwise` takes before a command's name."""


def whole_numbers(text, symbol):
    """`20,7,5,1` -> [20, 7, 5, 1]."""
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        raise OptionError(f"{symbol} is {text!r}; expected whole numbers with commas, such as 20,7,5,1") from None
    for number in numbers:
        validate_size(symbol, number)
    return numbers


def sizes_of(text, symbol):
    """`whole_numbers` of an option; None where it was not given."""
    return whole_numbers(text, symbol) if text else None


def named(**options):
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def allowed_threads(threads=None):
    """The number of threads: what the option says, else what the environment allows.

    Numba fixes the most threads it will ever use when it is imported: it is set before, and bad values are refused.
    """
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        raise OptionError(f"threads is {threads}; expected 1 to {MOST_THREADS}")
    if threads is not None and sys.platform == "darwin" and "numpy" not in sys.modules:
        os.environ["VECLIB_MAXIMUM_THREADS"] = str(threads)  # of Apple's BLAS, which listens to nothing later
    if "numba" not in sys.modules:  # later it would be an error
        if threads is not None:
            os.environ[NUMBA_LIMIT] = str(max(threads, os.cpu_count() or 1))
        elif not os.environ.get(NUMBA_LIMIT, "unset").strip():  # for Numba, nothing is no number
            del os.environ[NUMBA_LIMIT]
        validate_environment()
    return threads or thread_limit()


def names_of(text):
    """`numba_loops,mine.py` -> names; a file is registered under its own."""
    if text is None:
        return None
    return [name_of(name) for name in text.split(",")]


def names_in(text):
    """The columns that `--without` names: commas separate them, and one with a comma in its name is quoted."""
    import csv

    if text is None:
        return None
    try:
        return [name.strip() for name in next(csv.reader([text], skipinitialspace=True, strict=True), [])]
    except csv.Error as error:
        raise OptionError(f"--without is {text!r}: {error}") from None


def name_of(text):
    """The name of an implementation; a file is registered, under its own."""
    if not text.endswith((".py", ".ipynb")):
        return text
    from ..implementations import register_file

    hide()
    return register_file(text)


# Options that several commands have.
ANY_DATA = (
    "breast_cancer, digits, flower, synthetic, cats, houses, xor, parity; a table (.csv, .tsv, .parquet) "
    "or arrays (.npz, .npy, .h5) of your own; a folder of images with a sub-folder for each class; or blocks, as "
    "'blocks/*.npy' (.npz, .parquet, .zarr)."
)
Target = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The column of a table that is to be predicted; of X.npy: its labels, as Y.npy."),
]
OneHot = Annotated[
    bool | None, typer.Option("--one-hot", help="Make a feature of each value of a table's columns of text.")
]
Without = Annotated[
    str | None, typer.Option(metavar="NAMES", help="Columns of a table that are left out, with commas.")
]
Task = Annotated[
    str | None,
    typer.Option(
        help="classification or regression, of data of your own.", show_default="told from the target, and said"
    ),
]
Json = Annotated[str | None, typer.Option(metavar="FILE", help="Write the result; - for standard output.")]
Plot = Annotated[str | None, typer.Option(metavar="FILE", help="Draw the result: .png, .svg or .pdf.")]
Html = Annotated[str | None, typer.Option(metavar="FILE", help="A page: figure, tables, sources; needs no network.")]
Names = Annotated[str | None, typer.Option(help="Names with commas; all by default.")]
Dtype = Annotated[str, typer.Option(help="float64 or float32.")]
RoundsSeed = Annotated[int, typer.Option(help="Of the order of the rounds.")]
# Of drawn work, in sweep and break-even.
Work = Annotated[str, typer.Argument(help="logistic, network, or an operation such as matmul.")]
Layers = Annotated[
    str | None, typer.Option(help="Hidden layers and the output, or an operation's rows.", show_default="32,10")
]
AnyActivation = Annotated[
    str | None, typer.Option(help="Of the hidden layers, or of the operation.", show_default="relu")
]
Threads = Annotated[int | None, typer.Option(help="For BLAS and Numba alike; every core by default.")]
Loss = Annotated[str | None, typer.Option(help="cross_entropy, squared or absolute.", show_default="by the labels")]
Activation = Annotated[str | None, typer.Option(help="Of the hidden layers.", show_default="relu")]
Initialization = Annotated[
    str | None, typer.Option(help="zeros, small, large, he or xavier.", show_default="he for relu, else xavier")
]
L2 = Annotated[float | None, typer.Option(help="The penalty l2/2 ΣΣ W² in the cost.", show_default="0")]
KeepProb = Annotated[float | None, typer.Option(help="Dropout keeps a hidden unit so often.", show_default="1")]
BatchNorm = Annotated[bool | None, typer.Option("--batch-norm", help="Batch normalization in every hidden layer.")]
InputAndLayers = Annotated[str, typer.Option(help="The input, the hidden layers and the output: 5,4,3.")]
