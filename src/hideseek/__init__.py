"""Multi-agent hide-and-seek in which tool use emerges from competition (Baker et al. 2019)."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hideseek.env.batch import HideAndSeek
    from hideseek.game.config import PRESETS, Game, make_game

__all__ = ["PRESETS", "Game", "HideAndSeek", "make_game"]

_ROOMS = {
    "Game": "hideseek.game.config",
    "HideAndSeek": "hideseek.env.batch",
    "PRESETS": "hideseek.game.config",
    "make_game": "hideseek.game.config",
}
"""Where the public names are defined: each is imported when it is first used, since Numba takes most of a second."""


def __getattr__(name: str) -> object:
    """Import a public name (PEP 562)."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
