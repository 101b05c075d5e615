"""Files as students hand them in, for the tests of what becomes of them."""

import json
import textwrap

from helpers.cli import run


def write(folder, **texts):
    """Write `name.py` for each name, which may have folders in front; returns the folder."""
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


def product(times):
    """A helper whose product is so many times too large."""
    return f"def product(A, B):\n    return {times} * (A @ B)\n"


def agreed(*paths, work="matmul", **options):
    """What `compare` says of each file: True, False, or None where it could not be called."""
    names = ",".join(["numpy_vectorized", *map(str, paths)])
    finished = run(
        "compare", work, "--examples", "4", "--implementations", names, "--budget", "1", "--json", "-", **options
    )
    assert finished.stdout, finished.stderr
    rows = json.loads(finished.stdout)["comparisons"][0]["rows"]
    return {row["implementation"]: row["agreement"] and row["agreement"]["passed"] for row in rows[1:]}
