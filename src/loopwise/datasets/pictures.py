"""Photographs from a folder of folders, each of them a class."""

import os
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from ..errors import DataFileError

FORMATS = ("JPEG", "MPO", "JPEG2000", "PNG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "AVIF", "HEIF", "PPM")
# Names that Pillow does not know: of JPEG, and of HEIF as long as its plugin is not there to read it.
MORE_NAMES = (".pjpeg", ".pjp", ".jif", ".jfi", ".heic", ".heif", ".hif")
# What systems leave behind, beside all that begins with a dot. Lower case.
LITTER = ("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "@eadir", "$recycle.bin", "lost+found")
LITTER += ("system volume information", "__pycache__")
HIDDEN = "hidden"


def is_picture(path):
    """Whether a file's name ends as a picture's does, in capitals or not."""
    from PIL import Image

    names = {name for name, kind in Image.registered_extensions().items() if kind in FORMATS}
    return path.suffix.lower() in names.union(MORE_NAMES)


def read_folder(folder, size, skip_broken):
    """Read every photograph in the folders of `folder`.

    Returns
    -------
    name, pictures, labels, classes : str, array (m, size, size, 3) of uint8, array (m,), tuple of str
    passed_over : dict of str to int
        How many files were not looked at, of each kind.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise DataFileError(f"{folder} is not a folder" if folder.exists() else f"there is no folder {folder}")
    classes, beside = wanted_of(folder, lambda path: path.is_dir() and not _leads_back(path, folder))
    if len(classes) < 2:
        found = f"one folder, {classes[0].name}" if classes else "no folders"
        raise DataFileError(f"{folder} holds {found}; expected one folder of pictures for each of two or more classes")
    passed_over = Counter({kind if kind == HIDDEN else f"{kind} beside the folders": n for kind, n in beside.items()})
    pictures, labels = [], []
    for label, path in enumerate(classes):
        found, others = _read_class(path, size, skip_broken)
        pictures += found
        labels += [label] * len(found)
        passed_over += others
    names = tuple(path.name for path in classes)
    return folder.resolve().name, np.stack(pictures), np.array(labels), names, dict(passed_over.most_common())


def read_picture(path, size):
    """One picture, upright, its middle square scaled to (size, size, 3) of uint8, on white where transparent."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        # Pillow only warns from 89 million pixels on; decoded, they would take a gigabyte.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(path)
    with image:
        if image.mode[0] in "IF":  # Pillow would clip their values to 255: white
            raise ValueError(f"it has more than 8 bits a colour (mode {image.mode})")
        image.draft("RGB", (2 * size, 2 * size))  # a JPEG is decoded no finer than needed
        ImageOps.exif_transpose(image, in_place=True)
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        square = image.crop((left, top, left + side, top + side)).convert("RGBA")
    square = square.resize((size, size), Image.Resampling.LANCZOS)
    white = Image.new("RGBA", square.size, "white")
    return np.asarray(Image.alpha_composite(white, square).convert("RGB"))


def wanted_of(folder, wanted):
    """What is wanted of a folder, in order, and a `Counter` of the files that are not, by their kind."""
    kept, passed_over = [], Counter()
    try:
        for path in sorted(folder.iterdir(), key=lambda path: path.name):  # not as Windows sorts paths
            if _is_litter(path):
                passed_over[HIDDEN] += 1
            elif wanted(path):
                kept.append(path)
            else:
                passed_over += _kinds(path)
    except OSError as error:
        raise DataFileError(f"{folder} cannot be read: {error.strerror}") from None
    return kept, passed_over


def said(passed_over):
    """`3 files passed over: 2 .txt, 1 without a name's end`; empty where nothing was."""
    files = sum(passed_over.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in passed_over.items())
    return f"{files} file{'s' * (files > 1)} passed over: {kinds}" if files else ""


def _read_class(folder, size, skip_broken):
    # A link that leads nowhere is no file, but it has a picture's name: what is wrong with it is said.
    paths, passed_over = wanted_of(folder, lambda path: is_picture(path) and (path.is_file() or not path.exists()))
    pictures = []
    for path in paths:
        try:
            pictures.append(read_picture(path, size))
        except Exception as error:  # Pillow's readers raise whatever their formats make them: OSError, SyntaxError, …
            message = f"{path} cannot be read: {_reason(error)}"
            if not skip_broken:
                raise DataFileError(message) from None
            warnings.warn(f"skipped: {message}", stacklevel=4)
    if not pictures:
        others = f" ({said(passed_over)})" if passed_over else ""
        raise DataFileError(f"{folder} holds no picture that can be read{others}; expected {', '.join(FORMATS)}")
    return pictures, passed_over


def _is_litter(path):
    return path.name.startswith(".") or path.name.lower() in LITTER


def _leads_back(path, folder):
    """Whether a link in a folder leads to that folder or to one above: no class, but all classes once more."""
    return path.is_symlink() and folder.resolve().is_relative_to(path.resolve())


def _kinds(path):
    """A `Counter` of one file; of a folder, the files in it."""
    if not path.is_dir():
        return Counter([_kind(path) if path.is_file() or not is_picture(path) else f"{_kind(path)} that is no file"])
    if path.is_symlink():  # its files may be counted elsewhere, and it may lead back here
        return Counter(["linked folder(s)"])
    inside = (Path(parent, name) for parent, _, names in os.walk(path) for name in names)
    return Counter(HIDDEN if _is_litter(file) else f"{_kind(file)} in a folder inside" for file in inside)


def _kind(path):
    return path.suffix.lower() or "without a name's end"


def _reason(error):
    if type(error).__name__ == "UnidentifiedImageError":
        return "not a picture that Pillow knows"
    if isinstance(error, OSError) and error.strerror:  # Python would name the file once more
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__
