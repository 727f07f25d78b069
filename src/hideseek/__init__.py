"""Multi-agent hide-and-seek in which tool use emerges from competition (Baker et al. 2019)."""

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import PRESETS, Game, make_game

__all__ = ["PRESETS", "Game", "HideAndSeek", "make_game"]
