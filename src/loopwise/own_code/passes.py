"""A forward pass and a backward pass that take a dict of parameters: `L_model_forward`, `L_model_backward`."""

import re
from dataclasses import dataclass, replace

import numpy as np

from ..errors import ResultError
from ..implementations import get_implementation
from . import results, ways
from .dicts import Watched
from .found import Found, examples_of, near
from .ways import LECTURE
from .whole_network import DIMS, HIDDEN, OUTPUTS, SIGMOID, WholeNetwork, array_of, call_by_role, dict_of, flat_gradient

BENT = HIDDEN[:-1]  # without one of them a hidden layer is none
FIXED = {"keep_prob": 1.0, "l2": 0.0}  # nothing is dropped, and no weight costs anything
NETWORK_WAYS = (LECTURE, ways.ROWS, ways.ROWS_FLAT)


@dataclass
class Passes(WholeNetwork):
    """A forward pass, and perhaps a backward pass: functions of a file that take a dict of parameters.

    Attributes
    ----------
    forward, backward : (callable, list of (str, str))
        The function, and the role of each parameter.
    cost : Found or None
    what : "forward", "backward" or "step"
        Which results are asked for.
    hidden, output, n_y, layers :
        What its networks are like, found out by `settle`.
    """

    forward: tuple = ()
    backward: tuple = ()
    cost: Found | None = None
    what: str = "forward"
    chooses: bool = False
    hidden: str = "relu"
    output: tuple = SIGMOID
    layers: tuple = (1, 2, 3)
    oriented: bool | None = None
    fixed = FIXED
    taken: frozenset = frozenset()

    @property
    def returns(self):
        return {"forward": ("A",), "backward": ("gradient",), "step": ("J", "gradient")}[self.what]

    def settings(self):
        """Every number of layers that it offers, with the activations that it has."""
        return [(layers, self.hidden, *self.output) for layers in self.layers]

    def suits(self, given):
        """Whether it has the activations that are asked for."""
        asked, (output, _) = given["architecture"], self.output
        hidden = (self.hidden,) * (asked.L - 1)
        return asked.activations == (*hidden, output[0]) and asked.loss == output[1]

    # === finding out what it has =====================================================================

    def settle(self):
        """Find out its orientation, its activations, and whether it has a fixed number of layers."""
        if self.settled is None:
            self.settled = self.orient()
            if self.settled and self.what != "forward":
                self.way = self.with_sums(self.way)
        return self.settled

    def orient(self):
        """Find out what its prediction says: its orientation, its activations, its layers; whether it is right."""
        if self.oriented is not None:
            return self.oriented
        tried = []
        for way in NETWORK_WAYS:
            for output in OUTPUTS:
                for hidden in BENT:
                    self.way, self.hidden, self.output = way, hidden, output
                    distance = min(self.distance(layers) for layers in (2, 3))
                    tried.append((distance, len(tried), way, hidden, output))
                    if tried[-1][0] == 0:
                        break
        distance, _, self.way, self.hidden, self.output = min(tried)
        self.layers = tuple(L for L in (1, 2, 3) if self.offers(L)) or (2,)
        self.oriented = distance == 0
        return self.oriented

    def with_sums(self, way):
        """The way with sums over the examples, where every part of the gradient is right only as one.

        A file whose cost is a mean has no gradient that is a sum; one without a cost may, with examples in rows.
        """
        gradient = self.gradient_way()
        if gradient is None or not gradient.sums:
            return way
        has_sum = self.cost.settle() and self.cost.way.sums if self.cost is not None else way.rows
        return gradient if has_sum else way

    def goes_right(self):
        """Whether its prediction is right."""
        return bool(self.orient()) if self.settled is None else self.settled

    def gradient_way(self):
        """The way in which its gradient is right, whatever its cost is; None where it is right in none."""
        if not self.orient():
            return None
        right = replace(self, settled=True)
        for sums in (False, True):
            right.way = replace(self.way, sums=sums)
            if right.gradient_is_near():
                return right.way
        return None

    def distance(self, layers):
        """How far its prediction is from what is expected; infinite where it does not run, 0 where it is near."""
        work = self.make((layers, self.hidden, *self.output))
        with np.errstate(all="ignore"):
            try:
                A = replace(self, what="forward").call(work.inputs)["A"]
            except KeyboardInterrupt:
                raise
            except BaseException:
                return np.inf
            expected = work.outputs(get_implementation("numpy_vectorized"))["A"]
        if np.shape(A) != expected.shape:
            return np.inf
        off = float(np.abs(A - expected).max())
        return 0.0 if near(A, expected) else off if np.isfinite(off) else np.inf

    def gradient_is_near(self):
        """Whether every number of the gradient is near what is expected, with as many layers as it has."""
        work = self.make((self.layers[-1], self.hidden, *self.output))
        with np.errstate(all="ignore"):
            try:
                found = self.call(work.inputs)["gradient"]
            except KeyboardInterrupt:
                raise
            except BaseException:
                return False
            return near(found, work.outputs(get_implementation("numpy_vectorized"))["gradient"])

    def offers(self, layers):
        """Whether it has no fixed number of layers that is another one.

        It has where it asks for the parameters of a layer that there is not, or never for those of the last one.
        """
        work = self.make((layers, self.hidden, *self.output))
        self.architecture = work.inputs["architecture"]
        watched = Watched(self.parameters(work.inputs["theta"]))
        try:
            call_by_role(*self.forward, self.fixed | {"X": self.as_taken("X", work.inputs["X"]), "parameters": watched})
        except KeyError as error:
            return not watched.is_above(error.args[0], layers)
        except Exception:  # of its own, or because it is none of its networks
            return watched.counted or f"W{layers}" in watched.asked
        return watched.counted or f"W{layers}" in watched.asked

    # === calling =====================================================================================

    def call(self, given):
        """What is asked for: the prediction, the gradient, or a step; a pass that changes the parameters is refused."""
        self.architecture = given["architecture"]
        values = {name: self.as_taken(name, given[name]) for name in ("X", "Y")}
        if self.what == "step":
            return self.step(values | {"parameters": self.parameters(given["theta"])}, examples_of(given))
        values["parameters"] = self.parameters(given["theta"].copy())
        kept = {key: value.copy() for key, value in values["parameters"].items()}
        A = self.predict(values)
        unchanged(kept, values["parameters"], "the forward pass")
        if self.what == "forward":
            return {"A": self.way.ours("A", array_of(A), DIMS["A"], 1)}
        gradient = self.gradient(values, examples_of(given))
        unchanged(kept, values["parameters"], "the backward pass")
        return {"gradient": gradient}

    def step(self, values, m):
        """J and the gradient."""
        A = self.predict(values)
        gradient = self.gradient(values, m)
        returned = self.cost.apply({"AL": A, "Y": values["Y"], "parameters": values["parameters"]})
        J = array_of(results.by_name(returned, ("J",), True)["J"])
        return {"J": J / m if self.cost.way.sums else J, "gradient": gradient}

    def predict(self, values):
        """What the forward pass predicts; its caches are among the values then."""
        values["AL"], values["caches"] = two_of(call_by_role(*self.forward, self.fixed | values))
        return values["AL"]

    def gradient(self, values, m):
        """What the backward pass returns, as a vector."""
        grads = call_by_role(*self.backward, self.fixed | values)
        if isinstance(grads, tuple):
            grads = next((one for one in grads if isinstance(one, dict)), grads[0])
        return flat_gradient(grads, self.architecture, self.way, m)

    def as_taken(self, name, value):
        """X or Y as it takes them."""
        return self.way.theirs(name, value, DIMS[name])

    def parameters(self, theta):
        """theta as its dict: views."""
        parts = dict_of(theta, self.architecture).items()
        return {key: self.way.theirs(key[0], part, DIMS[key[0]]) for key, part in parts}

    def others_like(self, work, settings):
        """It is not told its activations."""
        return ()

    def explain(self, wrong, right):
        """Where the error is made: in the forward pass, or going back."""
        if self.what == "backward" and self.distance(self.architecture.L) > 0:
            return "the forward pass is wrong already: mend that first"
        return super().explain(wrong, right)


def unchanged(before, after, who):
    """Raise `ResultError` where a pass has changed the parameters."""
    for key, value in before.items():
        if not np.array_equal(value, after.get(key)):
            raise ResultError(f"{who} changes {key} in place — only the update may")


def two_of(returned):
    """The prediction, and the caches that come with it."""
    if isinstance(returned, dict):  # of all activations: the last one is the prediction
        numbered = [key for key in returned if re.fullmatch(r"[Aa]\d+", str(key))]
        return returned.get(max(numbered, key=lambda key: int(key[1:]), default=None)), returned
    if isinstance(returned, (tuple, list)) and returned:
        return returned[0], returned[1] if len(returned) == 2 else returned[1:]
    return returned, None
