"""The notebooks' `ask`, `tell`, `verdict`, where they stood in 0.1.0. Deprecated: import from `loopwise.demos`."""

import warnings

from .demos import ask, tell, verdict

__all__ = ["ask", "tell", "verdict"]

warnings.warn("import ask, tell and verdict from loopwise.demos", DeprecationWarning, stacklevel=2)
