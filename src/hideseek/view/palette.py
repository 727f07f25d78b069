"""The colours of pictures and films, as six hexadecimal digits; the page has its own, which its light changes."""

from hideseek.view.canvas import Colour

HIDER = "1f6fd1"
SEEKER = "d1352b"
TEAM = (HIDER, SEEKER)
BOX = "f0b43c"
RAMP_LOW, RAMP_HIGH, RAMP_SIDE = "a9793a", "f7dca0", "cf9d55"
FOOD, SITE = "2f9e44", "7048c8"
INK = "20242c"
WHITE = "ffffff"
WALL, WALL_TOP, WALL_SIDE = "3a4252", "566176", "8d9bb3"
CYLINDER, CYLINDER_SIDE = "9ad3b1", "6fae8b"
FLOOR, FLOOR_LINE, OUTSIDE = "eef1f5", "e0e5ec", "c9d0da"
HEADER, HEADER_TEXT, HEADER_QUIET = "20242c", "f4f6f9", "8d97a8"
TIME_TRACK, TIME_PREPARATION, TIME_PLAY = "3a4252", "8fb8ee", "f0b43c"


def colour(code: str, opacity: float = 1.0) -> Colour:
    """Return the colour that the six hexadecimal digits `code` name, with components 0 .. 1."""
    red, green, blue = (int(code[k : k + 2], 16) / 255.0 for k in (0, 2, 4))
    return red, green, blue, opacity
