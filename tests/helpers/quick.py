"""`pytest --fast`, which is `make test-fast`: one case of everything, in every file, while one works.

Of a test with many parameters one case is run for each implementation and operation; of those that took long the last
time (pytest's cache remembers), only the quickest in a file that has no other.
"""

from collections import defaultdict

import pytest

from loopwise.measure.compilations import compilations

LONG = 0.1  # seconds
DURATIONS = "loopwise/durations"
KEPT = "implementation", "exact_implementation", "name"  # parameters of which every value is run
EXAMPLES = 10  # that hypothesis draws for a test


def pytest_addoption(parser):
    """The option of the command line."""
    parser.addoption(
        "--fast", action="store_true", help="one case of everything that takes less than a tenth of a second"
    )


def configure(config):
    """Listen for what is compiled, and remember how long the tests take."""
    listening = compilations()
    config.pluginmanager.register(Compiling(listening.__enter__()))
    config.add_cleanup(lambda: listening.__exit__(None, None, None))
    if hasattr(config, "cache") and not hasattr(config, "workerinput"):  # -p no:cacheprovider: nothing is remembered
        config.pluginmanager.register(Durations(config.cache))


def select(config, items):
    """Leave one case of everything, and tell pytest what is left out."""
    known = config.cache.get(DURATIONS, {}) if hasattr(config, "cache") else {}
    files = defaultdict(dict)
    for item in items:
        files[item.path].setdefault(case(item), item)
    chosen = set()
    for cases in files.values():
        took = {item.nodeid: known.get(item.nodeid, 0.0) for item in cases.values()}
        chosen |= {node for node, seconds in took.items() if seconds < LONG} or {min(took, key=took.get)}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in chosen])
    items[:] = [item for item in items if item.nodeid in chosen]


def case(item):
    """The test, and what it is run for."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return item.nodeid.partition("[")[0], *(str(given[name]) for name in KEPT if name in given)


class Compiling:
    """Enters into each report how much of its time was spent compiling: not again, the next time."""

    def __init__(self, compiled):
        self.compiled, self.before = compiled, 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self):
        report = yield
        report.compiling, self.before = self.compiled.seconds - self.before, self.compiled.seconds
        return report


class Durations:
    """Remembers how long every test took, in the process that starts the others and hears of all."""

    def __init__(self, cache):
        self.cache, self.seconds = cache, defaultdict(float)

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration - getattr(report, "compiling", 0.0)  # none where a process died

    def pytest_sessionfinish(self):
        self.cache.set(DURATIONS, self.cache.get(DURATIONS, {}) | self.seconds)
