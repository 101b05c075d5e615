"""Sources side by side."""

import pytest
from helpers.cli import run

from loopwise import get_implementation, implementation_names
from loopwise.interface import OPERATIONS
from loopwise.report.sources import source_of


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", implementation_names())
def test_the_source_is_the_operation_itself(name, operation):
    source = source_of(get_implementation(name), operation)
    assert f"def {operation}({', '.join(OPERATIONS[operation].parameters)}):" in source.text
    assert source.path.startswith(name)
    assert source.line > 1


@pytest.mark.parametrize(
    ("operation", "columns", "beside"),
    [("layer_backward", 80, 1), ("layer_backward", 160, 2), ("matmul", 120, 2), ("dot", 160, 3)],
)
def test_columns_stand_side_by_side_where_there_is_room(operation, columns, beside):
    finished = run("show", operation, "--no-time", "--depth", "0", columns=columns)
    assert finished.returncode == 0, finished.stderr
    lines = finished.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    (first,) = [line for line in lines if "python_loops ─" in line]
    assert first.count("╭") == beside
    assert ("numba_loops ─" in first) == (beside > 1)
    assert lines[1].startswith("`")
    assert finished.stdout.count(f"def {operation}(") == len(implementation_names())
