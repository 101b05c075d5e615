"""The rows of a comparison, and what they were measured on."""

from dataclasses import dataclass, field

from ..contract.agreement import Agreement
from ..process.notebook import shown_in_notebooks
from .interleaved import MayBeLeftOut
from .ratios import paired_ratio


@dataclass
class Row(MayBeLeftOut):
    """One implementation's line in the table."""

    implementation: str
    agreement: Agreement | None = None
    compile_seconds: float | None = None
    first_call_seconds: float | None = None
    step_seconds: dict | None = None
    speedup: dict | None = None
    gflops: float | None = None
    gbytes_per_s: float | None = None
    of_limit: float | None = None
    taken_by_others: float | None = None  # the share of its time that other programs took, in samples that were spoilt
    spoilt: bool = False
    at_most: bool = False
    first_call_at_most: bool = False  # others took so much of it that it may be more than 1.3 times too long
    speedup_spoilt: bool = False  # by its own times, or by the baseline's
    note: str = ""

    def as_dict(self):
        """The row for machines (schema in docs/commands.md). `of_limit`: 1 is as fast as the machine can be."""
        agreed = self.agreement and {"contract": self.agreement.contract} | self.agreement.as_dict()
        return self.fields() | {"agreement": agreed}


@dataclass
class Comparison:
    """All rows of one workload, with what they were measured on."""

    workload: object
    reference: str
    baseline: str
    machine: dict
    rows: list = field(default_factory=list)
    limits: object = None  # a `Limits` with what this workload needs; None without the compiler
    limits_compile_seconds: float = 0.0
    compiled_while_timing: int = 0
    stopped: bool = False
    samples: dict = field(default_factory=dict)  # of the rows that have a time
    reference_sha256: str | None = None  # of the reference's results: the same for the same bits
    absent: dict = field(default_factory=dict)  # contenders without a row, because they lack the operation, and why

    _repr_html_ = shown_in_notebooks

    @property
    def agreed(self):
        """Whether every implementation that was run kept its contract."""
        return all(row.agreement.passed for row in self.rows if row.agreement)

    @property
    def contenders(self):
        """The names of the rows that may be timed."""
        return [row.implementation for row in self.rows if row.agreement and row.agreement.passed]

    def row(self, name):
        """An implementation's row, or None."""
        return next((row for row in self.rows if row.implementation == name), None)

    def ratio(self, baseline, name):
        """How many times as fast as another row one is, from `paired_ratio`; None where one of them was not timed."""
        if baseline not in self.samples or name not in self.samples:
            return None
        return paired_ratio(self.samples[baseline], self.samples[name])

    @property
    def compile_seconds(self):
        """Spent compiling, by all rows and for the limits."""
        return sum(row.compile_seconds or 0.0 for row in self.rows) + self.limits_compile_seconds

    def as_dict(self):
        """The comparison for machines: the schema in docs/commands.md."""
        return {
            "workload": self.workload.name,
            "data": self.workload.data,
            "sizes": self.workload.sizes,
            "dtype": self.workload.dtype,
            "layout": self.workload.layout,
            "threads": self.machine["threads"],
            "machine": self.machine,
            "reference": self.reference,
            "reference_sha256": self.reference_sha256,
            "compiled_while_timing": self.compiled_while_timing,
            "rows": [row.as_dict() for row in self.rows],
            "absent": self.absent,
        }
