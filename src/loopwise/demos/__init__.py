"""TAUGHT: what the lectures show, as programs small enough for a slide. `loopwise demo` and the notebooks tell them."""

from .exercise import verdict
from .telling import ask, tell

__all__ = ["ask", "tell", "verdict"]
