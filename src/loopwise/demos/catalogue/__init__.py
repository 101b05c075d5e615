"""The stories that `loopwise demo` tells, one a file."""
