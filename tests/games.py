"""Which of the preset games are hide-and-seek: those of the paper that recordings exist of."""

from hideseek.game.config import PRESETS

HIDE_AND_SEEK = {name: PRESETS[name] for name in ("quadrant", "random-walls")}
