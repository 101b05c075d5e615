"""What holds a contender down is told, whatever this machine's own environment is."""

import os

import pytest

from loopwise.machine import handicaps
from loopwise.machine.card import warnings
from loopwise.process.environment import cores


@pytest.fixture(autouse=True)
def free(monkeypatch):
    """An environment that holds nobody down."""
    held = (*handicaps.BLAS_VARIABLES, *handicaps.NUMBA_VARIABLES, *handicaps.OPENMP_VARIABLES, *handicaps.LIMITS)
    for name in os.environ:
        if name.startswith(held):
            monkeypatch.delenv(name)
    monkeypatch.setattr(handicaps, "held_cores", lambda: ())
    monkeypatch.setattr(handicaps, "held_frequency", lambda: ())


def test_nothing_is_said_where_nothing_holds_anybody_down(monkeypatch):
    monkeypatch.setenv("NUMBA_OPT", "3")
    monkeypatch.setenv("OPENBLAS_VERBOSE", "1")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "")
    monkeypatch.setenv("OMP_NUM_THREADS", str(cores()))
    assert handicaps.handicaps() == []


def test_blas_kernels_that_are_not_this_processors_are_named(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setattr(handicaps, "kernels", lambda: "Haswell")
    monkeypatch.setattr(handicaps, "kernels_without", lambda names: {("OPENBLAS_CORETYPE",): "SkylakeX"}[names])
    said = "NumPy multiplies with Haswell kernels, without OPENBLAS_CORETYPE=Haswell it would be SkylakeX"
    assert handicaps.handicaps() == [said]
    monkeypatch.setattr(handicaps, "kernels", lambda: "SkylakeX")
    assert handicaps.handicaps() == ["NumPy's BLAS is told what to do: OPENBLAS_CORETYPE=Haswell"]


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        ([("/x/numpy.libs/a.so", "Zen"), ("/x/scipy.libs/b.so", "Haswell")], "Zen"),
        ([("/usr/lib/b.so", "Haswell")], "Haswell"),
        ([("/usr/lib/b.so", None)], "?"),
        ([], "unknown"),
    ],
)
def test_the_blas_is_numpys_own_or_the_systems(monkeypatch, folders, said):
    pools = [{"user_api": "blas", "filepath": path, "architecture": kernels} for path, kernels in folders]
    pools.append({"user_api": "openmp", "filepath": "/x/libgomp.so"})
    monkeypatch.setattr(handicaps.threadpoolctl, "threadpool_info", lambda: pools)
    assert handicaps.kernels() == said


def test_what_numpy_would_run_is_asked_of_another_process(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "nonsense")
    assert handicaps.kernels_without(("OPENBLAS_CORETYPE",)) not in ("", "nonsense")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NUMBA_DISABLE_JIT", "1", "Numba compiles otherwise than usual: NUMBA_DISABLE_JIT=1"),
        ("NUMBA_OPT", "1", "Numba compiles otherwise than usual: NUMBA_OPT=1"),
        ("NUMBA_CPU_NAME", "generic", "Numba compiles otherwise than usual: NUMBA_CPU_NAME=generic"),
        ("OMP_WAIT_POLICY", "passive", "OpenMP's threads are told what to do: OMP_WAIT_POLICY=passive"),
        ("MKL_ENABLE_INSTRUCTIONS", "SSE4_2", "NumPy's BLAS is told what to do: MKL_ENABLE_INSTRUCTIONS=SSE4_2"),
    ],
)
def test_variables_are_told(monkeypatch, name, value, said):
    monkeypatch.setattr(handicaps, "kernels_without", lambda names: handicaps.kernels())
    monkeypatch.setenv(name, value)
    assert handicaps.handicaps() == [said]


def test_a_limit_of_threads_is_told(monkeypatch):
    monkeypatch.setattr(handicaps, "cores", lambda: 8)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert handicaps.handicaps() == ["OPENBLAS_NUM_THREADS=2 on 8 cores"]
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "0")
    assert handicaps.handicaps() == []
    assert handicaps.handicaps(9) == ["9 threads share 8 cores"]


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"cpu.max": "150000 100000\n"}, 1.5),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({}, None),
        # As the process is in group a/b: the least of what its groups allow, not what others have.
        ({"a/b/cpu.max": "max 100000\n", "a/cpu.max": "120000 100000\n", "cpu.max": "150000 100000\n"}, 1.2),
        ({"a/b/cpu.max": "50000 100000\n", "a/cpu.max": "120000 100000\n"}, 0.5),
        ({"a/c/cpu.max": "50000 100000\n"}, None),
    ],
)
def test_a_containers_share_of_the_cores(tmp_path, files, quota):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "cgroup").write_text("0::/a/b\n")
    assert handicaps.cpu_quota(tmp_path, tmp_path / "cgroup") == quota
    if "cpu.max" in files:
        assert handicaps.cpu_quota(tmp_path, tmp_path / "missing") == handicaps.quota_of(tmp_path)


@pytest.mark.parametrize(
    ("quota", "may_use", "said"),
    [
        (1.5, 4, ["this container may use 1.5 of 4 cores (CPU quota)"]),
        (None, 2, ["this process may use 2 of 4 cores (affinity)"]),
        (None, 4, []),
    ],
)
def test_cores_that_may_not_be_used(monkeypatch, quota, may_use, said):
    monkeypatch.undo()
    monkeypatch.setattr(handicaps, "cpu_quota", lambda: quota)
    monkeypatch.setattr(handicaps, "cores", lambda: may_use)
    monkeypatch.setattr(handicaps.os, "cpu_count", lambda: 4)
    assert list(handicaps.held_cores()) == said


@pytest.mark.parametrize(
    ("governor", "driver", "low"),
    [("powersave", "acpi-cpufreq", True), ("powersave", "intel_pstate", False), ("performance", "acpi-cpufreq", False)],
)
def test_a_clock_that_is_kept_low(tmp_path, monkeypatch, governor, driver, low):
    monkeypatch.undo()
    monkeypatch.setattr(handicaps.psutil, "sensors_battery", lambda: None, raising=False)
    (tmp_path / "scaling_governor").write_text(governor + "\n")
    (tmp_path / "scaling_driver").write_text(driver + "\n")
    said = "the processor's clock is kept low (governor powersave)"
    assert list(handicaps.held_frequency(tmp_path)) == [said] * low
    assert list(handicaps.held_frequency(tmp_path / "nowhere")) == []


def test_what_runs_beside_is_a_warning():
    busy = {"handicaps": ["a handicap"], "load": {"other_programs": 1.25, "host": 0.3}}
    assert warnings(busy) == [
        "Warning: a handicap.",
        "Warning: other programs kept 1.25 cores busy meanwhile.",
        "Warning: the host took 0.3 cores from this virtual machine meanwhile.",
    ]
    assert warnings({"load": {"other_programs": 0.05, "host": 0.0}}) == []
    assert warnings({}) == []
