"""The demos that `loopwise demo` tells, one a file."""
