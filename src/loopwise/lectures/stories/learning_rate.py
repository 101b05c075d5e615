"""Learning rate too large, too small: one weight on a parabola.

Source: P "Adaptive Linear Neurons and the Delta Rule"; B, C 19
"""

import numpy as np

from ... import datasets
from ...implementations import get_implementation
from ...learning.models import Neuron
from ...learning.training import reason, train
from ...report import units
from ...report.live_race import sparkline
from ..story import Seen, table

EPOCHS = 60
QUESTION = """
Adaline learns house prices from one feature. Its cost is a parabola in w with curvature λ, and the learning rate is
a tenth larger than 2/λ. What does the cost do?
"""
CHOICES = ("it falls, faster than with half the rate", "it stays where it is", "it grows with every step")
CODE = ["J, dw, db = impl.adaline_step(w, b, X, Y)    # J = ½ Σ (y′ − y)²\nw, b = w - alpha * dw, b - alpha * db"]


def measure():
    """Train with rates below and above the limit that the curvature sets."""
    impl, model = get_implementation("numpy_vectorized"), Neuron("adaline", 1)
    data = datasets.load("houses")
    X, Y = impl.asnative(data.X[:1]), impl.asnative(data.Y)
    curvature = float(np.sum(data.X[0] ** 2))  # d²J/dw²
    start, rows, costs = np.array([-1.0, data.Y.mean()]), [], {}
    for share in (1.1, 0.5, 0.3, 0.01):
        alpha = share * 2 / curvature
        state = train(impl, model, start, X, Y, alpha=alpha, epochs=EPOCHS)
        costs[share] = list(state.costs)
        seen = state.costs[:24]
        curve = sparkline(seen, len(seen), min(seen), max(seen))
        rows.append(
            (
                f"{share:g} · 2/λ",
                f"{alpha:.3g}",
                curve,
                f"{state.costs[-1]:.3g}",
                reason(model, state).replace("epochs", ""),
            )
        )
    large = costs[1.1]
    grows = bool(np.all(np.diff(large) > 0))
    answer = 2 if grows else 0 if large[-1] < large[0] else 1
    to_go = [J - min(map(min, costs.values())) for J in costs[0.01]]
    half = next((k for k, rest in enumerate(to_go) if rest < to_go[0] / 2), None)
    creeps = (
        f"needs {half} steps to halve what is left" if half else f"has not halved what is left after {EPOCHS} steps"
    )
    did = f"grew with every step, to {large[-1]:.3g} after {len(large)}." if grows else f"went to {large[-1]:.3g}."
    said = f"""
    λ = Σ x² = {units.three(curvature)}. A step multiplies the distance to the minimum by 1 − α λ. At α = 2/λ that is
    −1: to and fro for ever. A tenth more and it is −1.2: from {large[0]:.3g} the cost {did}

    At half of the limit one step is enough: 1 − α λ = 0. A hundredth of the limit {creeps}.

    Real costs have another curvature in each direction: the steepest sets the limit for all. That is why features
    are standardized, and what momentum, RMSprop and Adam are about.
    """
    shown = [table(("α", "is", "J, step by step", "at the end", ""), rows, words=5)]
    return Seen(
        answer,
        shown,
        said,
        {"curvature": curvature, "grows": grows, "last": {f"{k:g}": v[-1] for k, v in costs.items()}},
    )
