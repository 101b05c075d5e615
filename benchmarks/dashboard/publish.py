"""Make both dashboards in .asv/html: asv's own pages, which then need no network, and our overview."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main():
    """asv empties the folder first, so its pages come first; what fails leaves the others."""
    published = subprocess.run([sys.executable, "-P", "-m", "asv", "publish"], stdout=subprocess.DEVNULL)
    if published.returncode:
        raise SystemExit("asv has nothing to publish; run: make bench")
    codes = [
        subprocess.run([sys.executable, HERE / script, *arguments]).returncode
        for script, *arguments in (("overview.py",), ("offline.py", ".asv/html"))
    ]
    sys.exit(max(codes))


if __name__ == "__main__":
    main()
