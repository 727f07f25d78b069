"""The line above a picture: phase, step, whether the hiders are seen, and a bar of time."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from hideseek.game.config import Game
from hideseek.game.state import Record
from hideseek.view.canvas import Image
from hideseek.view.palette import (
    HEADER,
    HEADER_QUIET,
    HEADER_TEXT,
    HIDER,
    SEEKER,
    TIME_PLAY,
    TIME_PREPARATION,
    TIME_TRACK,
)
from hideseek.view.worlds import is_preparing, sightings


class Header(NamedTuple):
    """What the header of a world says."""

    phase: str
    count: str
    """Steps of the phase that are over, of how many."""
    verdict: str
    """Whether a hider is seen; empty during preparation, and where there is nobody to see one."""
    verdict_colour: str
    bars: tuple[tuple[float, float, str], ...]
    """Begin and end of each stretch of the bar of time, as shares of its width, and its colour."""


def header_height(size: int) -> int:
    """Height of the header above a picture `size` pixels wide: even, as video formats ask."""
    return 2 * round(size * 0.04)


def describe(record: Record, game: Game, w: int) -> Header:
    """Return the header for the present state of world `w`."""
    step, split = int(record.step[w]), game.preparation_steps / game.horizon
    now = min(step / game.horizon, 1.0)
    bars = ((0.0, 1.0, TIME_TRACK), (0.0, min(now, split), TIME_PREPARATION))
    if is_preparing(record, game, w):
        return Header("preparation", f"{step} / {game.preparation_steps}", "", "", bars)
    count = f"{step - game.preparation_steps} / {game.horizon - game.preparation_steps}"
    bars = (*bars, (split, now, TIME_PLAY))
    if not game.seekers:
        return Header("playing", count, "", "", bars)
    verdict = ("seen", SEEKER) if sightings(record, game, w) else ("hidden", HIDER)
    return Header("seeking", count, *verdict, bars)


@lru_cache(maxsize=8)
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(7.0, 0.52 * height))


def draw_header(image: Image, record: Record, game: Game, w: int) -> None:
    """Fill `image` with the header for the present state of world `w`."""
    header = describe(record, game, w)
    height, width = image.shape[:2]
    picture = PillowImage.new("RGB", (width, height), f"#{HEADER}")
    draw = ImageDraw.Draw(picture)
    bar, margin, font = bar_height(height), height // 4, _font(height)
    middle = (height - bar) // 2
    draw.text((margin, middle), header.phase, f"#{HEADER_TEXT}", font, anchor="lm")
    draw.text((width // 2, middle), header.count, f"#{HEADER_QUIET}", font, anchor="mm")
    if header.verdict:
        left, _, right, _ = draw.textbbox((0, 0), header.verdict, font)
        box = (
            width - margin - (right - left) - 2 * margin,
            margin // 2,
            width - margin,
            height - bar - margin // 2 - 1,
        )
        draw.rounded_rectangle(box, radius=(box[3] - box[1]) // 2, fill=f"#{header.verdict_colour}")
        draw.text(((box[0] + box[2]) / 2, middle), header.verdict, f"#{HEADER_TEXT}", font, anchor="mm")
    for begin, end, paint in header.bars:
        if end > begin:
            draw.rectangle((round(width * begin), height - bar, round(width * end), height), f"#{paint}")
    image[:] = np.asarray(picture)


def bar_height(height: int) -> int:
    """Height of the bar of time in a header of this height [pixel]."""
    return max(2, height // 8)
