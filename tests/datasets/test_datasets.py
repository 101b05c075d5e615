"""Data: shapes, standardization without leaks, seeds, sizes, pictures and how they are unrolled."""

import os
import warnings

import numpy as np
import pytest
from helpers.cli import in_process
from PIL import Image

from loopwise import datasets, errors
from loopwise.datasets import drawn_cats as cats

pytestmark = pytest.mark.filterwarnings("ignore:.* passed over: ")  # of what the fixture puts beside its pictures
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "shape", "rows", "classes"),
    [
        ("breast_cancer", (30, 569), 1, 2),
        ("digits", (64, 1797), 10, 10),
        ("flower", (2, 400), 1, 2),
        ("cats", (12288, 259), 1, 2),
        ("xor", (2, 4), 1, 2),
        ("parity", (6, 64), 1, 2),
    ],
)
def test_lecture_orientation(name, shape, rows, classes):
    data = datasets.load(name)
    assert (data.X.shape, data.Y.shape, len(data.classes)) == (shape, (rows, shape[1]), classes)
    assert data.X.flags.c_contiguous
    assert data.X_test.shape == (shape[0], 0)
    assert set(np.unique(data.Y)) == {0.0, 1.0}


@pytest.mark.parametrize("name", ["breast_cancer", "digits"])
def test_standardized_on_what_is_learned_from(name):
    data = datasets.load(name, test_fraction=0.2, seed=1)
    deviation = data.X.std(axis=1)
    # m numbers with rounding of 2⁻⁵³ each; a constant pixel stays 0.
    assert np.abs(data.X.mean(axis=1)).max() < data.X.shape[1] * 2.0**-50
    assert np.all((np.abs(deviation - 1) < 1e-12) | (deviation == 0))
    assert np.abs(data.X_test.mean(axis=1)).max() > 0.01  # the held-out examples had no say


def test_split_is_seeded_stratified_and_complete():
    one, same, other = (datasets.load("breast_cancer", 0.25, seed) for seed in (3, 3, 4))
    assert np.array_equal(one.X, same.X)
    assert not np.array_equal(one.X, other.X)
    assert one.X.shape[1] + one.X_test.shape[1] == 569
    for seed in range(10):  # chance alone would hit the share of each class to within one example now and then
        split = datasets.load("breast_cancer", 0.25, seed)
        assert abs(split.Y.mean() - split.Y_test.mean()) < 1 / split.Y_test.shape[1]


def test_synthetic_has_any_size():
    data = datasets.load("synthetic", examples=37, features=5, classes=4, seed=2)
    assert (data.X.shape, data.Y.shape) == ((5, 37), (4, 37))
    assert (data.Y.sum(axis=0) == 1).all()
    again = datasets.load("synthetic", examples=37, features=5, classes=4, seed=2)
    assert np.array_equal(data.X, again.X)
    assert datasets.load("synthetic", examples=1, features=1).Y.shape == (1, 1)


@pytest.mark.parametrize("name", ["synthetic", "flower", "cats"])
def test_what_is_drawn_depends_on_the_seed(name):
    one, same, other = (datasets.load(name, examples=6, seed=seed).X for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_no_line_separates_the_flower():
    from sklearn.linear_model import LogisticRegression

    data = datasets.load("flower", seed=0)
    line = LogisticRegression(C=np.inf).fit(data.X.T, data.Y[0])
    assert line.score(data.X.T, data.Y[0]) < 0.65


def test_houses_are_the_lectures():
    data = datasets.load("houses")
    rows = np.array([[10, 14, 50, 100], [1, 1, 2, 3]])
    mean, deviation = rows.mean(axis=1, keepdims=True), rows.std(axis=1, keepdims=True)
    np.testing.assert_allclose(data.X * deviation + mean, rows, rtol=1e-14)
    assert data.Y.tolist() == [[3, 3.5, 7, 12]]
    assert data.classes == ()


def test_houses_are_split_without_classes():
    seen = set()
    for seed in range(8):
        data = datasets.load("houses", 0.5, seed)
        assert data.X.shape == data.X_test.shape == (2, 2)
        assert sorted([*data.Y[0], *data.Y_test[0]]) == [3, 3.5, 7, 12]
        seen.add(tuple(data.Y_test[0]))
    assert len(seen) > 1
    with pytest.raises(errors.OptionError, match=r"houses cannot be split with test_fraction 0\.9"):
        datasets.load("houses", 0.9)


def test_xor_and_parity():
    xor, two = datasets.load("xor"), datasets.load("parity", features=2)
    assert xor.X.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert xor.Y.tolist() == [[0, 1, 1, 0]]
    assert np.array_equal(two.X, 2 * xor.X - 1)
    assert np.array_equal(two.Y, xor.Y)
    data = datasets.load("parity", features=5)
    assert len({tuple(x) for x in data.X.T}) == 2**5
    assert np.array_equal(data.X.prod(axis=0), -((-1.0) ** data.Y[0]))  # −1 once for every bit that is not one


# === Cats =============================================================================================================


@pytest.fixture(scope="module")
def many_cats():
    """As many to learn from as in the course, and 500 held out, so that chance has little say."""
    return datasets.load("cats", examples=709, test_fraction=500 / 709, seed=5)


def test_cats_are_split_as_in_the_course():
    data = datasets.load("cats", test_fraction=50 / 259, seed=3)
    assert (data.X.shape, data.X_test.shape) == ((12288, 209), (12288, 50))
    assert data.Y_test.sum() == 25
    assert data.classes[1] == "cat"
    assert data.X.min() >= 0
    assert 0.9 < data.X.max() <= 1


def test_cats_are_seeded():
    pictures, labels = cats.draw(12, seed=7)
    assert (pictures.dtype, pictures.shape) == (np.uint8, (12, 64, 64, 3))
    assert labels.tolist() == [0, 1] * 6
    np.random.seed(0)  # noqa: NPY002 - nobody may draw from the global generator
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    assert np.array_equal(cats.draw(20, seed=7)[0][:12], pictures)  # more begin with the same
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002
    assert not np.array_equal(cats.draw(12, seed=8)[0], pictures)
    assert len({drawn.tobytes() for drawn in pictures}) == 12


def test_a_line_tells_some_cats_and_a_hidden_layer_more(many_cats):
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    mean = many_cats.X.mean(axis=1, keepdims=True)
    X, X_test, y, y_test = (many_cats.X - mean).T, (many_cats.X_test - mean).T, many_cats.Y[0], many_cats.Y_test[0]
    network = MLPClassifier((16,), learning_rate_init=3e-4, batch_size=32, max_iter=40, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 40 epochs are not convergence
        hidden = network.fit(X, y).score(X_test, y_test)
    line = LogisticRegression(C=1e-3, max_iter=500).fit(X, y).score(X_test, y_test)
    # One standard deviation of a share of 500 is at most √(¼ / 500); of the difference of two, √2 times that.
    sigma = np.sqrt(0.25 / 500)
    assert 0.5 + 4 * sigma < line < 0.85
    assert line + 3 * np.sqrt(2) * sigma < hidden < 0.97


# === Pictures and columns =============================================================================================


def test_red_values_come_first_then_green_then_blue():
    pictures = np.zeros((2, 2, 2, 3), np.uint8)
    pictures[0, ..., 0] = [[255, 51], [102, 0]]
    pictures[0, ..., 1] = 204
    pictures[1, 0, 1, 2] = 255
    X = datasets.unroll(pictures)
    assert X[:, 0].tolist() == [1, 0.2, 0.4, 0, 0.8, 0.8, 0.8, 0.8, 0, 0, 0, 0]
    assert np.flatnonzero(X[:, 1]).tolist() == [9]


def test_a_column_is_rolled_up_again():
    pictures, _ = cats.draw(3)
    X = datasets.unroll(pictures)
    for i in range(3):
        assert np.array_equal(datasets.picture(X[:, i]), pictures[i])
        assert np.array_equal(datasets.picture(X[:, [i]].astype(np.float32)), pictures[i])
    assert datasets.picture(X[:, 0]).dtype == np.uint8
    # What a network made of it may lie beside a whole number, or outside.
    assert datasets.picture(np.array([-0.3, 0.3 / 255, 1.2])).tolist() == [[[0, 0, 255]]]
    assert np.array_equal(datasets.picture(X[:, 0] - 0.4 / 255), pictures[0])
    for wrong in (X[:-1, 0], X, np.zeros(0), X[:, :1].T):
        with pytest.raises(errors.ShapeError, match="expected one column"):
            datasets.picture(wrong)


# === Photographs ======================================================================================================


def paint(path, colours, size=(8, 8), **options):
    """Save a picture of vertical stripes of equal width."""
    path.parent.mkdir(parents=True, exist_ok=True)
    row = np.repeat(np.array(colours, np.uint8), size[0] // len(colours), axis=0)
    Image.fromarray(np.broadcast_to(row, (size[1], *row.shape)).copy()).save(path, **options)


@pytest.fixture
def folder(tmp_path):
    """Two classes, of two pictures and one, with files beside them that are no pictures."""
    paint(tmp_path / "dog" / "rex.PNG", [RED])
    paint(tmp_path / "cat" / "b.png", [GREEN])
    paint(tmp_path / "cat" / "a.jpg", [BLUE], quality=100)
    (tmp_path / "cat" / "notes.txt").write_text("not a picture")
    (tmp_path / "cat" / "._a.jpg").write_text("what a Mac leaves behind")
    (tmp_path / ".DS_Store").write_text("")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_folders_are_classes(folder):
    data = datasets.images(folder, size=4)
    assert (data.name, data.classes) == (folder.name, ("cat", "dog"))
    assert (data.X.shape, data.Y.tolist()) == ((48, 3), [[0, 0, 1]])
    np.testing.assert_allclose(datasets.picture(data.X[:, 0]), np.full((4, 4, 3), BLUE), atol=2)  # JPEG rounds
    assert (datasets.picture(data.X[:, 1]) == GREEN).all()
    assert (datasets.picture(data.X[:, 2]) == RED).all()
    assert datasets.images(str(folder)).X.shape == (12288, 3)
    paint(folder / "emu" / "e.png", [WHITE])
    assert datasets.images(folder).Y.tolist() == [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def test_photographs_are_split(folder):
    for k in range(7):
        paint(folder / "dog" / f"{k}.png", [(20 * k, 0, 0)])
        paint(folder / "cat" / f"{k}.png", [(20 * k, 0, 0)])
    data = datasets.images(folder, test_fraction=0.25, seed=1, size=2)
    assert (data.X.shape, data.X_test.shape) == ((12, 12), (12, 5))
    assert np.array_equal(data.X_test, datasets.images(folder, 0.25, seed=1, size=2).X_test)


def test_a_photograph_is_upright(folder):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side: turn by 90° clockwise
    paint(folder / "cat" / "a.jpg", [RED, BLUE], size=(16, 16), exif=exif, quality=100, subsampling=0)
    upright = datasets.picture(datasets.images(folder, size=4).X[:, 0]).astype(int)
    assert (upright[0, :, 0] > 200).all()  # what was left is on top
    assert (upright[-1, :, 2] > 200).all()


def test_a_photograph_is_cut_to_the_square_in_its_middle(folder):
    paint(folder / "cat" / "b.png", [RED, GREEN, BLUE], size=(30, 10))
    paint(folder / "dog" / "rex.PNG", [RED, BLUE], size=(32, 32))
    data = datasets.images(folder, size=2)
    assert (datasets.picture(data.X[:, 1]) == GREEN).all()
    halves = datasets.picture(data.X[:, 2]).astype(int)
    assert (abs(halves - [RED, BLUE]) < 40).all()  # a filter blurs the edge a little


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 51, (51, 51, 51)),
        ("1", 1, WHITE),
        ("P", 0, (0, 0, 0)),
        ("RGBA", (255, 0, 0, 0), WHITE),
        ("RGBA", (255, 0, 0, 102), (255, 153, 153)),
        ("LA", (0, 0), WHITE),
    ],
)
def test_every_kind_of_picture_becomes_rgb(folder, mode, colour, expected):
    Image.new(mode, (6, 6), colour).save(folder / "dog" / "rex.PNG")
    assert (datasets.picture(datasets.images(folder, size=3).X[:, 2]) == expected).all()


def truncated(path):
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:2000])


BROKEN = {
    "not a picture that Pillow knows": lambda path: path.write_text("no picture"),
    "truncated": truncated,
    "decompression bomb": lambda path: Image.new("1", (20_000, 10_000)).save(path),
    "exceeds limit of 89": lambda path: Image.new("1", (10_000, 9_000)).save(path),
    "more than 8 bits": lambda path: Image.fromarray(np.full((4, 4), 999, np.uint16)).save(path),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_photograph_is_named(folder, reason):
    path = folder / "cat" / "c.png"
    BROKEN[reason](path)
    with pytest.raises(errors.DataFileError, match=reason) as refusal:
        datasets.images(folder)
    assert f"{path} cannot be read" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    with pytest.warns(UserWarning, match=reason) as caught:
        data = datasets.images(folder, size=2, broken="skip")
    assert [str(path) in str(warning.message) for warning in caught] == [True, False]
    assert "1 .txt" in str(caught[1].message)  # of the fixture's notes
    assert caught[0].filename == __file__  # it points to who called
    assert data.Y.tolist() == [[0, 0, 1]]


def test_a_folder_that_is_no_data_set_is_refused(tmp_path):
    def refusal(message):
        return pytest.raises(errors.DataFileError, match=message)

    (tmp_path / "file.png").write_text("")
    for nowhere, message in (("nothing", "there is no folder .*nothing"), ("file.png", "file.png is not a folder")):
        with refusal(message):
            datasets.images(tmp_path / nowhere)
    with refusal("holds no folders; expected one folder of pictures for each of two or more classes"):
        datasets.images(tmp_path)
    paint(tmp_path / "cat" / "a.png", [RED])
    with refusal("holds one folder, cat"):
        datasets.images(tmp_path)
    (tmp_path / "dog").mkdir()
    (tmp_path / "dog" / "dog.txt").write_text("woof")
    with refusal("dog holds no picture that can be read"):
        datasets.images(tmp_path)
    (tmp_path / "dog" / "dog.jpg").write_text("woof")
    with pytest.warns(UserWarning, match="dog.jpg cannot be read"), refusal("dog holds no picture that can be read"):
        datasets.images(tmp_path, broken="skip")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"broken": "ignore"}, r"unknown way with broken pictures 'ignore' \(known: refuse, skip\)"),
        ({"size": 0}, "size is 0; expected a whole number, at least 1, at most 1024"),
        ({"size": 2000}, "size is 2000"),
        ({"test_fraction": 1}, "test_fraction is 1"),
        ({"test_fraction": 0.5}, "cannot be split"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_bad_requests_for_photographs_are_refused(folder, arguments, message):
    with pytest.raises(errors.LoopwiseError, match=message):
        datasets.images(folder, **arguments)


JPEG_NAMES = (".jpg", ".jpeg", ".jpe", ".jfif", ".JFIF", ".Jpg", ".pjpeg", ".pjp", ".jif")


def photographs(folder, classes=("cat", "dog")):
    """A blue picture in each class."""
    for name in classes:
        paint(folder / name / "a.png", [BLUE])
    return folder


@pytest.mark.parametrize("end", JPEG_NAMES)
def test_a_jpeg_by_any_of_its_names_is_read(tmp_path, end):
    photographs(tmp_path)
    paint(tmp_path / "cat" / f"z{end}", [RED], format="JPEG", quality=100)
    data = datasets.images(tmp_path, size=4)
    assert data.Y.tolist() == [[0, 0, 1]]
    np.testing.assert_allclose(datasets.picture(data.X[:, 1]), np.full((4, 4, 3), RED), atol=2)  # JPEG rounds
    assert data.passed_over == {}


@pytest.mark.parametrize("end", [".png", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".ppm", ".apng", ".mpo"])
def test_pictures_of_other_formats_are_read(tmp_path, end):
    photographs(tmp_path)
    paint(tmp_path / "cat" / f"z{end}", [WHITE])
    assert (datasets.picture(datasets.images(tmp_path, size=4).X[:, 1]) == 255).all()


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "RGBA", "P"])
def test_pictures_of_other_modes_are_read(tmp_path, mode):
    photographs(tmp_path)
    Image.new("RGB", (8, 8), WHITE).convert(mode).save(tmp_path / "cat" / "z.tif")
    assert datasets.picture(datasets.images(tmp_path, size=4).X[:, 1]).min() >= 254


def test_what_is_passed_over_is_counted(tmp_path):
    photographs(tmp_path)
    for name in ("a.txt", "b.TXT", "README", "old/c.jpg", "old/deeper/d.jpg"):
        (tmp_path / "cat" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cat" / name).write_text("")
    (tmp_path / "loose.png").write_text("")
    expected = {".txt": 2, ".jpg in a folder inside": 2, "without a name's end": 1, ".png beside the folders": 1}
    with pytest.warns(UserWarning, match="6 files passed over: .*2 .txt") as caught:
        data = datasets.images(tmp_path, size=2)
    assert caught[0].filename == __file__
    assert (data.passed_over, data.Y.tolist()) == (expected, [[0, 1]])
    listed = data.said_of_others.removeprefix("6 files passed over: ").split(", ")
    assert sorted(listed) == sorted(f"{count} {kind}" for kind, count in expected.items())


@pytest.mark.parametrize("litter", ["__MACOSX/cat/._a.jpg", ".DS_Store", "cat/Thumbs.db", "cat/.a.jpg", "desktop.ini"])
def test_what_systems_leave_behind_is_no_class_and_no_picture(tmp_path, litter):
    photographs(tmp_path)
    (tmp_path / litter).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / litter).write_text("")
    with warnings.catch_warnings(action="error"):
        data = datasets.images(tmp_path, size=2)
    assert (data.classes, data.passed_over) == (("cat", "dog"), {"hidden": 1})


def test_links_that_lead_in_circles_end(tmp_path):
    photographs(tmp_path)
    (tmp_path / "all").symlink_to(tmp_path)
    (tmp_path / "cat" / "up").symlink_to("..")
    (tmp_path / "cat" / "itself").symlink_to("itself")
    with pytest.warns(UserWarning, match="3 files passed over"):
        assert datasets.images(tmp_path, size=2).classes == ("cat", "dog")
    (tmp_path / "cat" / "nowhere.jpg").symlink_to("nowhere")
    with pytest.raises(errors.DataFileError, match=r"nowhere[.]jpg cannot be read: No such file"):
        datasets.images(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_with_a_pictures_name_is_not_waited_for(tmp_path):
    photographs(tmp_path)
    os.mkfifo(tmp_path / "cat" / "camera.jpg")
    with pytest.warns(UserWarning, match="1 file passed over: 1 .jpg that is no file"):
        datasets.images(tmp_path, size=2)


def test_a_class_without_a_picture_says_what_is_there(tmp_path):
    photographs(tmp_path)
    (tmp_path / "emu").mkdir()
    (tmp_path / "emu" / "raw.cr2").write_text("")
    with pytest.raises(
        errors.DataFileError, match=r"emu holds no picture .*1 file passed over: 1 \.cr2.*expected JPEG"
    ):
        datasets.images(tmp_path)


def test_train_says_what_is_passed_over(tmp_path, monkeypatch, capsys):
    for name in ("cat", "dog"):
        for k in range(5):
            paint(tmp_path / name / f"{k}.jfif", [BLUE], format="JPEG")
    (tmp_path / "cat" / "notes.txt").write_text("")
    with warnings.catch_warnings(action="error"):  # none reaches the terminal
        assert in_process(monkeypatch, "train", "logistic", "--data", str(tmp_path), "--epochs", "1") == 0
    shown = capsys.readouterr()
    assert shown.err == f"{tmp_path}: 1 file passed over: 1 .txt\n"
    assert "train          8" in shown.out


# === Refused ==========================================================================================================


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "digit"}, "unknown data set 'digit'; did you mean 'digits'"),
        ({"name": "digits", "examples": 5}, "digits comes with its own examples"),
        ({"name": "flower", "examples": 0}, "examples is 0"),
        ({"name": "flower", "features": 3}, "flower comes with its own features"),
        ({"name": "flower", "test_fraction": "a"}, "test_fraction is 'a'"),
        ({"name": "synthetic", "features": -1}, "features is -1"),
        ({"name": "synthetic", "classes": 1}, "classes is 1; expected a whole number, at least 2"),
        ({"name": "digits", "test_fraction": 1.0}, "test_fraction is 1.0"),
        ({"name": "digits", "seed": -1}, "seed is -1"),
        ({"name": "flower", "examples": 2, "test_fraction": 0.5}, "cannot be split"),
        ({"name": "xor", "test_fraction": 0.25}, "xor cannot be split"),
        ({"name": "houses", "examples": 3}, "houses comes with its own examples"),
        ({"name": "cats", "examples": 0}, "examples is 0"),
        ({"name": "cats", "features": 3}, "cats comes with its own features"),
        ({"name": "parity", "features": 17}, "features is 17; expected a whole number, at least 1, at most 16"),
        ({"name": "parity", "features": 0}, "features is 0"),
        ({"name": "parity", "examples": 8}, "parity comes with its own examples"),
    ],
)
def test_bad_requests_are_refused(arguments, message):
    with pytest.raises(errors.LoopwiseError, match=message):
        datasets.load(**arguments)


@pytest.mark.parametrize("command", ["train", "compare", "race"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("x.csv", "data is x.csv, which is not there"),
        ("there.csv", "data is there.csv, a file"),
        ("there.png", "data is there.png, a file"),
        ("./photos", "data is ./photos, which is not there"),
        ("photos", "unknown data set 'photos'"),
        ("", "unknown data set ''"),
        (b"\xff.npz".decode(errors="replace"), "which is not there"),
    ],
)
def test_what_is_no_data_set_is_told_what_is_taken(tmp_path, monkeypatch, capsys, command, data, message):
    monkeypatch.chdir(tmp_path)
    for name in ("there.csv", "there.png"):
        (tmp_path / name).write_text("")
    assert in_process(monkeypatch, command, "--data", data) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "breast_cancer, digits" in shown
    assert "a folder of images with a sub-folder for each class; own tables are not read yet" in shown
    assert shown.count("\n") == 1


def test_a_folder_where_only_names_are_taken_is_told(tmp_path):
    with pytest.raises(errors.DataFileError, match=r"a folder; expected one of breast_cancer.*`loopwise train`"):
        datasets.load(tmp_path)
