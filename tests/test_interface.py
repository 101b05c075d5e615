"""The interface: the design's operations, each documented."""

import pytest

from loopwise import interface
from loopwise.interface import OPERATIONS


def test_operations_are_those_of_the_design():
    sections = {}
    for operation in OPERATIONS.values():
        sections.setdefault(operation.section, []).append((operation.name, operation.parameters))
    assert sections["logistic regression"] == [
        ("logistic_forward", ("w", "b", "X")),
        ("logistic_step", ("w", "b", "X", "Y")),
    ]
    assert sections["sums by hand"] == [("dot", ("w", "x")), ("matvec", ("A", "v")), ("matmul", ("A", "B"))]
    assert sections["losses"][0] == ("cost", ("Z", "A", "Y", "loss", "activation"))


def test_every_operation_is_documented_with_shapes_and_source():
    for operation in OPERATIONS.values():
        assert "Source:" in operation.documentation, operation.name
        assert "Returns" in operation.documentation, operation.name


def test_a_section_that_is_none_is_refused():
    with pytest.raises(TypeError, match=r"section 'sums' is none of sums by hand, "):
        interface._operation("sums", {"z": ()}, into={}, w=("n",))(lambda w: None)
