"""Files as students hand them in, for the tests of what becomes of them."""

import json
import textwrap

import numpy as np

from helpers.cli import run
from loopwise.contract.check import check_file


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
        "compare", work, "--examples", "4", "--implementations", names, "--budget", "0.3", "--json", "-", **options
    )
    assert finished.stdout, finished.stderr
    rows = json.loads(finished.stdout)["comparisons"][0]["rows"]
    return {row["implementation"]: row["agreement"] and row["agreement"]["passed"] for row in rows[1:]}


MATMUL = "def matmul(A, B):\n    return {}\n"
A, B = np.arange(6.0).reshape(2, 3), np.ones((3, 2))


def said(path):
    """What `check` says of matmul."""
    return next((v.verdict, v.message) for v in check_file(path) if v.operation == "matmul")


WAYS = {
    "from": "from helper import product\n" + MATMUL.format("product(A, B)"),
    "as": "import helper as h\n" + MATMUL.format("h.product(A, B)"),
    "star": "from helper import *\n" + MATMUL.format("product(A, B)"),
    "inside": "def matmul(A, B):\n    import helper\n    return helper.product(A, B)\n",
    "importlib": "import importlib\n" + MATMUL.format("importlib.import_module('helper').product(A, B)"),
    "import_module": "from importlib import import_module\n" + MATMUL.format("import_module('helper').product(A, B)"),
    "function": MATMUL.format("__import__('helper').product(A, B)"),
    "exec": "def matmul(A, B):\n    exec('import helper', names := {})\n    return names['helper'].product(A, B)\n",
    "thread": """
        import threading

        def matmul(A, B):
            found = []

            def work():
                import helper
                found.append(helper.product(A, B))

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            return found[0]
    """,
    "chdir": "import os\nos.chdir('/')\ndef matmul(A, B):\n    import helper\n    return helper.product(A, B)\n",
}
BROKEN = "raise RuntimeError('this is not the module that was meant')\n"
