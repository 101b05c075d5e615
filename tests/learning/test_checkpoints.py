"""Checkpoints: whole files, and runs that go on with the same bits."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from helpers.trainings import run_of, same_state

from loopwise import (
    Neuron,
    datasets,
    errors,
    get_implementation,
    train,
)
from loopwise.learning import checkpoints
from loopwise.learning.state import State


@pytest.mark.parametrize("step", [1, 3, 4, 5, 8, 17, 23])
def test_a_resumed_run_ends_with_the_same_bits(tmp_path, implementation, flower, step):
    class Killed(Exception):
        pass

    def kill(state):
        checkpoints.save(tmp_path / "run.npz", state, {"who": "me"})
        if state.step == step:
            raise Killed

    with pytest.raises(Killed):
        run_of(implementation, flower, on_step=kill)
    state, about = checkpoints.load(tmp_path / "run.npz")
    assert (state.step, about) == (step, {"who": "me"})
    same_state(run_of(implementation, flower, state=state), run_of(implementation, flower))


def test_a_state_survives_the_file(tmp_path, impl, flower):
    state = run_of(impl, flower)
    checkpoints.save(tmp_path / "run.npz", state, {})
    loaded, _ = checkpoints.load(tmp_path / "run.npz")
    same_state(loaded, state)
    assert loaded.best[:2] == state.best[:2]
    assert [part.tobytes() for part in loaded.best[2:]] == [part.tobytes() for part in state.best[2:]]
    assert set(vars(loaded)) == {*checkpoints.ARRAYS, *checkpoints.NUMBERS, "memory", "best"}
    assert isinstance(loaded, State)


def test_files_of_another_kind_are_refused_in_one_line(tmp_path):
    with pytest.raises(errors.DataFileError, match="does not exist"):
        checkpoints.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    np.savez(tmp_path / "other.npz", a=1)
    whole = tmp_path / "whole.npz"
    checkpoints.save(whole, State(np.zeros(3), np.zeros(0)), {})
    (tmp_path / "half.npz").write_bytes(whole.read_bytes()[:200])
    for name in ("text.npz", "other.npz", "half.npz"):
        with pytest.raises(errors.DataFileError, match="is no saved training") as refused:
            checkpoints.load(tmp_path / name)
        assert "\n" not in str(refused.value)


KILLED = """
import sys
from loopwise import Neuron, datasets, get_implementation, train
from loopwise.learning.checkpoints import Keeper
import numpy as np
impl = get_implementation("numpy_vectorized")
data = datasets.load("breast_cancer")
train(impl, Neuron("logistic", 30), np.zeros(31), data.X, data.Y, alpha=0.1, epochs=10**9, batch_size=64,
      on_step=Keeper(sys.argv[1], {}, every=0.0))
"""


def test_a_killed_process_leaves_a_whole_file(tmp_path):
    path = tmp_path / "run.npz"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)])
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    state, _ = checkpoints.load(path)
    impl, data = get_implementation("numpy_vectorized"), datasets.load("breast_cancer")
    model, hyper = Neuron("logistic", 30), {"alpha": 0.1, "epochs": state.epoch + 1, "batch_size": 64}
    whole = train(impl, model, np.zeros(31), data.X, data.Y, **hyper)
    same_state(train(impl, model, None, data.X, data.Y, state=state, **hyper), whole)


def test_the_keeper_saves_at_most_so_often(tmp_path, impl, flower):
    written = []
    keeper = checkpoints.Keeper(tmp_path / "run.npz", {}, every=3600.0)
    keeper.save = lambda state, save=keeper.save: (written.append(state.step), save(state))
    run_of(impl, flower, on_step=keeper)
    assert written == [1]
