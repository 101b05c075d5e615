"""TAUGHT: what the lectures show, as programs small enough for a slide."""
