"""One example at a time: where the loop wins.

Source: P contents 7 "Gradient Descent": stochastic, mini-batch, batch
"""

from ... import datasets, workloads
from ...implementations.numpy_vectorized.neurons import logistic_step
from ...implementations.python_loops.training import neuron_epochs
from ...report import units
from ...report.cells import time_text
from ..demo import Outcome
from ..kit import as_fast, is_faster, pace, table, timed_work

BATCHES = (1, 8, 64, None)
LOOP, ARRAYS, COMPILED = "python_loops", "numpy_vectorized", "numba_loops"
EPOCHS, MUCH = 2, 10
QUESTION = """
Stochastic gradient descent: w and b change after every example. For logistic regression on 569 examples with 30
features, NumPy's step is an array expression with m = 1. How does it compare with the slide's loop in plain Python?
"""
CHOICES = ("it is faster", "one cannot tell", f"it takes longer, up to {MUCH} times", f"more than {MUCH} times as long")
CODE = [logistic_step, neuron_epochs]


def epochs(data, batch_size):
    """The same epochs in three implementations, once they have agreed: `{name: Timed}`, against NumPy."""
    work = workloads.training(data.X, data.Y, batch_size=batch_size, epochs=EPOCHS, data=data.name)
    found, _ = timed_work(work, (ARRAYS, LOOP, COMPILED), 1.0)
    return found


def measure():
    """Two epochs for batches of one example, of some, of all."""
    data = datasets.load("breast_cancer")
    m = data.X.shape[1]
    at = {batch or m: epochs(data, batch) for batch in BATCHES}
    one, whole = at[1], at[m]
    a_step = {name: units.seconds(each.seconds / (EPOCHS * m)) for name, each in one.items()}
    said = f"""
    Against NumPy, one example at a time: the slide's loop {pace(one[LOOP])}, and compiled it {pace(one[COMPILED])}.
    A step is {4 * len(data.X)} additions and multiplications; NumPy takes {a_step[ARRAYS]} for it,
    because each of its calls checks types and shapes and makes an array, however little there is to compute. The
    compiled loop takes {a_step[COMPILED]}.

    With all {m} examples in a step there are {EPOCHS} such calls instead of {EPOCHS * m}, and the slide's loop
    {pace(whole[LOOP])}, compiled it {pace(whole[COMPILED])}. But that is another algorithm: w has changed {EPOCHS}
    times.
    """
    rows = [(batch, *(time_text(each[name]) for name in each), as_fast(each[COMPILED])) for batch, each in at.items()]
    heads = ("batch", "NumPy", "Python", "compiled", "compiled, against NumPy")
    title = f"{EPOCHS} epochs of logistic regression, {m} examples"
    figures = {"ratios": {batch: {name: each[name].ratio for name in each} for batch, each in at.items()}}
    return Outcome(answer_of(one[LOOP]), [table(heads, rows, title)], said, figures)


def answer_of(loop):
    """Which choice came true; `loop` is the slide's loop against NumPy."""
    return {-1: 0, 0: 1, 1: 2 + (loop.ratio > MUCH)}[is_faster(loop)]
