"""Draw the picture in the README: `loopwise compare`, as it comes, on real data.

Run `make plots`, or `python plots/compare.py [FILE]`. Every figure in it is measured while it runs.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from common import refuse_handicaps, require_quiet

from loopwise.errors import LoopwiseError

PICTURE = Path(__file__).parent / "gallery" / "compare.png"
COMPARE = [sys.executable, "-P", "-m", "loopwise", "compare", "--budget", "30"]


def main():
    """Run the race and draw it; exit like `compare` does. The gallery has it only where nothing else ran meanwhile."""
    if len(sys.argv) > 1:
        sys.exit(subprocess.run([*COMPARE, "--plot", sys.argv[1]]).returncode)
    with TemporaryDirectory(dir=PICTURE.parents[1]) as folder:
        picture, told = Path(folder, PICTURE.name), Path(folder, "told.json")
        try:
            refuse_handicaps(__file__)
            code = subprocess.run([*COMPARE, "--plot", picture, "--json", told]).returncode
            if code == 0:
                for comparison in json.loads(told.read_text())["comparisons"]:
                    require_quiet(__file__, comparison["machine"]["load"])
                os.replace(picture, PICTURE)
        except LoopwiseError as error:
            print(error, file=sys.stderr)
            sys.exit(2)
    sys.exit(code)


if __name__ == "__main__":
    main()
