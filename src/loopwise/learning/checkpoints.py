"""Training saved in one file, to go on from: a `.npz` with the state's arrays, and everything else as JSON text.

The file is written whole or not at all, so a kill at any moment leaves the last state that was complete.
"""

import json
import time
from pathlib import Path

import numpy as np

from ..errors import DataFileError
from ..output_files import write_atomically
from .state import Best, State

FORMAT = 1
ARRAYS = ("theta", "statistics", "costs", "validation_costs")
NUMBERS = ("epoch", "batch", "step", "partial_cost", "start_cost", "stopped", "optimizer")


def save(path, state, about):
    """Write a training state.

    Parameters
    ----------
    path : path
        Written as it is named: no suffix is added.
    state : State
    about : dict
        What the run is, in JSON's terms; `load` returns it.

    Raises
    ------
    OSError
    """
    arrays = {name: np.asarray(getattr(state, name)) for name in ARRAYS}
    arrays |= {f"memory_{k}": vector for k, vector in enumerate(state.memory)}
    header = {name: getattr(state, name) for name in NUMBERS} | {"memory": len(state.memory), "best": None}
    if state.best is not None:
        J, epoch, arrays["best_theta"], arrays["best_statistics"] = state.best
        header["best"] = [J, epoch]
    text = json.dumps({"format": FORMAT, "about": about, "state": header})
    write_atomically(path, lambda file: np.savez(file, text=np.array(text), **arrays))


def load(path):
    """Read what `save` wrote.

    Returns
    -------
    state, about : State, dict

    Raises
    ------
    DataFileError
        There is no such file, or it holds something else.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            content = json.loads(str(file["text"]))
            arrays = {name: file[name] for name in file.files if name != "text"}
        if content["format"] != FORMAT:
            raise DataFileError(f"{path} has format {content['format']!r}; this version reads format {FORMAT}")
        return _state(arrays, content["state"]), content["about"]
    except FileNotFoundError:
        raise DataFileError(f"{path} does not exist") from None
    except DataFileError:
        raise
    except Exception as error:  # whatever a file of another kind makes NumPy, zip and JSON say
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataFileError(f"{path} is no saved training: {reason}") from None


def _state(arrays, header):
    """A `State` from what the file holds."""
    best = header["best"] and Best(*header["best"], arrays["best_theta"], arrays["best_statistics"])
    memory = tuple(arrays[f"memory_{k}"] for k in range(header["memory"]))
    costs = {name: tuple(arrays[name].tolist()) for name in ("costs", "validation_costs")}
    older = {"start_cost": None, "optimizer": None}  # what files of older versions lack
    numbers = older | {name: header[name] for name in NUMBERS if name in header}
    return State(arrays["theta"], arrays["statistics"], memory, best=best, **costs, **numbers)


class Keeper:
    """Keeps a file current while training: as `on_progress` it saves, but at most once in `every` seconds."""

    def __init__(self, path, about, every=1.0):
        self.path, self.about, self.every, self.saved = path, about, every, -np.inf

    def __call__(self, state):
        if time.monotonic() - self.saved >= self.every:
            self.save(state)

    def save(self, state):
        """Save now."""
        save(self.path, state, self.about)
        self.saved = time.monotonic()
