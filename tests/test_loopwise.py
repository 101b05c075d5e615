"""The package: its names, each imported when it is first used."""

import inspect
import subprocess
import sys
from importlib.resources import files

import pytest

import loopwise


@pytest.mark.parametrize("name", loopwise.__all__)
def test_every_name_is_there(name):
    assert name in dir(loopwise)
    assert getattr(loopwise, name) is not None


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'loopwise' has no attribute 'nothing'"):
        loopwise.nothing  # noqa: B018


def test_nothing_heavy_is_imported_at_once():
    program = "import sys, loopwise; print([name for name in ('numpy', 'numba', 'sklearn') if name in sys.modules])"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert finished.stdout.strip() == "[]", finished.stderr


def test_what_0_1_0_had_still_works_and_says_what_stands_for_it():
    with pytest.warns(DeprecationWarning, match=r"implementation_names\(\)"):
        assert loopwise.implementations() == loopwise.implementation_names()
    program = "from loopwise.lectures import ask, tell, verdict; from loopwise import demos; print(ask is demos.ask)"
    finished = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True)
    assert finished.stdout.strip() == "True", finished.stderr
    assert "DeprecationWarning: import ask, tell and verdict from loopwise.demos" in finished.stderr


@pytest.mark.parametrize("name", [name for name in loopwise.__all__ if inspect.isfunction(getattr(loopwise, name))])
def test_every_public_function_has_types(name):
    signature = inspect.signature(getattr(loopwise, name))
    untyped = [parameter for parameter in signature.parameters.values() if parameter.annotation is parameter.empty]
    assert not untyped
    assert signature.return_annotation is not signature.empty


def test_the_package_says_that_it_has_types():
    assert files("loopwise").joinpath("py.typed").is_file()
