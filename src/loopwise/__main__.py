"""`python -m loopwise` is `loopwise`."""

import os
import sys

# `python -m` puts the working directory first on the path: a `random.py` there would be found first.
if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from .commands.app import main

main()
