"""The files of a command: JSON for machines, figures for slides, pages for browsers."""

import json
from pathlib import Path

from ..errors import OptionError
from ..output_files import check_output, write_atomically
from .style import STYLE

FIGURES, PAGES = (".png", ".svg", ".pdf"), (".html", ".htm")


def check_outputs(json, plot=None, html=None, **others):
    """Refuse files that cannot be written, before anything is measured; None and, for `json`, "-" are no files."""
    given, named = {}, {"json": json, "plot": plot, "html": html, **others}
    for option, path in named.items():
        if path is None or (path == "-" and option == "json"):
            continue
        check_output(path, {"plot": FIGURES, "html": PAGES}.get(option))
        place = Path(path).resolve()
        if place in given and (place.is_file() or not place.exists()):  # a device may take several
            raise OptionError(f"--{given[place]} and --{option} name the same file, {path}")
        given[place] = option


def json_text(content):
    """JSON as every program reads it: NaN and infinity are errors."""
    return json.dumps(content, indent=2, allow_nan=False)


def put_json(where, content):
    """Write JSON to a file, to standard output for "-", or nowhere for None."""
    if where == "-":
        print(json_text(content), flush=True)
    elif where is not None:
        write_atomically(where, lambda file: file.write(json_text(content).encode() + b"\n"))


def put_figure(path, figure):
    """Write a matplotlib figure in the format that the name's suffix says."""
    from .canvas import drawing

    suffix = path.rsplit(".", 1)[1].lower()
    with drawing(STYLE):
        write_atomically(path, lambda file: figure.savefig(file, format=suffix, dpi=120))


def put_page(path, page):
    """Write a page whole or not at all; None is nowhere. Half a letter, as in some files' names, becomes a "?"."""
    if path is not None:
        write_atomically(path, lambda file: file.write(page.encode(errors="replace")))
