"""What `loopwise show` does: one operation's source in every implementation, with its formula, agreement and speed."""

from rich.console import Group
from rich.text import Text

from .. import workloads
from ..errors import choose
from ..implementations import get_implementation, implementations
from ..interface import OPERATIONS
from ..measure.comparison import compare
from ..measure.machine import default_threads
from ..report import units
from ..report.outputs import Outputs
from ..report.sources import difference, side_by_side, source_of


def run(*, operation, names, diff, time, threads, budget, json):
    """Run the command; returns the exit code: 1 when an implementation disagrees, 2 when only an output failed."""
    choose("operation", operation, OPERATIONS)
    names = diff or names or implementations()
    for name in names:
        choose("implementation", name, implementations())
    outputs = Outputs(json)
    sources = [source_of(get_implementation(name), operation) for name in names]
    shown = [difference(*sources)] if diff else side_by_side(sources, outputs.console.width)
    outputs.publish(heading(operation), *shown)  # something to read while it is measured
    comparison = measured(operation, names, threads, budget, outputs.errors) if time else None
    verdicts = [verdict(comparison)] if comparison else []
    outputs.publish(*verdicts, json=lambda: as_dict(operation, sources, comparison))
    return outputs.exit_code(comparison is None or comparison.agreed)


def heading(operation):
    """The operation's name, its formula, and the shapes of what it takes and returns."""
    declared = OPERATIONS[operation]
    call = f"{operation}({', '.join(declared.parameters)})"
    return Group(Text(call, "bold"), Text(declared.documentation.strip()), "")


def measured(operation, names, threads, budget, errors):
    """Agreement and speed on random numbers of the operation's usual size."""
    errors.file = errors.file  # stays what it is while somebody's code runs and `sys.stderr` is another
    with errors.status("agreement and speed ..."):
        work = workloads.operation(operation, units=16, features=32, examples=512)
        return compare(work, names, budget, threads or default_threads())


def verdict(comparison):
    """One line: who agrees, and how fast everybody is."""
    parts = []
    for row in comparison.rows:
        if not row.agreement or not row.agreement.passed:
            parts.append(f"{row.implementation} ✗ {row.note}")
        elif row.step_seconds:
            agreed = "same bits" if row.agreement.max_ulp == 0 else f"{row.agreement.bound_ratio:.0%} of the bound"
            parts.append(f"{row.implementation} {units.seconds(row.step_seconds['median'])} ({agreed})")
    size = units.sizes(comparison.workload)
    return Text(f"{'✓' if comparison.agreed else '✗'} {size}: " + " · ".join(parts))


def as_dict(operation, sources, comparison):
    """The same for machines."""
    declared = OPERATIONS[operation]
    return {
        "operation": operation,
        "section": declared.section,
        "parameters": list(declared.parameters),
        "documentation": declared.documentation,
        "sources": [vars(source) for source in sources],
        "comparison": comparison and comparison.as_dict(),
    }
