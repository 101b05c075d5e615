"""`python -m loopwise` is `loopwise`."""

from .cli import main

main()
