"""Python's garbage collector rests where it is asked to, and nowhere else."""

import gc

import pytest

from loopwise.process.collecting import collecting_paused


def test_nothing_is_collected_in_the_block_and_all_goes_on_after_it():
    with collecting_paused():
        assert not gc.isenabled()
        with collecting_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collecting_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off():
    gc.disable()
    try:
        with collecting_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
