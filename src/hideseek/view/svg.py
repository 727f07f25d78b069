"""A world seen from above as a vector drawing (SVG): sharp at any size, and editable."""

import math
from xml.sax.saxutils import escape

import numpy as np
from jaxtyping import Float64

from hideseek.game.config import Game
from hideseek.game.floor import FLOOR_SIZE
from hideseek.game.spots import Spots
from hideseek.game.state import Record
from hideseek.sim.state import Bodies
from hideseek.view.canvas import Colour
from hideseek.view.floor import draw_tiles
from hideseek.view.header import Header, bar_height, describe, header_height
from hideseek.view.painter import Painter, Point
from hideseek.view.palette import HEADER, HEADER_QUIET, HEADER_TEXT, OUTSIDE
from hideseek.view.top import check_size, draw_world
from hideseek.view.worlds import check_world, floor_margin

FONT_SHARE = 0.52
"""Size of the header's letters as a share of its height."""
BLUR_SHARE = 1.0 / math.sqrt(12.0)
"""Standard deviation of a blur that is as wide as a soft edge, whose opacity falls linearly."""


class Drawing:
    """A surface (`hideseek.view.painter`) that keeps shapes as elements of SVG."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.elements: list[str] = []
        self._definitions: dict[str, str] = {}

    def capsule(self, start: Point, end: Point, radius: float, paint: Colour, softness: float) -> None:
        """Draw a line with round ends, or a disc."""
        look = self._soft(softness)
        if start == end:
            self.elements.append(f"<circle {_numbers(cx=start[0], cy=start[1], r=radius)} {_fill(paint)}{look}/>")
            return
        ends = _numbers(x1=start[0], y1=start[1], x2=end[0], y2=end[1], **{"stroke-width": 2.0 * radius})
        self.elements.append(f'<line {ends} {_fill(paint, "stroke")} stroke-linecap="round"{look}/>')

    def polygon(self, points: Float64[np.ndarray, "corner 2"], paint: Colour, softness: float) -> None:
        """Draw a convex polygon."""
        self.elements.append(f'<polygon points="{_points(points)}" {_fill(paint)}{self._soft(softness)}/>')

    def fan(
        self, centre: Point, first_angle: float, ranges: np.ndarray, spacing: float, fade: float, paint: Colour
    ) -> None:
        """Draw what evenly spaced rays reach: a polygon with a gradient."""
        angles = first_angle + spacing * np.arange(len(ranges))
        reached = np.minimum(ranges, fade)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        name = f"view{len(self._definitions)}"
        place = _numbers(cx=centre[0], cy=centre[1], r=fade)
        hexadecimal = _hexadecimal(paint)
        self._definitions[name] = (
            f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" {place}>'
            f'<stop offset="0" stop-color="{hexadecimal}" stop-opacity="{paint[3]:.3g}"/>'
            f'<stop offset="1" stop-color="{hexadecimal}" stop-opacity="0"/></radialGradient>'
        )
        points = np.concatenate([np.array([centre]), np.array(centre) + reached])
        self.elements.append(f'<polygon points="{_points(points)}" fill="url(#{name})"/>')

    def definitions(self) -> str:
        """Return what elements refer to."""
        return f"<defs>{''.join(self._definitions.values())}</defs>"

    def _soft(self, softness: float) -> str:
        """Return the attribute of a shape with an edge so many pixels wide."""
        if softness <= 1.0:
            return ""
        deviation = f"{BLUR_SHARE * softness:.2f}"
        name = f"soft{deviation.replace('.', '-')}"
        self._definitions[name] = (
            f'<filter id="{name}" x="-0.5" y="-0.5" width="2" height="2">'
            f'<feGaussianBlur stdDeviation="{deviation}"/></filter>'
        )
        return f' filter="url(#{name})"'


def render_svg(bodies: Bodies, record: Record, game: Game, w: int, size: int = 480, spots: Spots | None = None) -> str:
    """Return what `render_top` shows as a document of SVG.

    Args:
        bodies: the worlds' bodies.
        record: the rules' memory of the same worlds.
        game: the game that is played in them.
        w: index of the world.
        size: width of the drawing [pixel], from 64 to 8192.
        spots: food or sites of the same worlds (`Objective.spots`).

    Raises:
        TypeError: if `bodies`, `record` or `game` is something else.
        ValueError: if `size` is too small or too large, if there is no world `w`, or if the worlds are another game's.
    """
    check_world(bodies, record, game, w, spots)
    check_size(size)
    margin, top = floor_margin(game), header_height(size)
    drawing = Drawing(size, size)
    painter = Painter(drawing, size / (FLOOR_SIZE + 2.0 * margin), -margin)
    draw_tiles(painter)
    draw_world(painter, bodies, record, game, w, spots)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{top + size}" '
        f'viewBox="0 0 {size} {top + size}" font-family="sans-serif">',
        drawing.definitions(),
        f'<svg y="{top}" width="{size}" height="{size}"><rect width="{size}" height="{size}" fill="#{OUTSIDE}"/>',
        *drawing.elements,
        "</svg>",
        *_header(describe(record, game, w), size, top),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _header(header: Header, width: int, height: int) -> list[str]:
    bar, margin, letters = bar_height(height), height // 4, FONT_SHARE * height
    middle = 0.5 * (height - bar)
    text = f'font-size="{letters:.2f}" dominant-baseline="central" y="{middle:.2f}"'
    lines = [
        f'<rect width="{width}" height="{height}" fill="#{HEADER}"/>',
        f'<text x="{margin}" {text} fill="#{HEADER_TEXT}">{escape(header.phase)}</text>',
        f'<text x="{width / 2:g}" {text} fill="#{HEADER_QUIET}" text-anchor="middle">{escape(header.count)}</text>',
    ]
    if header.verdict:
        pill, high = 0.6 * letters * len(header.verdict) + 2 * margin, height - bar - 2 * (margin // 2)
        place = _numbers(x=width - margin - pill, y=margin // 2, width=pill, height=high, rx=high / 2)
        lines += [
            f'<rect {place} fill="#{header.verdict_colour}"/>',
            f'<text x="{width - margin - pill / 2:.2f}" {text} fill="#{HEADER_TEXT}" text-anchor="middle">'
            f"{escape(header.verdict)}</text>",
        ]
    for begin, end, paint in header.bars:
        place = _numbers(x=width * begin, y=height - bar, width=width * max(0.0, end - begin), height=bar)
        lines.append(f'<rect {place} fill="#{paint}"/>')
    return lines


def _numbers(**attributes: float) -> str:
    return " ".join(f'{name}="{value:.2f}"' for name, value in attributes.items())


def _points(points: np.ndarray) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points.tolist())


def _hexadecimal(paint: Colour) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in paint[:3])


def _fill(paint: Colour, attribute: str = "fill") -> str:
    opacity = f' {attribute}-opacity="{paint[3]:.3g}"' if paint[3] < 1.0 else ""
    return f'{attribute}="{_hexadecimal(paint)}"{opacity}'
