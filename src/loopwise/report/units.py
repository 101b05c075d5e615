"""Numbers the way people read them: three digits and a unit."""

import math


def seconds(value):
    """0.00135 -> "1.35 ms"."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{three(value / size)} {unit}"
    return f"{three(value / 1e-9)} ns"


def span(low, high, like):
    """Two times in the unit of a third: "1.36–1.38" beside "1.37 ms"."""
    size = next((size for size in (1.0, 1e-3, 1e-6) if like >= size), 1e-9)
    return f"{three(low / size)}–{three(high / size)}"


def three(value):
    """Three significant digits without an exponent: 1234, 61.2, 2.00, 0.0164."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def sizes(workload):
    """`n_x = 30, m = 569`, or `64-32-10 (relu, softmax), m = 1797`."""
    known = dict(workload.sizes)
    if "batch_size" in known:
        known["batch_size"] = known["batch_size"] or "m"
    if "layer_sizes" not in known:
        return ", ".join(f"{symbol} = {size}" for symbol, size in known.items())
    layers = "-".join(str(n) for n in known.pop("layer_sizes"))
    shown = [f"{layers} ({', '.join(known.pop('activations'))})"]
    how = ("m", "epochs", "batch_size", "optimizer")
    return ", ".join(shown + [f"{symbol} = {known[symbol]}" for symbol in how if symbol in known])


def timed(workload):
    """What of a workload is timed: `one step`, or `2 epochs`."""
    epochs = workload.sizes.get("epochs")
    return "one step" if epochs is None else plural(epochs, "epoch")


def count(number):
    """1048576 -> "1 048 576"; below a thousand three digits."""
    if isinstance(number, int):
        return f"{number:,}".replace(",", " ")
    return f"{number:,.0f}".replace(",", " ") if number >= 1000 else f"{number:.3g}"


def plural(number, what):
    """`1 step`, `1 200 steps`."""
    return f"{count(number)} {what}{'s' * (number != 1)}"


def about(number):
    """312.4 -> "310": two digits are all that an estimate has."""
    return count(float(f"{number:.2g}"))


def memory(number):
    """1500 bytes -> "1.50 kB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            return f"{three(number / size)} {unit}"
    return f"{number} B"
