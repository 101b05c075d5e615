"""Pictures: how they are unrolled, and folders of photographs."""

import os
import warnings

import numpy as np
import PIL
import pytest
from helpers.cli import in_process
from PIL import Image

from loopwise import datasets, errors
from loopwise.datasets import drawn_cats as cats

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


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
    assert caught[0].filename == __file__  # it points to the caller
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


OLD_PILLOW = pytest.mark.skipif(int(PIL.__version__.split(".")[0]) < 13, reason="Pillow cannot read what it writes")


@pytest.mark.parametrize("mode", ["CMYK", pytest.param("YCbCr", marks=OLD_PILLOW), "RGBA", "P"])
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
