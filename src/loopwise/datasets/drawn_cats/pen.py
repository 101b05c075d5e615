"""A pen for small pictures: it draws in a thing's own coordinates, wherever the thing stands, however it is turned."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import ImageDraw

CIRCLE = np.exp(2j * np.pi * np.arange(28) / 28)


@dataclass(frozen=True)
class Pen:
    """Draws in a thing's own coordinates: (0, 0) is its middle, x runs to the right, y down, and it reaches to ±1.

    A point is a complex number x + iy: one multiplication turns and scales it.

    Attributes
    ----------
    canvas : ImageDraw
    middle : complex
        Where (0, 0) lies in the picture, in pixels.
    turn : complex
        Where 1 points to from there.
    mirrored : bool
        x runs to the left.
    """

    canvas: ImageDraw.ImageDraw
    middle: complex
    turn: complex
    mirrored: bool = False

    @classmethod
    def over(cls, image):
        """A pen for the whole of a square picture: its corners are (±1, ±1)."""
        half = image.width / 2
        return cls(ImageDraw.Draw(image), complex(half, half), complex(half))

    def at(self, x, y, size=1.0, tilt=0.0, mirrored=False):
        """A pen for a part of the thing: (x, y) is the part's middle, `size` its half width, `tilt` in radians."""
        turn = self.turn * size * np.exp(1j * (-tilt if self.mirrored else tilt))
        return replace(self, middle=self._place(complex(x, y)), turn=turn, mirrored=self.mirrored != mirrored)

    def shape(self, colour, *points):
        """A filled polygon."""
        self.canvas.polygon(_pixels(self._place(_complex(points))), colour)

    def box(self, colour, left, top, right, bottom):
        """A filled rectangle."""
        self.shape(colour, (left, top), (right, top), (right, bottom), (left, bottom))

    def blob(self, colour, x, y, width, height=None):
        """A filled ellipse, by its middle and its half width and height; a circle without the latter."""
        height = width if height is None else height
        ellipse = complex(x, y) + width * CIRCLE.real + 1j * height * CIRCLE.imag
        self.canvas.polygon(_pixels(self._place(ellipse)), colour)

    def bow(self, colour, width, *points):
        """A thick line with round ends, from the first point to the last, bent by those between (a Bézier curve)."""
        t = np.linspace(0, 1, 14)
        curves = _complex(points)[:, None] + 0 * t
        while len(curves) > 1:  # de Casteljau: go from each curve to the next while t goes from 0 to 1
            curves = (1 - t) * curves[:-1] + t * curves[1:]
        thick = max(1, round(width * abs(self.turn)))
        self.canvas.line(_pixels(self._place(curves[0])), colour, thick, joint="curve")
        for x, y in (points[0], points[-1]):
            self.blob(colour, x, y, width / 2)

    def _place(self, z):
        return self.middle + self.turn * (-np.conj(z) if self.mirrored else z)


def _complex(points):
    return np.array([complex(x, y) for x, y in points])


def _pixels(z):
    return np.column_stack([z.real, z.imag]).ravel().tolist()
