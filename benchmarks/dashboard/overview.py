"""Our own page of the results that asv keeps: `python benchmarks/dashboard/overview.py [FILE]`.

One self-contained HTML file: time against m, ratios and shares over the commits, every cell in a table.
"""

import json
import sys
from functools import partial
from pathlib import Path

from asv.util import UserError

from loopwise.output_files import write_atomically
from loopwise.report import units
from loopwise.report.canvas import blank, drawing
from loopwise.report.curves import readable
from loopwise.report.html import Points, render
from loopwise.report.label_places import settle
from loopwise.report.style import COLOURS, INK, MARKERS, OTHERS, THEME

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.dashboard.results import hosts  # noqa: E402

PAGE = ROOT / ".asv" / "html" / "overview.html"
SHORT = 8  # letters of a commit's hash
MOST_TICKS = 4  # under one of three panels
FEW_DECADES = 200  # the range of an axis that needs ticks between the powers of ten

# What is drawn: (benchmark, what is on the x-axis, its label, how a parameter becomes a number there)
AGAINST_SIZE = [
    ("steps.Logistic.time_step", "log2_m", "examples m", lambda k: 2**k),
    ("steps.Network.time_step", "log2_m", "examples m", lambda k: 2**k),
    ("steps.Threads.time_step", "threads", "threads", int),
    ("steps.Memory.peakmem_step", "log2_m", "examples m", lambda k: 2**k),
]
BY_NAME = [("steps.Layers.time_step", "layer_sizes"), ("operations.Operation.time_operation", "operation")]
BY_NAME += [("start.FirstStep.timeraw_compiling", "work"), ("start.FirstStep.timeraw_cached", "work")]
BY_NAME += [(f"counts.Step.track_{cost}", "work") for cost in ("instructions", "allocated", "machine_code")]
OVER_COMMITS = ["quality.Race.track_ratio_to_numpy", "quality.Race.track_limit_lost"]
OVER_COMMITS += ["quality.Race.track_share_of_bound", "quality.Rounding.track_share_of_bound"]
COUNTED = ("instructions", "signatures")
TITLES = {
    "steps.Logistic.time_step": "logistic_step, 30 features: time of one step",
    "steps.Network.time_step": "network_step, 64-32-10: time of one step",
    "steps.Threads.time_step": "a large step: time against threads",
    "steps.Memory.peakmem_step": "peak memory of a process that makes a logistic step",
    "steps.Layers.time_step": "network_step of other networks",
    "operations.Operation.time_operation": "every operation: 16 units, 32 features, 512 examples",
    "start.FirstStep.timeraw_compiling": "first step of a process, all still to compile",
    "start.FirstStep.timeraw_cached": "first step of a process, all compiled before",
    "counts.Step.track_instructions": "instructions of a step, one thread, AVX2",
    "counts.Step.track_allocated": "bytes that a step has allocated at its peak",
    "counts.Step.track_machine_code": "bytes of machine code that a step needs, AVX2",
    "quality.Race.track_ratio_to_numpy": "time as a multiple of NumPy's, over the commits",
    "quality.Race.track_limit_lost": "share of the machine's limit lost, over the commits",
    "quality.Race.track_share_of_bound": "share of the rounding bound used by a step, over the commits",
    "quality.Rounding.track_share_of_bound": "largest share of the rounding bound of any operation, over the commits",
}


def shown(value, unit):
    """A value the way people read it."""
    if unit == "seconds":
        return units.seconds(value)
    if unit in COUNTED:
        return units.count(round(value))
    return units.memory(value) if unit == "bytes" else units.three(value)


def told(cell):
    """What a point says."""
    where = ", ".join(f"{name} = {value}" for name, value in cell.parameters.items() if name != "implementation")
    spread = f" (quartiles {shown(cell.low, cell.unit)}–{shown(cell.high, cell.unit)})" if cell.low else ""
    who = cell.parameters.get("implementation", cell.benchmark)
    return f"{who}, {where}: {shown(cell.value, cell.unit)}{spread}, commit {cell.commit[:SHORT]}"


class Drawing:
    """The figures of one host."""

    def __init__(self, host, points):
        self.host, self.points = host, points

    def cells(self, benchmark, newest=True):
        """A benchmark's cells that have values: of the newest commit that has any, or of all."""
        found = [c for c in self.host.cells if c.benchmark == benchmark and c.value is not None]
        return [c for c in found if c.commit == found[-1].commit] if newest else found

    def figures(self):
        """(title, SVG) for everything that was measured."""
        for benchmark, *axis in AGAINST_SIZE:
            yield from self.drawn(benchmark, self.cells(benchmark), self.against_size, *axis)
        for benchmark in OVER_COMMITS:
            yield from self.drawn(benchmark, self.cells(benchmark, newest=False), self.over_commits)
        for benchmark, name in BY_NAME:
            yield from self.drawn(benchmark, self.cells(benchmark), self.by_name, name)

    def drawn(self, benchmark, cells, draw, *axis):
        """One figure, unless there is nothing to draw."""
        if cells:
            with drawing(THEME):
                figure = draw(cells, *axis)
                settle(figure)
                yield TITLES[benchmark], self.points.svg(figure, TITLES[benchmark])

    def against_size(self, cells, name, label, number):
        """Lines on logarithmic axes."""
        figure, panels = self.panels(cells, {"implementation", name})
        for panel, chosen in panels:
            for implementation, line in lines(chosen):
                self.line(panel, implementation, [(number(c.parameters[name]), c) for c in line])
            panel.set_xscale("log", base=2)
            panel.set_yscale("linear" if cells[0].unit == "bytes" else "log")
            panel.set_xlabel(label)
            ticks(panel.yaxis, cells[0].unit)
            if name == "threads":
                panel.set_xticks(*[sorted({c.parameters[name] for c in chosen})] * 2)
        return figure

    def over_commits(self, cells):
        """Lines over the commits, the newest on the right."""
        commits = [*self.host.commits]
        figure, panels = self.panels(cells, {"implementation"})
        for panel, chosen in panels:
            for implementation, line in lines(chosen):
                self.line(panel, implementation, [(commits.index(c.commit), c) for c in line])
            panel.set_xlim(-0.5, len(commits) - 0.5)
            some = range(len(commits) - 1, -1, -(1 + len(commits) // MOST_TICKS))
            panel.set_xticks(some, [commits[k][:SHORT] for k in some])
            panel.set_xlabel("commit")
            if "NumPy" in cells[0].unit:
                panel.axhline(1.0, color=INK, linewidth=1.5, linestyle=":")
                panel.set_yscale("log")
                ticks(panel.yaxis, "")
            else:
                panel.set_ylim(0.0, max(1.02, 1.1 * max(c.value for c in chosen)))
        return figure

    def by_name(self, cells, name):
        """A row for each name, the implementations' times on one logarithmic axis."""
        names = list(dict.fromkeys(c.parameters[name] for c in cells))
        figure = blank(figsize=(13.3, 1.8 + 0.42 * len(names)))
        panel = figure.subplots()
        for implementation, line in lines(cells):
            self.line(panel, implementation, [(c.value, c, names.index(c.parameters[name])) for c in line])
        panel.set_yticks(range(len(names)), names)
        panel.set_ylim(len(names) - 0.5, -0.5)
        panel.set_xscale("log")
        is_time = cells[0].unit == "seconds"
        panel.set_xlabel(
            "time, logarithmic: left is faster" if is_time else f"{cells[0].unit}, logarithmic: left is less"
        )
        ticks(panel.xaxis, cells[0].unit)
        return figure

    def panels(self, cells, axes):
        """A figure with a panel, and its cells, for each value of the parameters that are on no axis."""
        groups = {}
        for cell in cells:
            key = ", ".join(f"{value}" for name, value in cell.parameters.items() if name not in axes)
            groups.setdefault(key, []).append(cell)
        figure = blank(figsize=(13.3, 5.4))
        panels = figure.subplots(1, len(groups), squeeze=False)[0]
        for panel, title in zip(panels, groups):
            panel.set_title(title)
        return figure, list(zip(panels, groups.values()))

    def line(self, panel, implementation, points):
        """Points at (x, cell) or (value, cell, row), joined where a line means something."""
        colour, marker = COLOURS.get(implementation, OTHERS), MARKERS.get(implementation, "o")
        if len(points[0]) == 2:
            xs, ys = [x for x, _ in points], [cell.value for _, cell in points]
            panel.plot(xs, ys, color=colour, gid=f"series-{implementation}")
        else:
            xs, ys = [x for x, _, _ in points], [row for _, _, row in points]
        for x, y, (_, cell, *_) in zip(xs, ys, points):
            gid = self.points.point(implementation, cell.value, told(cell))
            panel.plot([x], [y], marker=marker, color=colour, markeredgecolor=INK, linestyle="none", gid=gid)


def lines(cells):
    """(implementation, its cells), in the order in which they come."""
    found = {}
    for cell in cells:
        found.setdefault(cell.parameters["implementation"], []).append(cell)
    return found.items()


def ticks(axis, unit):
    """Ticks as people write them; on a short logarithmic axis also between the powers of ten."""
    from matplotlib.ticker import LogLocator

    readable(axis, partial(shown, unit=unit) if unit else "{:g}".format)
    low, high = sorted(axis.get_data_interval())
    if axis.get_scale() == "log" and high < FEW_DECADES * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))


def compared(folder=ROOT / ".asv" / "compared"):
    """What `make bench-compare` kept, the newest first."""
    kept = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    return sorted(kept, key=lambda one: one["machine"]["date"], reverse=True)


def overview(found):
    """The page's text."""
    points = Points()
    sections = [{"host": host, "figures": list(Drawing(host, points).figures())} for host in found]
    seen = {cell.parameters.get("implementation") for host in found for cell in host.cells}
    colours = {name: colour for name, colour in COLOURS.items() if name in seen}
    content = {"sections": sections, "colours": colours, "shown": shown, "short": SHORT, "compared": compared()}
    return render("overview.html", Path(__file__).parent, **content)


def main():
    """Write the page; one line when there is nothing to show."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    try:
        found = hosts()
    except UserError as error:
        raise SystemExit(f"no results yet ({error}); run: make bench") from None
    if not found:
        raise SystemExit("no results yet; run: make bench")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(str(path), lambda file: file.write(overview(found).encode()))


if __name__ == "__main__":
    main()
