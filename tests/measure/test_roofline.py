"""Points of a roofline."""

from helpers.made_up import comparison, work

from loopwise.measure import roofline


def test_what_other_programs_spoilt_is_no_point(monkeypatch):
    made = comparison((1.0, 2.0), ("numba_parallel", "numba_tuned"))
    made.rows[0].spoilt = True
    monkeypatch.setattr(roofline, "compare", lambda *given, **named: made)
    points = roofline.measured_points(1, works=[work()])
    assert [name for _, name, _ in points] == ["numba_tuned"]
    points = roofline.measured_points(1, works=[work()], spoilt=True)
    assert [name for _, name, _ in points] == ["numba_parallel", "numba_tuned"]
