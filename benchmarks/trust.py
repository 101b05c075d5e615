"""Can the figures be trusted? `python benchmarks/trust.py --help`: what `goals/trust.py` does.

asv imports this file for every commit that it measures, former ones too, so nothing is imported before it is needed.
"""

import runpy
from pathlib import Path

if __name__ == "__main__":
    runpy.run_path(str(Path(__file__).parent / "goals" / "trust.py"), run_name="__main__")
