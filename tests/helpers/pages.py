"""Commands that make pages."""

NAMES = "numba_loops,numpy_vectorized,python_loops"
SMALL = ("--examples", "40", "--features", "4", "--implementations", NAMES, "--budget", "2", "--threads", "2")
COMMANDS = {
    "compare": ("compare", "logistic", *SMALL),
    "compare-network": ("compare", "network", "--data", "flower", "--layers", "4,1", *SMALL[4:]),
    "sweep": ("sweep", *SMALL[2:], "--sizes", "8,64,512", "--no-compile"),
    "break-even": ("break-even", *SMALL[:4], "--implementations", "python_loops,numpy_vectorized", *SMALL[6:]),
}
