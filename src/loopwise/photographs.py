"""Photographs from a folder of folders, each of them a class."""

import warnings
from pathlib import Path

import numpy as np

from .errors import DataFileError

SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".avif", ".heic", ".heif")


def read_folder(folder, size, skip_broken):
    """Read every photograph in the folders of `folder`.

    Returns
    -------
    name, pictures, labels, classes : str, array (m, size, size, 3) of uint8, array (m,), tuple of str
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise DataFileError(f"{folder} is not a folder" if folder.exists() else f"there is no folder {folder}")
    classes = _visible(folder, Path.is_dir)
    if len(classes) < 2:
        found = f"one folder, {classes[0].name}" if classes else "no folders"
        raise DataFileError(f"{folder} holds {found}; expected one folder of pictures for each of two or more classes")
    pictures, labels = [], []
    for label, path in enumerate(classes):
        found = _read_class(path, size, skip_broken)
        pictures += found
        labels += [label] * len(found)
    return folder.resolve().name, np.stack(pictures), np.array(labels), tuple(path.name for path in classes)


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


def _read_class(folder, size, skip_broken):
    pictures = []
    for path in _visible(folder, lambda path: path.is_file() and path.suffix.lower() in SUFFIXES):
        try:
            pictures.append(read_picture(path, size))
        except Exception as error:  # Pillow's readers raise whatever their formats make them: OSError, SyntaxError, …
            message = f"{path} cannot be read: {_reason(error)}"
            if not skip_broken:
                raise DataFileError(message) from None
            warnings.warn(f"skipped: {message}", stacklevel=4)
    if not pictures:
        raise DataFileError(f"{folder} holds no picture that can be read; expected {', '.join(SUFFIXES)}")
    return pictures


def _visible(folder, wanted):
    try:
        return sorted(path for path in folder.iterdir() if wanted(path) and not path.name.startswith("."))
    except OSError as error:
        raise DataFileError(f"{folder} cannot be read: {error.strerror}") from None


def _reason(error):
    if type(error).__name__ == "UnidentifiedImageError":
        return "not a picture that Pillow knows"
    return " ".join(str(error).split()) or type(error).__name__
