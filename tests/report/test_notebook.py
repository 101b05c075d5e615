"""What a notebook shows of a result."""

import re

import numpy as np
import pytest

from loopwise import Architecture, Neuron, get_implementation, train, workloads
from loopwise.learning.state import State
from loopwise.measure.comparison import compare
from loopwise.measure.sweep import sweep
from loopwise.report.notebook import html_of


def text_of(html):
    """The words of one `<pre>`, which holds nothing but text with its styles."""
    inside = re.fullmatch(r"<pre [^>]*>(.*)</pre>\s*", html, re.DOTALL)[1]
    assert set(re.findall(r"</?(\w+)", inside)) <= {"span"}
    return " ".join(re.sub(r"<[^>]+>", "", inside).split())


def test_a_comparison():
    comparison = compare(workloads.drawn("logistic", 20, 3), ["numba_loops", "numpy_vectorized"], 0.3)
    said = text_of(comparison._repr_html_())
    for words in (
        "logistic_step · synthetic · n_x = 3, m = 20",
        "numba_loops ✓ same bits",
        "numpy_vectorized ✓ rounding",
    ):
        assert words in said


def test_a_sweep_and_one_without_a_size():
    swept = sweep(lambda size: workloads.grown(size, examples=size), [4, 8], "m", ["numba_loops"], 0.4, cold=False)
    said = text_of(swept._repr_html_())
    assert "against m" in said
    assert "numba_" in said
    swept.comparisons.clear()
    assert text_of(swept._repr_html_()) == "nothing was measured"


def test_an_architecture():
    said = text_of(Architecture((3, 4, 1), ("tanh", "sigmoid"))._repr_html_())
    assert "3-4-1, X is (3, m)" in said
    assert "1 (4, 3) (4, 1) (4, m) (4, m) 16 2 (1, 4) (1, 1) (1, m) (1, m) 5" in said


def test_a_training():
    impl = get_implementation("numba_loops")
    X, Y = impl.asnative([[1.0, 2.0, 3.0]]), impl.asnative([[0.0, 1.0, 1.0]])
    state = train(impl, Neuron("logistic", 1), np.zeros(2), X, Y, alpha=0.1, epochs=2, batch_size=1, validation=(X, Y))
    said = text_of(state._repr_html_())
    assert "2 parameters, float64" in said
    assert f"training 2 6 {state.costs[0]:.6g} {state.costs[-1]:.6g} epochs" in said
    assert f"validation 2 6 {state.validation_costs[0]:.6g} {state.validation_costs[-1]:.6g} epochs" in said
    assert "training 0 0 – – goes on" in text_of(State(np.zeros(2), np.zeros(0))._repr_html_())


def test_anything_else_is_refused():
    with pytest.raises(TypeError, match="int has no table"):
        html_of(3)
