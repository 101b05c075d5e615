"""Draw the picture in the README: `loopwise compare`, as it comes, on real data.

Run `make plots`, or `python plots/compare.py [FILE]`. Every figure in it is measured while it runs.
"""

import subprocess
import sys
from pathlib import Path

from common import refuse_handicaps

from loopwise.errors import LoopwiseError

PICTURE = Path(__file__).parent / "gallery" / "compare.png"


def main():
    """Run the race and draw it; exit like `compare` does."""
    picture = sys.argv[1] if len(sys.argv) > 1 else str(PICTURE)
    if len(sys.argv) == 1:
        try:
            refuse_handicaps(__file__)
        except LoopwiseError as error:
            sys.exit(str(error))
    command = [sys.executable, "-P", "-m", "loopwise", "compare", "--budget", "30", "--plot", picture]
    sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
