"""Make the pages of `asv publish` self-contained: `python benchmarks/dashboard/offline.py .asv/html`.

asv's pages load jQuery, flot and others from content delivery networks; without a network they stay blank. npm brings
the same versions (stupidtable: 1.1.3 for 1.0.1, which no registry has), held to the hashes in vendor/package-lock.json.
What was fetched once is kept, and needs no network again.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = Path(__file__).parent / "vendor"
KEPT = Path(".asv/vendor")
# The file that a page names, and the same in its package.
FILES = {
    "jquery-3.3.1.min.js": "jquery/dist/jquery.min.js",
    "jquery.flot.min.js": "flot/jquery.flot.js",
    "jquery.flot.time.min.js": "flot/jquery.flot.time.js",
    "jquery.flot.selection.min.js": "flot/jquery.flot.selection.js",
    "jquery.flot.categories.min.js": "flot/jquery.flot.categories.js",
    "jquery.flot.orderBars.js": "flot-orderbars/js/jquery.flot.orderBars.js",
    "stupidtable.min.js": "stupid-table-plugin/stupidtable.min.js",
    "md5.min.js": "blueimp-md5/js/md5.min.js",
    "bootstrap.min.js": "bootstrap/dist/js/bootstrap.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
}
FONTS = "bootstrap/dist/fonts"  # which the style sheet looks for beside its own folder
ELSEWHERE = re.compile(r'(<(?:script|link)\b[^>]*?\b(?:src|href)=)"https?://[^"]*/([^"/]+)"([^>]*)>')
CHECKS = re.compile(r'\s+(?:integrity|crossorigin|referrerpolicy)="[^"]*"')


def fetch(wanted=WANTED, kept=KEPT):
    """Let npm bring the packages, unless it did; returns the folder that they lie in."""
    lock, part = kept / "package-lock.json", kept.with_name(f"{kept.name}.part")
    if not lock.exists() or lock.read_bytes() != (wanted / lock.name).read_bytes():
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(wanted, part, dirs_exist_ok=True)
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(npm, cwd=part, check=True)
        part.rename(kept)
    return kept / "node_modules"


def localize(page, packages):
    """Copy what a page loads from elsewhere into `vendor` beside it, and load it from there."""

    def here(tag):
        begin, name, end = tag.groups()
        if name not in FILES:
            raise SystemExit(f"{page} loads {name}: add its package to {WANTED}")
        target = page.parent / "vendor" / FILES[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / FILES[name], target)
        return f'{begin}"vendor/{FILES[name]}"{CHECKS.sub("", end)}>'

    page.write_text(ELSEWHERE.sub(here, page.read_text()))
    shutil.copytree(packages / FONTS, page.parent / "vendor" / FONTS, dirs_exist_ok=True)


def add_empty_curves(folder):
    """asv's grid asks for a curve of every benchmark, measured or not: give it an empty one rather than an error."""
    for name in json.loads((folder / "index.json").read_text())["benchmarks"]:
        curve = folder / "graphs" / "summary" / f"{name}.json"
        if not curve.exists():
            curve.parent.mkdir(parents=True, exist_ok=True)
            curve.write_text("[]")


def main():
    """Every page of the folder that is named."""
    if len(sys.argv) != 2 or not Path(sys.argv[1], "index.html").exists():
        raise SystemExit(f"usage: {sys.argv[0]} FOLDER, where `asv publish` wrote its pages")
    try:
        packages = fetch()
    except FileNotFoundError:
        raise SystemExit(
            "asv's own pages need npm once, to work without a network; overview.html needs nothing"
        ) from None
    except subprocess.CalledProcessError:
        raise SystemExit("npm could not fetch what asv's pages need; overview.html needs nothing") from None
    for page in Path(sys.argv[1]).glob("*.html"):
        localize(page, packages)
    add_empty_curves(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
