"""Every script of plots/ draws a whole figure, and the gallery shows each."""

import importlib
import re
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

PLOTS = Path(__file__).parents[2] / "plots"
WIDTH = 1596  # pixels: 13.3 inches at 120 dpi

# script: how many panels it has.
PANELS = {
    "activations": 8,
    "adaline": 6,
    "batch_norm": 1,
    "break_even": 1,
    "cats": 10,
    "cost_surfaces": 2,
    "decision_boundaries": 4,
    "descents": 2,
    "dropout": 2,
    "initialization": 3,
    "ladder": 1,
    "learning_rates": 2,
    "optimizers": 4,
    "regularization": 2,
    "roofline": 1,
    "standardization": 2,
    "sweep": 2,
}
SCRIPTS = sorted({path.stem for path in PLOTS.glob("*.py")} - {"common"})


@pytest.fixture(scope="module", autouse=True)
def scripts_import_common():
    """The scripts find `common` beside them, as when they are run; afterwards nothing of them is left."""
    sys.path.insert(0, str(PLOTS))
    yield
    sys.path.remove(str(PLOTS))
    for name in ("common", *SCRIPTS):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    """Draw a script's figure quickly, once: (figure, file)."""
    folder = tmp_path_factory.mktemp("figures")

    @cache
    def draw_once(name):
        common, script = importlib.import_module("common"), importlib.import_module(name)
        path = folder / f"{name}.png"
        return common.render(script.draw, path, quick=True), path

    return draw_once


@pytest.fixture(params=PANELS)
def drawn(request, draw):
    """A script's name, its figure and the file."""
    return request.param, *draw(request.param)


def finite(artist):
    """What an artist shows: its numbers, without the gaps that NaN stands for."""
    if hasattr(artist, "get_xydata"):
        data = artist.get_xydata()
    elif hasattr(artist, "get_paths"):
        data = np.concatenate([path.vertices for path in artist.get_paths()] or [np.zeros((0, 2))])
    elif hasattr(artist, "get_bbox"):
        data = artist.get_bbox().get_points()
    else:
        data = np.asarray(artist.get_array())
    return data[np.isfinite(data)]


def texts(panel):
    """Every word in a panel."""
    legend = panel.get_legend()
    own = [panel.title, panel.xaxis.label, panel.yaxis.label, *panel.texts, *(legend.get_texts() if legend else ())]
    return [text for text in own if text.get_text()]


def test_every_script_is_known():
    assert sorted([*PANELS, "compare"]) == SCRIPTS


def test_every_panel_shows_something(drawn):
    name, figure, _ = drawn
    assert len(figure.axes) == PANELS[name]
    for panel in figure.axes:
        shown = [*panel.lines, *panel.collections, *panel.images, *panel.patches]
        assert sum(finite(artist).size for artist in shown) >= 8
        assert texts(panel)
        assert all(np.isfinite([*panel.get_xlim(), *panel.get_ylim()]))


def test_nothing_drawn_is_infinite(drawn):
    _, figure, _ = drawn
    for panel in figure.axes:
        for line in panel.lines:
            assert not np.isinf(line.get_xydata().astype(float)).any()


def test_the_type_is_large(drawn):
    _, figure, _ = drawn
    for panel in figure.axes:
        sizes = [text.get_fontsize() for text in (*texts(panel), *panel.get_xticklabels(), *panel.get_yticklabels())]
        assert min(sizes) >= 16


def test_a_title_says_what_to_see(drawn):
    _, figure, _ = drawn
    titles = [part.get_suptitle() for part in (figure, *figure.subfigs)]
    assert any(len(title.split()) >= 3 for title in titles)


def test_no_word_leaves_the_slide(drawn):
    _, figure, _ = drawn
    width, height = figure.get_size_inches() * figure.dpi
    for part in (figure, *figure.subfigs):
        words = [*part.texts, *(text for legend in part.legends for text in legend.get_texts())]
        for word in [*words, *(text for panel in part.axes for text in texts(panel))]:
            box = word.get_window_extent()
            assert box.x0 >= -1, word
            assert box.x1 <= width + 1, word
            assert box.y0 >= -1, word
            assert box.y1 <= height + 1, word


def test_the_picture_is_whole(drawn):
    _, figure, path = drawn
    picture = imread(path)
    assert picture.shape[1] == WIDTH
    assert picture.shape[0] == round(figure.get_size_inches()[1] * 120)
    assert len(np.unique(picture[::4, ::4, :3].reshape(-1, 3), axis=0)) > 20
    assert not list(path.parent.glob(".loopwise-*"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_gallery_has_every_figure(name):
    picture = PLOTS / "gallery" / f"{name}.png"
    assert imread(picture).shape[1] == WIDTH
    assert picture.stat().st_size < 256_000
    readme = (PLOTS / "README.md").read_text()
    assert f"[`{name}.py`]({name}.py)" in readme
    assert f"](gallery/{name}.png)" in readme


def test_the_readme_shows_nothing_that_is_not_there():
    linked = re.findall(r"\]\(([^)#]+)\)", (PLOTS / "README.md").read_text())
    assert linked
    assert [target for target in linked if not (PLOTS / target).exists()] == []
    assert {path.stem for path in (PLOTS / "gallery").iterdir()} == set(SCRIPTS)


@pytest.mark.parametrize("name", PANELS)
def test_the_docstring_names_the_lecture_and_what_to_see(name):
    said = importlib.import_module(name).__doc__
    assert re.match(r"Row \d+ of COURSE.md", said)
    assert "\nTo see" in said


def test_a_name_that_cannot_be_written_is_one_line(monkeypatch, tmp_path, capsys):
    common, script = importlib.import_module("common"), importlib.import_module("activations")
    monkeypatch.setattr(sys, "argv", ["activations.py", str(tmp_path / "no folder" / "x.png")])
    with pytest.raises(SystemExit) as ended:
        common.main(script.draw, script.__file__)
    assert ended.value.code == 2
    assert re.fullmatch(".*cannot be written: there is no folder.*\n", capsys.readouterr().err)


# === what the figures claim ===========================================================================


def test_adaline_diverges_in_one_panel_of_three(draw):
    figure, _ = draw("adaline")
    ends = [panel.texts[0].get_text() for panel in figure.axes if panel.texts]
    assert ends[0] == "diverged at iteration 20"
    assert all(end.startswith("ends at J =") for end in ends[1:])


def test_only_the_squared_loss_is_not_convex(draw):
    figure, _ = draw("cost_surfaces")
    assert [panel.get_title() for panel in figure.axes] == ["squared loss: not convex", "cross-entropy loss: convex"]


def test_zeros_keep_the_hidden_units_identical(draw):
    figure, _ = draw("initialization")
    _, distances, flat = figure.axes
    apart = {line.get_label(): line.get_ydata() for line in distances.lines}
    assert (apart["zeros"] == 0).all()
    assert all(apart[kind][-1] > 0 for kind in ("small", "he", "xavier"))
    assert [text.get_text() for text in flat.texts][:3] == ["0 %", "0 %", "100 %"]


def test_of_four_learning_rates_the_third_ends_lowest(draw):
    figure, _ = draw("learning_rates")
    ends = [line.get_ydata()[-1] for line in figure.axes[0].lines]
    assert min(ends) == ends[2]
    assert max(figure.axes[0].lines[3].get_ydata()) > 2 * max(figure.axes[0].lines[0].get_ydata())


def test_a_penalty_makes_weights_small(draw):
    figure, _ = draw("regularization")
    *_, mean = figure.axes[1].lines
    assert (np.diff(mean.get_ydata()) < 0).all()


@pytest.mark.parametrize(("name", "count"), [("sweep", 5), ("break_even", 2)])
def test_every_contender_that_was_measured_is_in_the_legend(draw, name, count):
    figure, _ = draw(name)
    assert len(figure.axes[0].get_legend().get_texts()) == count


def test_softmax_is_a_distribution(draw):
    figure, _ = draw("activations")
    probabilities = [line.get_ydata() for line in figure.axes[-1].lines if len(line.get_ydata()) > 2][:3]
    np.testing.assert_allclose(np.sum(probabilities, axis=0), 1, rtol=1e-15)


def test_standardization_needs_fewer_iterations(draw):
    figure, _ = draw("standardization")
    said = dict(text.get_text().split(": ") for text in figure.axes[0].texts)
    assert int(said["standardized"]) * 100 <= int(said["raw"])


def test_batch_normalization_learns_from_the_first_epochs(draw):
    figure, _ = draw("batch_norm")
    without, with_it = (line.get_ydata() for line in figure.axes[0].lines if line.get_linewidth() == 4)
    assert with_it[-1] < without[-1] - 0.1


def test_descent_is_the_slowest_in_a_narrow_valley(draw):
    figure, _ = draw("optimizers")
    ends = [np.abs(panel.lines[0].get_xydata()[-1]).max() for panel in figure.axes]
    assert max(ends) == ends[0]


def test_wrong_cats_are_framed(draw):
    figure, _ = draw("cats")
    for place, panel in enumerate(figure.axes):
        says_cat = int(re.fullmatch(r"cat: (\d+) %", panel.get_xlabel())[1]) >= 50
        is_framed = panel.spines["left"].get_linewidth() > 4
        assert is_framed == (says_cat != (place < 5)) or "50 %" in panel.get_xlabel()


@pytest.mark.parametrize("name", ["break_even", "compare", "ladder", "roofline", "sweep"])
def test_what_measures_time_is_not_drawn_for_the_gallery_under_a_handicap(name, monkeypatch, capsys):
    common, script = importlib.import_module("common"), importlib.import_module(name)
    monkeypatch.setattr(common, "handicaps", lambda: ["NumPy multiplies with Haswell kernels"])
    monkeypatch.setattr(common.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(common, "render", lambda *_, **__: pytest.fail("it was drawn"))
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("it was drawn"))
    monkeypatch.setattr(sys, "argv", [f"{name}.py"])
    with pytest.raises(SystemExit) as ended:
        script.main() if name == "compare" else common.main(script.draw, script.__file__, measures=True)
    said = f"{ended.value.code}{capsys.readouterr().err}"
    assert f"{name}.py is not drawn for the gallery: " in said
    assert "NumPy multiplies with Haswell kernels" in said
    assert "measures=True" in Path(script.__file__).read_text() or name == "compare"


def test_elsewhere_it_is_drawn_and_the_figure_says_so(monkeypatch, tmp_path):
    common, drawn = importlib.import_module("common"), []
    monkeypatch.setattr(common, "handicaps", lambda: pytest.fail("nobody asked"))
    monkeypatch.setattr(common, "render", lambda draw, path, alone: drawn.append((path, alone)))
    monkeypatch.setattr(sys, "argv", ["ladder.py", str(tmp_path / "mine.png")])
    common.main(None, "ladder.py", measures=True)
    assert drawn == [(tmp_path / "mine.png", False)]


def test_what_was_measured_beside_other_programs_does_not_get_into_the_gallery(monkeypatch, tmp_path):
    common, script = importlib.import_module("common"), importlib.import_module("activations")
    path = tmp_path / "activations.png"
    monkeypatch.setattr(common.Load, "so_far", lambda self: {"other_programs": 0.5, "host": 0.0})
    with pytest.raises(
        common.LoopwiseError, match=r"^activations.png is not drawn for the gallery: other programs kept"
    ):
        common.render(script.draw, path, alone=True)
    assert not path.exists()
    common.render(script.draw, path)
    assert path.exists()
