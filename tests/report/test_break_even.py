"""The figure of break-even: a line for each whose steps are known."""

from helpers.made_up import paid

from loopwise.report.break_even import break_even_figure


def legend(figure):
    """The words of its legend."""
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def lines(figure):
    """Those that have points."""
    return [line for line in figure.axes[0].lines if len(line.get_xdata())]


def test_what_other_programs_spoilt_is_not_drawn():
    result = paid((1.0, 9.0, 3.0), (1e9, 1e-3, 1.0), ("array", "compiled", "other"))
    spoilt, doubtful, _ = result.comparison.rows
    before, last = len(lines(break_even_figure(result))), break_even_figure(result).axes[0].get_xlim()[1]
    spoilt.spoilt = doubtful.at_most = True
    figure = break_even_figure(result)
    assert legend(figure) == ["array:\nspoilt by other programs", "≤ compiled", "other"]
    assert len(lines(figure)) == before - 1 - (result.costs[0].cold.compiling > 0)
    assert figure.axes[0].get_xlim()[1] <= last  # it ends where those that are drawn have crossed
