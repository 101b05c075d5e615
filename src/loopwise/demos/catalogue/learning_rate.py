"""Learning rate too large, too small: one weight on a parabola.

Source: P "Adaptive Linear Neurons and the Delta Rule"; C 19
"""

import numpy as np

from ... import datasets
from ...implementations import get_implementation
from ...learning.models import Neuron
from ...learning.training import reason
from ...report import units
from ...report.race import block
from ..demo import Outcome
from ..kit import table, trained

EPOCHS, SHOWN = 60, 16
SHARES = (1.1, 0.5, 0.3, 0.01)  # of the largest rate that the curvature allows
QUESTION = """
Adaline learns house prices from one feature. Its cost J is a parabola in w. Where its slope changes by λ when w
changes by 1, a learning rate α of 2/λ is the limit. We take a tenth more. What does the cost do?
"""
CHOICES = ("it falls", "it stays where it is", "it grows with every step")
CODE = ["J, dw, db = impl.adaline_step(w, b, X, Y)    # J = ½ Σ (y′ − y)²\nw, b = w - alpha * dw, b - alpha * db"]


def measure():
    """Train with rates below and above the limit that the curvature sets."""
    impl, model = get_implementation("numpy_vectorized"), Neuron("adaline", 1)
    data = datasets.load("houses")
    X, Y = impl.asnative(data.X[:1]), impl.asnative(data.Y)
    curvature = float(np.sum(data.X[0] ** 2))  # d²J/dw²
    # b begins at its best value, the mean price, and stays: x has mean 0. So w alone moves.
    start, rows, costs = np.array([-1.0, data.Y.mean()]), [], {}
    for share in SHARES:
        alpha = share * 2 / curvature
        state = trained(impl, model, start, X, Y, alpha=alpha, epochs=EPOCHS)
        costs[share] = list(state.costs)
        seen = state.costs[:SHOWN]
        curve = "".join(block(J, min(seen), max(seen)) for J in seen)
        end = "diverges" if reason(model, state).startswith("diverged") else ""
        rows.append((f"{share:g} · 2/λ", f"{alpha:.3g}", curve, f"{state.costs[-1]:.3g}", end))
    large, grows = costs[1.1], bool(np.all(np.diff(costs[1.1]) > 0))
    lowest = min(map(min, costs.values()))
    creeping = [J - lowest for J in costs[0.01]]
    half = next((k for k, rest in enumerate(creeping) if rest < creeping[0] / 2), None)
    creeps = f"needs {half} steps to halve it" if half else f"has not halved it after {EPOCHS} steps"
    did = f"grew with every step, to {large[-1]:.3g} after {len(large) - 1}" if grows else f"went to {large[-1]:.3g}"
    said = f"""
    λ = Σ x² = {units.three(curvature)} here, and α = {1.1 * 2 / curvature:.3g}. A step multiplies the distance to the
    minimum by 1 − α λ. At α = 2/λ that is −1: to and fro for ever. A tenth more and it is −1.2: from {large[0]:.3g}
    the cost {did}. So a rate below 1, as P asks for, is no guarantee.

    At half of the limit 1 − α λ is 0: one step took the cost from {costs[0.5][0]:.3g} to {costs[0.5][1]:.3g}. A
    hundredth of the limit {creeps}.

    Real costs have another curvature in each direction: the steepest sets the limit for all. That is why features
    are standardized, and what momentum, RMSprop and Adam are about.
    """
    shown = [table(("α", "is", f"J of the first {SHOWN} steps", "at the end", ""), rows, words=5)]
    last = {f"{share:g}": J[-1] for share, J in costs.items()}
    answer = 2 if grows else 0 if large[-1] < large[0] else 1
    return Outcome(answer, shown, said, {"curvature": curvature, "grows": grows, "last": last})
