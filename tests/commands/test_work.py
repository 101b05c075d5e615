"""A request that would change nothing is refused in one line, never answered with a figure."""

import numpy as np
import pytest
from helpers.cli import in_process

from loopwise import workloads
from loopwise.commands.work import SIZE_OF, known_options, refuse_ignored, refuse_to_grow
from loopwise.errors import OptionError
from loopwise.interface import OPERATIONS

VALUES = {
    "examples": (5, 7),
    "features": (5, 7),
    "layers": ([3], [6]),
    "activation": ("sigmoid", "softmax"),
    "loss": ("squared", "cross_entropy"),
}


def inputs(operation, **given):
    """The bytes that an operation is called with."""
    sizes = {"units" if name == "layers" else name: value for name, value in given.items()}
    if "layers" in given:
        sizes["units"] = given["layers"][0]
    work = workloads.operation(operation, **{"activation": "sigmoid", "examples": 4, "features": 4, "units": 2} | sizes)
    return [np.asarray(value).tobytes() for value in work.inputs.values()]


@pytest.mark.parametrize("option", VALUES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_option_is_known_where_it_changes_what_an_operation_is_given(operation, option):
    one, other = (inputs(operation, **{option: value}) for value in VALUES[option])
    assert (option in known_options(operation)) == (one != other)


@pytest.mark.parametrize("work", ["logistic", "network", *OPERATIONS])
def test_whatever_is_swept_grows(work):
    for over, option in SIZE_OF.items():
        if option in known_options(work):
            refuse_to_grow(work, over, {})
            small, large = (workloads.grown(size, over, work=work, examples=8, activation="sigmoid") for size in (2, 4))
            assert small.bytes < large.bytes
        else:
            with pytest.raises(OptionError, match=f"{work} has no {over}: --over "):
                refuse_to_grow(work, over, {})
    assert {"examples", "features"} & set(known_options(work))  # so that there is something to say instead


@pytest.mark.parametrize("option", VALUES)
@pytest.mark.parametrize("work", ["logistic", "network", *OPERATIONS])
def test_what_is_not_known_is_refused(work, option):
    given = {option: VALUES[option][0]}
    if option in known_options(work):
        refuse_ignored(work, given)
    else:
        with pytest.raises(OptionError, match=f"--{option} does not belong to {work}"):
            refuse_ignored(work, given)


REFUSED = {
    "sweep dot --sizes 10,1000000": "dot has no m: --over n_x",
    "sweep dot": "dot has no m: --over n_x",
    "sweep cost --over n_x": "cost has no n_x: --over m",
    "sweep dot --over width": "--over width is of a network: loopwise sweep network --over width",
    "sweep dot --over n_x --features 3": "--features does not belong to --over n_x, which takes its sizes from --sizes",
    "sweep logistic --examples 5": "--examples does not belong to --over m",
    "sweep logistic --layers 5": "--layers does not belong to logistic (known: --examples, --features)",
    "sweep logistic --activation tanh": "--activation does not belong to logistic",
    "sweep matmul --activation tanh": "--activation does not belong to matmul",
    "sweep matmul --layers 32,10": "layers is 32,10; matmul has rows of one layer: --layers 32",
    "sweep network --over width --layers 10": "--over width is of the hidden layers; --layers 10 has none",
    "sweep network --over depth --layers 10": "--over depth is of the hidden layers; --layers 10 has none",
    "sweep network --over depth --layers 32,16,10": "--over depth makes every hidden layer like the first",
    "sweep network --layers 10 --activation tanh": "--activation is of the hidden layers; --layers 10 has none",
    "break-even dot --examples 7": "--examples does not belong to dot (known: --features)",
    "break-even logistic --layers 5": "--layers does not belong to logistic",
    "break-even matmul --activation tanh": "--activation does not belong to matmul",
    "compare dot --examples 5": "--examples does not belong to dot",
    "compare matmul --layers 32,10": "layers is 32,10; matmul has rows of one layer: --layers 32",
    "compare network --layers 10 --activation tanh": "--activation is of the hidden layers; --layers 10 has none",
    "compare dot --layout F": "--layout F does not belong to dot: a vector lies the same in C",
    "race --layers 1 --activation tanh": "--activation is of the hidden layers; --layers 1 has none",
    "gradcheck --layers 4,1 --keep-prob 0.5": "--keep-prob is of the hidden layers; --layers 4,1 has none",
    "shapes --layers 4,1 --batch-norm": "--batch-norm is of the hidden layers; --layers 4,1 has none",
    "train network --layers 10 --batch-norm": "--batch-norm is of the hidden layers; --layers 10 has none",
    "train --beta-1 0.5": "--beta-1 does not belong to descent, but to momentum and adam",
    "train --optimizer momentum --beta-2 0.5": "--beta-2 does not belong to momentum, but to rmsprop and adam",
    "show dot --no-time --threads 2": "--no-time measures nothing; what are --threads and --budget for?",
    "show dot --no-time --budget 2": "--no-time measures nothing; what are --threads and --budget for?",
    "show dot --diff python_loops numba_loops --implementations numpy_vectorized": "--diff names the implementations",
}


@pytest.mark.parametrize("request_", REFUSED)
def test_a_request_that_changes_nothing_is_one_line(monkeypatch, capsys, request_):
    assert in_process(monkeypatch, *request_.split()) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert REFUSED[request_] in shown.err


SMALL = "--budget 0.5 --implementations numpy_vectorized"


@pytest.mark.parametrize(
    "request_",
    [
        f"sweep dot --over n_x --sizes 4,8 --no-compile {SMALL}",
        f"sweep matmul --sizes 4,8 --features 3 --layers 5 --no-compile {SMALL}",
        f"sweep network --sizes 4,8 --layers 3 --no-compile {SMALL}",
        f"sweep network --over width --sizes 2,4 --activation tanh --no-compile {SMALL}",
        f"break-even dot --features 9 {SMALL}",
        f"compare matmul --layout F --features 9 {SMALL}",
        "race --layers 1 --seconds 0.2 --implementations numpy_vectorized",
        "gradcheck --layers 3,2",
        "train --optimizer adam --beta-1 0.5 --beta-2 0.9 --epochs 2",
        "show dot --no-time",
    ],
)
def test_what_was_not_asked_for_is_not_refused(monkeypatch, capsys, request_):
    assert in_process(monkeypatch, *request_.split()) == 0
    assert capsys.readouterr().out
