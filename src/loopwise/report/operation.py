"""One operation: its formula and shapes, and in one line which implementations agree and how fast each is."""

from dataclasses import asdict

from rich.console import Group
from rich.text import Text

from ..interface import OPERATIONS
from . import units


def heading(operation):
    """The operation's name, its formula, and the shapes of what it takes and returns."""
    declared = OPERATIONS[operation]
    call = f"{operation}({', '.join(declared.parameters)})"
    return Group(Text(call, "bold"), Text(declared.documentation.strip()), "")


def verdict(comparison):
    """One line: which implementations agree, and how fast each is."""
    parts = []
    for row in comparison.rows:
        if not row.agreement or not row.agreement.passed:
            parts.append(f"{row.implementation} ✗ {row.note}")
        elif row.step_seconds:
            agreed = "same bits" if row.agreement.max_ulp == 0 else f"{row.agreement.bound_ratio:.0%} of the bound"
            most = "≤ " if row.spoilt else ""  # other programs took too much of it to tell more
            parts.append(f"{row.implementation} {most}{units.seconds(row.step_seconds['median'])} ({agreed})")
    size = units.sizes(comparison.workload)
    return Text(f"{'✓' if comparison.agreed else '✗'} {size}: " + " · ".join(parts))


def as_dict(operation, sources, comparison):
    """The operation, its sources and the comparison in JSON's terms: the schema in docs/commands.md."""
    declared = OPERATIONS[operation]
    return {
        "operation": operation,
        "section": declared.section,
        "parameters": list(declared.parameters),
        "documentation": declared.documentation,
        "sources": [asdict(source) for source in sources],
        "comparison": comparison and comparison.as_dict(),
    }
