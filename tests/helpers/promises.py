"""What others rely on, recorded: names, options, the keys of every JSON, and the bits of some trainings.

`python tests/helpers/promises.py record FILE` writes it for the loopwise that is imported, and `… compare FILE` says
what is no longer as recorded, with exit code 1: for before and after a change, on one machine.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

BUDGET = "--budget", "0.5"
FEW = "--implementations", "numba_loops,numpy_vectorized"
WITH_JSON = {
    "compare": ("compare", "dot", *BUDGET),
    "sweep": ("sweep", "dot", "--over", "n_x", "--sizes", "4,8", "--no-compile", *BUDGET, *FEW),
    "break-even": ("break-even", "dot", *BUDGET, *FEW),
    "race": ("race", "--seconds", "0.1", *FEW),
    "ladder": ("ladder", "--size", "8", *BUDGET),
    "machine": ("machine",),
    "show": ("show", "dot", *BUDGET),
    "demo": ("demo", "order-of-summation", "--no-input"),
    "demo --list": ("demo", "--list"),
    "check": ("check", "mine.py"),
    "train": ("train", "logistic", "--epochs", "2"),
    "gradcheck": ("gradcheck",),
    "shapes": ("shapes", "--batch-norm"),
}
MINE = "def dot(w, x):\n    return (w * x).sum()\n"
EPOCHS = "--epochs", "20", "--implementation", "numba_loops"
TRAININGS = (
    "logistic",
    "logistic --data cats --l2 0.1",
    "logistic --batch-size 32 --optimizer momentum",
    "logistic --optimizer adam --validation-fraction 0.2 --patience 5",
    "perceptron",
    "adaline --data houses",
    "network --data flower",
    "network --data xor --optimizer rmsprop",
    "network --data digits --layers 16,10 --batch-size 64",
    "network --data digits --layers 8,8,10 --activation tanh --batch-norm --keep-prob 0.8",
    "network --data houses --loss absolute",
    "network --data synthetic --examples 200 --features 5 --decay 0.1 --seed 3",
)
# Keys that are not the format's but the content's: sizes, levels of memory, types, names.
CONTENT = re.compile(r"\d+|L\d|DRAM|float(32|64)|(python|numba|numpy)_\w+")
# Of these the keys are the content's: hyper-parameters by model, figures by demo, sizes by operation.
FREE = ("hyper_parameters", "figures", "sizes")


def keys_of(value, path=""):
    """Every path to a value: `rows[].step_seconds.median`; `rows[]*` where there is nothing to have keys."""
    if isinstance(value, list):
        below = {key for part in value for key in keys_of(part, f"{path}[]")}
        return {path} | (below or {f"{path}[]*"})
    if value is None:
        return {path, f"{path}*"}
    if not isinstance(value, dict) or path.rpartition(".")[2] in FREE:
        return {path}
    below = {"*" if CONTENT.fullmatch(key) else key: part for key, part in value.items()}
    return {path, *(key for name, part in below.items() for key in keys_of(part, f"{path}.{name}"))}


def run(*arguments):
    """A command in a process of its own, in an empty folder with a user's file."""
    with TemporaryDirectory() as folder:
        Path(folder, "mine.py").write_text(MINE)
        command = [sys.executable, "-m", "loopwise", *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def json_of(*arguments):
    """What a command writes."""
    finished = run(*arguments, "--json", "-")
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def options_of(command):
    """The options of a command, as its help names them."""
    return sorted(set(re.findall(r"--[a-z0-9][a-z0-9-]*", run(command, "--help").stdout.rpartition("Example:")[0])))


def names():
    """The package's names, and what its classes and functions take."""
    import inspect

    import loopwise
    from loopwise.interface import OPERATIONS

    taken = {name: getattr(loopwise, name) for name in loopwise.__all__}
    return {
        "loopwise": {name: list(inspect.signature(what).parameters) for name, what in taken.items()},
        "operations": {name: [*operation.parameters, *operation.returns] for name, operation in OPERATIONS.items()},
    }


def promises():
    """The whole record."""
    commands = sorted({arguments[0] for arguments in WITH_JSON.values()})
    return names() | {
        "options": {command: options_of(command) for command in commands},
        "json": {name: sorted(keys_of(json_of(*arguments))) for name, arguments in WITH_JSON.items()},
        "theta_sha256": {one: json_of("train", *one.split(), *EPOCHS)["theta_sha256"] for one in TRAININGS},
    }


def broken(recorded, now, path=""):
    """What was recorded and is not so now; what is new is no fault."""
    if isinstance(recorded, dict):
        for name, value in recorded.items():
            where = f"{path} · {name}".removeprefix(" · ")
            if name in now:
                yield from broken(value, now[name], where)
            else:
                yield f"{where} is gone"
    elif isinstance(recorded, list):
        empty = tuple(value[:-1] for value in now if value.endswith("*"))
        gone = (value for value in recorded if value not in now and not value.startswith(empty))
        yield from (f"{path}: {value} is gone" for value in gone)
    elif recorded != now:
        yield f"{path} is {now}; it was {recorded}"


def main():
    """Record, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["record", "compare"])
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    if asked.what == "record":
        asked.file.write_text(json.dumps(promises(), indent=1, ensure_ascii=False) + "\n")
        return 0
    found = list(broken(json.loads(asked.file.read_text()), promises()))
    print("\n".join(found) or "everything is as recorded")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
