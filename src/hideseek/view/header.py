"""The line above a picture: phase, step, whether the hiders are seen, and a bar of time."""

from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from hideseek.game.config import Game
from hideseek.view.canvas import Image

BACKGROUND, TEXT, QUIET = "#20242c", "#f4f6f9", "#8d97a8"
TRACK, PREPARATION, PLAY = "#3a4252", "#8fb8ee", "#f0b43c"


def header_height(size: int) -> int:
    """Height of the header above a picture `size` pixels wide: even, as video formats ask."""
    return 2 * round(size * 0.04)


@lru_cache(maxsize=8)
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(7.0, 0.52 * height))


def draw_header(image: Image, step: int, game: Game, seen: bool, hidden_colour: str, seen_colour: str) -> None:
    """Fill `image` with the header for the state before `step`; colours are six hexadecimal digits."""
    height, width = image.shape[:2]
    picture = PillowImage.new("RGB", (width, height), BACKGROUND)
    draw = ImageDraw.Draw(picture)
    bar, margin, font = max(2, height // 8), height // 4, _font(height)
    middle = (height - bar) // 2
    preparing = step < game.preparation_steps
    phase, count, of = (
        ("preparation", step, game.preparation_steps)
        if preparing
        else ("seeking", step - game.preparation_steps, game.horizon - game.preparation_steps)
    )
    draw.text((margin, middle), phase, TEXT, font, anchor="lm")
    draw.text((width // 2, middle), f"{count} / {of}", QUIET, font, anchor="mm")
    if not preparing:
        label, fill = ("seen", seen_colour) if seen else ("hidden", hidden_colour)
        left, _, right, _ = draw.textbbox((0, 0), label, font)
        box = (
            width - margin - (right - left) - 2 * margin,
            margin // 2,
            width - margin,
            height - bar - margin // 2 - 1,
        )
        draw.rounded_rectangle(box, radius=(box[3] - box[1]) // 2, fill=f"#{fill}")
        draw.text(((box[0] + box[2]) / 2, middle), label, TEXT, font, anchor="mm")
    split, now = (round(width * value / game.horizon) for value in (game.preparation_steps, min(step, game.horizon)))
    draw.rectangle((0, height - bar, width, height), TRACK)
    draw.rectangle((0, height - bar, min(now, split), height), PREPARATION)
    if now > split:
        draw.rectangle((split, height - bar, now, height), PLAY)
    image[:] = np.asarray(picture)
