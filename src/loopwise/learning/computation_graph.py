"""The lecture's computation graph: forward from left to right, backward by the chain rule, checked by a small step.

    >>> from loopwise.learning.computation_graph import Graph
    >>> graph = Graph("J = 3 * (a + b * c)", a=7, b=4, c=3)
    >>> print(graph.table())

Each node is one operation of the formula. Forward gives it its value; backward gives it dJ/d(node): what comes from
the node it goes into, times that node's own slope. A node that goes into several others adds up what comes back.

Source: B "Derivatives with Computation Graph"; C 9; P "Computation Graph".
"""

import ast
import operator
from dataclasses import dataclass, field

from ..errors import OptionError

# operation: (value, slope towards the left operand, slope towards the right operand)
OPERATIONS = {
    ast.Add: (operator.add, lambda x, y: 1, lambda x, y: 1),
    ast.Sub: (operator.sub, lambda x, y: 1, lambda x, y: -1),
    ast.Mult: (operator.mul, lambda x, y: y, lambda x, y: x),
    ast.Div: (operator.truediv, lambda x, y: 1 / y, lambda x, y: -x / (y * y)),
}


@dataclass
class Node:
    """One value of the graph: a letter, a number, or an operation on two nodes."""

    text: str
    value: float = 0.0
    gradient: float = 0.0  # dJ/d(this node)
    operation: type | None = None
    operands: tuple = field(default=(), repr=False)

    def forward(self):
        """The value, from the operands' values."""
        if self.operation:
            self.value = OPERATIONS[self.operation][0](*(operand.value for operand in self.operands))

    def backward(self):
        """The chain rule: every operand gets this node's gradient times the operation's slope towards it."""
        if self.operation:
            values = [operand.value for operand in self.operands]
            for operand, slope in zip(self.operands, OPERATIONS[self.operation][1:]):
                operand.gradient += self.gradient * slope(*values)


class Graph:
    """A formula as a graph of its operations.

    Parameters
    ----------
    formula : str
        `J = 3 * (a + b * c)`: letters, numbers, brackets and + - * /.
    **letters : float
        A value for each letter.

    Attributes
    ----------
    nodes : list of Node
        In the order in which forward computes them; the last one is the result.

    Raises
    ------
    OptionError
        A formula that is none, or a letter without a value.
    """

    def __init__(self, formula, **letters):
        self.name, _, expression = formula.rpartition("=")
        self.name = self.name.strip() or "J"
        self.nodes, self.letters = [], {}
        try:
            tree = ast.parse(expression.strip(), mode="eval").body
        except SyntaxError:
            raise OptionError(f"{formula!r} is no formula; expected one such as J = 3 * (a + b * c)") from None
        self._add(tree, letters)
        self.run()

    def _add(self, tree, letters):
        """Add the node for one part of the formula, its operands first."""
        text = ast.unparse(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in OPERATIONS:
            operands = tuple(self._add(part, letters) for part in (tree.left, tree.right))
            node = Node(text, operation=type(tree.op), operands=operands)
        elif isinstance(tree, ast.Constant) and isinstance(tree.value, (int, float)):
            node = Node(text, float(tree.value))
        elif isinstance(tree, ast.Name):
            if tree.id not in letters:
                raise OptionError(f"{tree.id} has no value; expected {tree.id}=…")
            if tree.id in self.letters:
                return self.letters[tree.id]
            node = self.letters[tree.id] = Node(text, float(letters[tree.id]))
        else:
            raise OptionError(f"{text!r} is not understood; expected letters, numbers and + - * /")
        self.nodes.append(node)
        return node

    def run(self):
        """Forward through all nodes, then backward; returns the result."""
        for node in self.nodes:
            node.forward()
            node.gradient = 0.0
        self.nodes[-1].gradient = 1.0
        for node in reversed(self.nodes):
            node.backward()
        return self.nodes[-1].value

    def nudged(self, letter, step=0.001):
        """The lecture's check: (J at letter + step − J) / step."""
        before, node = self.run(), self.letters[letter]
        value = node.value
        node.value = value + step
        after = self.run()
        node.value = value
        self.run()
        return (after - before) / step

    def table(self):
        """One line a node: what it is, its value, dJ/d(node)."""
        operations = [node for node in self.nodes if node.operation or node.text in self.letters]
        width = max(len(node.text) for node in operations)
        lines = [f"{node.text:{width}}  = {node.value:<8g}  d{self.name}/d = {node.gradient:g}" for node in operations]
        return "\n".join(lines)
