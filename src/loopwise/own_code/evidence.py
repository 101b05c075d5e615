"""What a file says of itself: a function's way is accepted where the rest of the file does not speak against it.

Taken alone, a cost that is divided by the wrong number is right with examples in rows, or as a sum. Beside gradients
that are means over columns it is wrong.
"""

from .results import plain
from .words import attributes_of

# Who shows which orientation a file has: the first of these that is right in only one.
ORIENTED = ("network_step", "layer_forward", "logistic_step", "logistic_forward", "layer_gradient", "layer_backward")
GRADIENTS = ("logistic_step", "layer_gradient", "layer_backward")


class Evidence:
    """What a file's functions say of each other.

    Parameters
    ----------
    found : list of Found or WholeNetwork
    names : sequence of str
        Of all functions, in plain letters.
    """

    def __init__(self, found, names):
        self.found, self.names = found, names

    def bears_out(self, one):
        """Whether a function that is right in its way may be: nothing in the file goes another way."""
        way, others = one.way, [other for other in self.found if other is not one]
        if not way.said() and way.setting[:1] != ("softmax",):  # the lecture's way needs no evidence
            return True
        if way.examples:  # a vector, where nothing else in the file gives it many examples
            return not any(one.name in attributes_of(other.function) for other in others)
        if one.operation == "cost":
            return self.bears_out_cost(way, plain(one.name))
        if one.operation in ORIENTED[1:]:
            before = ORIENTED[: ORIENTED.index(one.operation)]
            oriented = self.orientation([other for other in others if other.operation in before])
        else:
            oriented = self.orientation(others) if way.rows else None
        return oriented in (None, way.rows) and not (way.sums and way.rows and self.mean_cost_alone())

    def bears_out_cost(self, way, name):
        """Whether a cost may be in its way: one example a row, a sum, labels of −1, or softmax's."""
        if self.orientation(self.found) not in (None, way.rows):
            return False
        ways = self.gradient_ways()
        if any(other.sums < way.sums or other.signs != way.signs for other in ways):
            return False
        if any(not way.rows and other.flat < way.flat for other in ways):
            return False
        return way.setting[:1] != ("softmax",) or self.has_softmax(name)

    def orientation(self, among):
        """Whether examples are in rows, as the first function says that is right; None where none is."""
        for operation in ORIENTED:
            for one in among:
                if one.operation == operation and one.goes_right():
                    return one.way.rows
        return None

    def gradient_ways(self):
        """The ways of the file's gradients, as far as they are right."""
        gradients = [one for one in self.found if one.operation in GRADIENTS]
        ways = [one.way for one in gradients if one.goes_right()]
        return ways + [one.gradient_way() for one in self.backward_passes() if one.gradient_way() is not None]

    def backward_passes(self):
        """The passes that give a gradient."""
        return [one for one in self.found if getattr(one, "backward", ())]

    def mean_cost_alone(self):
        """Whether there is a cost that is a mean, and no whole gradient that is one: then nobody divides by m."""
        means = any(one.operation == "cost" and one.goes_right() and not one.way.sums for one in self.found)
        ways = [one.gradient_way() for one in self.backward_passes()]
        return means and not any(way is not None and not way.sums for way in ways)

    def has_softmax(self, name):
        """Whether a cost is of classes: the last layer is softmax, or it or the file speaks of them."""
        outputs = {one.output[0][0] for one in self.found if getattr(one, "backward", ()) and one.goes_right()}
        speaks = any(word in one for word in ("softmax", "categorical") for one in (*self.names, name))
        if outputs:
            return outputs == {"softmax"}
        speaks = speaks or ("crossentropy" in name and "binary" not in name)
        of_two = any(word in one for word in ("sigmoid", "logistic") for one in self.names) or "binary" in name
        return speaks or not of_two
