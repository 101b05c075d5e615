"""The ladder's figure: a bar for each rung whose time is known."""

from helpers import made_up

from loopwise.report.ladder import ladder_figure


def words(ladder):
    """The labels of bars and lines, and the headline."""
    figure = ladder_figure(ladder)
    return [text.get_text() for text in figure.axes[0].texts], figure.get_suptitle()


def test_what_other_programs_spoilt_is_no_bar_and_what_is_not_sure_is_said_so():
    ladder = made_up.climbed([1.0, 2.0, 4.0, 4.12, 8.0, 12.0, 16.0, 17.0, 30.0], 20.0, {1: 40.0})
    labels, title = words(ladder)
    assert {"2.00   × 2.00", "4.12   ≈ × 1.03", "NumPy: 20.0"} <= set(labels)
    assert title.endswith("30.0 × the slide")
    rungs = {row.rung: row for row in ladder.rows}
    rungs[1].spoilt = rungs[None].spoilt = rungs[4].at_most = True
    rungs[8].times_slide["sure"] = False
    labels, title = words(ladder)
    assert "spoilt by other programs" in labels
    assert "≥ 8.00   × 1.94" in labels
    assert "4.00" in labels  # no ratio to what is spoilt
    assert not any(label.startswith(("2.00", "4.00 ", "NumPy: ")) for label in labels)
    assert "NumPy, spoilt by other programs" in labels
    assert title.endswith("≈ 30.0 × the slide")
