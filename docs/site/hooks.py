"""What the site has besides the pages in docs/: the repository's own pages, the gallery, the operations, real output.

mkdocs calls these functions (`hooks:` in mkdocs.yml). Pages stay readable where they lie, with links that work there: a
link to a file that is no page of the site becomes its text.
"""

import posixpath
import re
import shutil
import tomllib
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
# A page of the repository -> its page of the site.
PAGES = {"COURSE.md": "course.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
PAGES |= {"plots/README.md": "gallery.md"}
PICTURES = {"plots/gallery": "gallery", "docs/screenshots": "screenshots"}
LINK = re.compile(r"(?P<mark>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")
COMMAND = re.compile(r"^## (?P<name>[a-z][a-z-]*)$", re.MULTILINE)


def on_files(files, config):
    """Add the pages that are made here."""
    for source, page in PAGES.items():
        text = relinked((ROOT / source).read_text(encoding="utf-8"), source, page)
        files.append(File.generated(config, page, content=text))
    files.append(File.generated(config, "operations.md", content=operations()))
    files.append(File.generated(config, "site.css", content=(HERE / "site.css").read_text()))
    for picture in sorted((ROOT / "plots/gallery").glob("*.png")):
        files.append(File.generated(config, f"gallery/{picture.name}", abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown, page, config, files):
    """Mend the links of a page in docs/, and show the commands' output."""
    uri = page.file.src_uri
    if page.file.generated_by:
        return markdown
    if uri == "commands.md":
        markdown = with_outputs(markdown)
    return relinked(markdown, f"docs/{uri}", uri)


# === links ============================================================================================


def relinked(markdown, source, page):
    """A page of the site from a page of the repository."""

    def mended(link):
        target, _, anchor = link["target"].partition("#")
        if not target or ":" in target:
            return link[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        uri = site_uri(path)
        if uri is None:
            return link["text"]
        place = posixpath.relpath(uri, posixpath.dirname(page) or ".")
        return f"{link['mark']}[{link['text']}]({place}{'#' + anchor if anchor else ''})"

    return LINK.sub(mended, markdown)


def site_uri(path):
    """Where a file of the repository is on the site; None where it is not."""
    if path in PAGES:
        return PAGES[path]
    folder, name = posixpath.split(path)
    if folder in PICTURES:
        return f"{PICTURES[folder]}/{name}"
    return path.removeprefix("docs/") if path.startswith("docs/") and path.endswith((".md", ".png")) else None


# === commands =========================================================================================


def with_outputs(markdown):
    """Below the first paragraph of each command what it printed when docs/site/outputs.py was run last."""
    parts = COMMAND.split(markdown)
    shown = parts[0]
    for name, text in zip(parts[1::2], parts[2::2]):
        first, _, rest = text.lstrip("\n").partition("\n\n")
        shown += f"## {name}\n\n{first}\n\n{output_of(name)}{rest}"
    return shown


def output_of(name):
    """A command and what it printed, to be unfolded."""
    path = HERE.parent / "outputs" / f"{name}.txt"
    if not path.exists():
        return ""
    command, _, printed = path.read_text(encoding="utf-8").partition("\n")
    block = "\n".join(f"    {line}".rstrip() for line in ("```text", *printed.rstrip().splitlines(), "```"))
    return f'??? example "{command}"\n\n{block}\n\n'


# === operations =======================================================================================


def operations():
    """Every operation of the interface: its formula, its shapes, and what it says of itself."""
    from loopwise.interface import OPERATIONS, OPTIONAL, SECTIONS

    formulas = tomllib.loads((HERE / "formulas.toml").read_text(encoding="utf-8"))
    text = "# Operations\n\nWhat every implementation supplies, from `interface.py`; shapes as the lecture has them.\n"
    for section in dict.fromkeys(SECTIONS):
        known = [one for one in (OPERATIONS | OPTIONAL).values() if one.section == section]
        text += f"\n## {section.capitalize()}\n" if known else ""
        for one in known:
            optional = " *(optional)*" if one.name in OPTIONAL else ""
            math = "".join(f'<p class="formula">{convert(tex, display="block")}</p>\n' for tex in formulas[one.name])
            said = one.documentation.replace("<", "&lt;")
            text += f"\n### `{one.name}({', '.join(one.parameters)})`{optional}\n\n{math}\n{said}\n\n{shapes(one)}\n"
    return text


def shapes(operation):
    """A table of what goes in and what comes out."""
    rows = [(name, dims, "in") for name, dims in operation.shapes.items()]
    rows += [(name, dims, "out") for name, dims in operation.returns.items()]
    lines = (f"| `{name}` | {way} | {shape(dims)} |" for name, dims, way in rows)
    return "\n".join(("| | | shape |", "|---|---|---|", *lines))


def shape(dims):
    """`(n_x, m)`, `(m,)`, or a number."""
    return f"({', '.join(map(str, dims))}{',' * (len(dims) == 1)})" if dims else "number"


def on_post_build(config):
    """Nothing of the site's own tools belongs to it."""
    for name in ("site", "outputs"):
        shutil.rmtree(Path(config["site_dir"]) / name, ignore_errors=True)
