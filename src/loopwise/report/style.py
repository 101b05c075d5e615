"""How everything looks that is shown: a colour and a mark for each implementation, a slide's style and a page's."""

# Okabe and Ito's palette: told apart by colour-blind eyes.
VERMILION, BLUE, SKY, GREEN = "#D55E00", "#0072B2", "#56B4E9", "#009E73"
PURPLE, ORANGE, YELLOW, BLACK = "#CC79A7", "#E69F00", "#F0E442", "#000000"
COLOURS = {
    "python_loops": VERMILION,
    "numba_loops": BLUE,
    "numba_parallel": SKY,
    "numpy_vectorized": GREEN,
    "numba_tuned": PURPLE,
    "torch": ORANGE,
    "torch.compile": YELLOW,
    "jax": BLACK,
}
OTHERS = "#666666"
MARKERS = dict(zip(COLOURS, "osDPX^v*"))

# Placeholder colours in a page's figure: its style sheet replaces them, in light and in dark.
INK, FAINT = "#010203", "#040506"

STYLE = {
    "font.size": 17,
    "axes.titlesize": 18,
    "axes.labelsize": 18,
    "legend.fontsize": 16,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "lines.linewidth": 3,
    "svg.fonttype": "none",
}
THEME = {
    "svg.fonttype": "none",
    "font.size": 16,
    "axes.titlesize": 18,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": FAINT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "lines.linewidth": 3,
    "lines.markersize": 11,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
}
