"""What a command leaves behind: JSON for machines, figures for slides."""

import json

from ..files import write_atomically

FIGURES = (".png", ".svg", ".pdf")


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
