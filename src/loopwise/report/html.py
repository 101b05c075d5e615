"""Pages for a browser: one self-contained HTML file, no network, light and dark, every point with its value.

Figures are matplotlib's, as on slides. A point that was drawn with `gid=point(...)` answers to the mouse and to the
keyboard; text and lines in the colours INK and FAINT follow the page's theme.
"""

import io
from xml.etree import ElementTree

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from .canvas import drawing
from .style import FAINT, INK, THEME
from .terminal import plain

SVG = "http://www.w3.org/2000/svg"


class Points:
    """What the points of a page say, by the `gid` that each was drawn with."""

    def __init__(self):
        self.said = {}

    def point(self, series, value, text):
        """Remember a point; returns the gid to draw it with. `series` is what the page's switches hide and show."""
        gid = f"point-{len(self.said)}"
        self.said[gid] = (plain(series), value, plain(text))
        return gid

    def svg(self, figure, label):
        """A figure as SVG for a page, in which every remembered point can be hovered and focused.

        Parameters
        ----------
        figure : matplotlib.figure.Figure
        label : str
            What the figure shows, for those who hear it.

        Returns
        -------
        str
        """
        written = io.StringIO()
        with drawing(THEME):
            figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
        ElementTree.register_namespace("", SVG)
        ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
        root = ElementTree.fromstring(written.getvalue())
        root.attrib |= {"role": "group", "aria-label": label}
        for size in ("width", "height"):
            del root.attrib[size]  # as wide as the page lets it be
        for group in root.iter(f"{{{SVG}}}g"):
            gid = group.attrib.pop("id", "")  # matplotlib gives every figure the same
            if gid in self.said:
                series, value, text = self.said[gid]
                group.attrib |= {"class": "point", "tabindex": "0", "role": "img", "aria-label": text}
                group.attrib |= {"data-series": series, "data-value": repr(value)}
            elif gid.startswith("series-"):
                group.attrib["data-series"] = gid.removeprefix("series-")
        for metadata in root.findall(f"{{{SVG}}}metadata"):
            root.remove(metadata)
        for part in root.iter():
            for name in ("style", "fill", "stroke"):  # and not in words: a file may have such a name
                if name in part.attrib:
                    part.attrib[name] = part.attrib[name].replace(INK, "var(--ink)").replace(FAINT, "var(--faint)")
        return ElementTree.tostring(root, encoding="unicode")


def render(template, folder=None, **content):
    """Fill a template of this package, or of a `folder` whose templates may extend `page.html`."""
    loaders = [FileSystemLoader(folder)] if folder else []
    loader = ChoiceLoader([*loaders, PackageLoader("loopwise.report")])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template(template).render(**content)
