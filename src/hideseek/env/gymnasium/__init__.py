"""Hide-and-seek for Gymnasium: one controller for a whole team, one world or a batch. Importing registers the games.

`gymnasium.make("hideseek/Quadrant-v1")` and `gymnasium.make_vec("hideseek/Quadrant-v1", num_envs=64)` work after
`import hideseek.env.gymnasium`; so does `gymnasium.make("hideseek.env.gymnasium:hideseek/Quadrant-v1")` without it.
"""

from hideseek.checks import extra_needed

with extra_needed("gymnasium"):
    import gymnasium

from hideseek.env.gymnasium.single import HideAndSeekEnv
from hideseek.env.gymnasium.vector import HideAndSeekVectorEnv
from hideseek.game.config import PRESETS
from hideseek.game.version import VERSION

__all__ = ["HideAndSeekEnv", "HideAndSeekVectorEnv", "environment_id"]


def environment_id(name: str) -> str:
    """Return the id of a preset: `random-walls` is `hideseek/RandomWalls-v1`."""
    return f"hideseek/{name.title().replace('-', '')}-v{VERSION}"


def _register_games() -> None:
    """Register all of `hideseek.PRESETS` with Gymnasium, once."""
    for name in PRESETS:
        if environment_id(name) not in gymnasium.registry:
            gymnasium.register(
                environment_id(name),
                entry_point=f"{__name__}:HideAndSeekEnv",
                vector_entry_point=f"{__name__}:HideAndSeekVectorEnv",
                kwargs={"game": name},
            )


_register_games()
