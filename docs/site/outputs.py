"""Run each command once and keep what it prints: what the site shows below it in docs/commands.md.

Run it on a quiet machine: `make docs-outputs`. Written to docs/outputs/, one file for each command, its line first.
"""

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

OUTPUTS = Path(__file__).parents[1] / "outputs"
TABLE = "size,mass,kind\n" + "".join(
    f"{i % 7},{40 + 9 * (i % 7) + i % 4},{'small' if i % 7 < 4 else 'large'}\n" for i in range(140)
)
MINE = '''"""A student's file: one function is right, one has forgotten something."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def layer_gradient(dZ, A_prev):
    return dZ @ A_prev.T, np.sum(dZ, axis=1, keepdims=True)
'''
LINES = {
    "compare": "compare logistic --budget 10",
    "show": "show dot --implementations python_loops,numpy_vectorized --no-time",
    "sweep": "sweep dot --over n_x --sizes 10,1000,100000 --implementations numba_loops,numpy_vectorized --budget 6",
    "break-even": "break-even dot --implementations python_loops,numba_loops,numpy_vectorized --budget 5",
    "race": "race --no-live --seconds 2",
    "ladder": "ladder --size 256 --budget 10",
    "machine": "machine",
    "train": "train network --data digits --layers 32,10 --optimizer adam --epochs 20 --batch-size 64",
    "predict": "predict run.npz --data new.csv",
    "info": "info",
    "gradcheck": "gradcheck --layers 5,4,3 --batch-norm",
    "shapes": "shapes --layers 3,4,1",
    "check": "check mine.py",
    "demo": "demo symmetry --no-input",
}


def run(line, folder):
    """What a command prints, on both streams, in 80 columns."""
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "loopwise", *line.split()]
    finished = subprocess.run(
        command, cwd=folder, env=environment, stdout=-1, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    return finished.stdout, finished.returncode


def without_places(printed):
    """Where it was installed is nobody's business: as if it were in an environment in someone's home."""
    package = Path(import_module("loopwise").__file__).parent
    for place, said in ((package, "~/env/lib/site-packages/loopwise"), (sys.prefix, "~/env")):
        printed = printed.replace(str(place), said)
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def main():
    """Every command, one after the other; their names with the line stand in docs/commands.md."""
    OUTPUTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sizes.csv").write_text(TABLE)
        Path(folder, "new.csv").write_text("size,mass\n1,52\n6,95\n3,66\n")
        Path(folder, "mine.py").write_text(MINE)
        run("train logistic --data sizes.csv --target kind --save run.npz", folder)
        for name, line in LINES.items():
            run(line, folder)  # compiled now, so that it is not said below
            printed, code = run(line, folder)
            print(f"{name}: exit code {code}")
            if code == 2:
                sys.exit(printed)
            (OUTPUTS / f"{name}.txt").write_text(f"loopwise {line}\n{without_places(printed)}", encoding="utf-8")


if __name__ == "__main__":
    main()
