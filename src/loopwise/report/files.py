"""What a command leaves behind: JSON for machines, figures for slides."""

import json

from ..errors import OptionError
from ..files import check_output, write_atomically

FIGURES, PAGES = (".png", ".svg", ".pdf"), (".html", ".htm")


def check_outputs(json, plot=None, html=None):
    """Refuse files that cannot be written, before anything is measured; None and, for `json`, "-" are no files."""
    given = {}
    for option, path, suffixes in (("--json", json, None), ("--plot", plot, FIGURES), ("--html", html, PAGES)):
        if path is None or (path == "-" and option == "--json"):
            continue
        check_output(path, suffixes)
        if path in given:
            raise OptionError(f"{given[path]} and {option} name the same file, {path}")
        given[path] = option


def json_text(content):
    """JSON as every program reads it: NaN and infinity are errors."""
    return json.dumps(content, indent=2, allow_nan=False)


def put_json(where, content):
    """Write JSON to a file, to standard output for "-", or nowhere for None."""
    if where == "-":
        print(json_text(content))
    elif where is not None:
        write_atomically(where, lambda file: file.write(json_text(content).encode() + b"\n"))


def put_figure(path, figure):
    """Write a matplotlib figure in the format that the name's suffix says."""
    suffix = path.rsplit(".", 1)[1].lower()
    write_atomically(path, lambda file: figure.savefig(file, format=suffix, dpi=120))
