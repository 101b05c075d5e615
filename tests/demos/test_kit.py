"""What demos measure and show with."""

from types import SimpleNamespace

import numpy as np
import pytest
from helpers.demos import lines

from loopwise.demos import kit
from loopwise.demos.demo import load
from loopwise.demos.kit import Timed, as_fast, nearest, require_equal, times_table
from loopwise.demos.kit import table as show_table
from loopwise.errors import DisagreementError
from loopwise.measure.samples import Sample, Samples


def test_neither_is_called_faster_where_that_is_not_sure():
    assert as_fast(Timed(1.0, 1.1, 0.9, 1.3)) == "as fast, as far as one can tell"
    assert as_fast(Timed(1.0, 2.0, 1.9, 2.1, sure=False)) == "as fast, as far as one can tell"
    assert as_fast(Timed(1.0, 2.0, 1.9, 2.1)) == "2.00 times as fast"
    assert as_fast(Timed(1.0, 0.25, 0.2, 0.3)) == "4.00 times as long"
    table = times_table({"a": Timed(1.0, 1.0, 1.0, 1.0), "b": Timed(0.5, 2.0, 1.9, 2.1)})
    assert next(iter(table.columns[2].cells)).plain == ""


def test_a_time_that_other_programs_spoilt_is_not_shown():
    spoilt, doubtful = Timed(1.0, 1.0, 1.0, 1.0, spoilt=True), Timed(0.5, 2.0, 1.9, 2.1, at_most=True)
    table = times_table({"a": spoilt, "b": doubtful})
    assert [cell.plain for cell in table.columns[1].cells] == ["spoilt", "≤ 500 ms"]


@pytest.mark.parametrize("share", [0.0, 0.9])
def test_what_other_programs_took_is_known_of_what_a_demo_times(monkeypatch, share):
    samples = Samples()
    for r in range(9):
        samples.enter(r, Sample(1.0, share, shared=share))
    monkeypatch.setattr(kit, "interleave", lambda *_: ({"a": samples}, False))
    assert (kit.timed({"a": None})["a"].spoilt, kit.timed({"a": None})["a"].at_most) == (share > 0, share > 0)


def test_a_cell_is_shown_as_it_is():
    shown = "\n".join(lines([show_table(("[i]", "[bold]"), [("x[i]", "[/]")])], 80))
    assert all(text in shown for text in ("[i]", "[bold]", "x[i]", "[/]"))


def test_the_nearest_choice_is_that_on_a_logarithmic_scale():
    assert [nearest(value, (1, 10, 100)) for value in (0.2, 3, 4, 31, 32, 1e9)] == [0, 0, 1, 1, 2, 2]


def test_nothing_is_timed_before_it_has_agreed():
    require_equal({"one": 1.0, "other": np.float64(1.0)})
    with pytest.raises(DisagreementError, match="other and one differ"):
        require_equal({"one": 1.0, "other": np.nextafter(1.0, 2.0)})


def test_ctrl_c_in_a_training_ends_the_story(monkeypatch):
    monkeypatch.setattr(kit, "train", lambda *arguments, **hyper: SimpleNamespace(stopped="interrupted"))
    for name in ("symmetry", "learning-rate", "why-non-linear"):
        with pytest.raises(KeyboardInterrupt):
            load(name).measure()
