"""Hide-and-seek for Gymnasium: one controller for a whole team, one world or a batch.

`import hideseek` registers the games: `gymnasium.make("hideseek/Quadrant-v1")` makes one world,
`gymnasium.make_vec("hideseek/Quadrant-v1", num_envs=64)` a batch; `gymnasium.make("hideseek:hideseek/Quadrant-v1")`
imports by itself.
"""

from hideseek.checks import extra_needed

with extra_needed("gymnasium"):
    import gymnasium  # noqa: F401

from hideseek.env.gymnasium.single import HideAndSeekEnv
from hideseek.env.gymnasium.vector import HideAndSeekVectorEnv
from hideseek.env.registration import environment_id

__all__ = ["HideAndSeekEnv", "HideAndSeekVectorEnv", "environment_id"]
