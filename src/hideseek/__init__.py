"""Multi-agent hide-and-seek in which tool use emerges from competition (Baker et al. 2019)."""

from importlib import import_module
from typing import TYPE_CHECKING

from hideseek.env.registration import register_when_imported

if TYPE_CHECKING:
    from hideseek.env.batch import HideAndSeek
    from hideseek.game.config import PRESETS, Game, make_game, register_game
    from hideseek.zoo.trained import load_policy

__all__ = ["PRESETS", "Game", "HideAndSeek", "load_policy", "make_game", "register_game"]

_MODULES = {
    "Game": "hideseek.game.config",
    "HideAndSeek": "hideseek.env.batch",
    "PRESETS": "hideseek.game.config",
    "load_policy": "hideseek.zoo.trained",
    "make_game": "hideseek.game.config",
    "register_game": "hideseek.game.config",
}
"""Where the public names are defined: each is imported when it is first used, since Numba takes most of a second."""


def __getattr__(name: str) -> object:
    """Import a public name (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})


register_when_imported()
