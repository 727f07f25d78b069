"""What several commands need to let players play that are named on the command line (`hideseek.zoo.sources`)."""

from typing import Annotated, Literal

import tyro

if TYPE_CHECKING:
    from hideseek.env.batch import HideAndSeek

SourceName = Annotated[str, tyro.conf.arg(metavar="SOURCE")]
"""Type of an option that names players."""
Engine = Literal["hideseek", "mujoco"]


def environment_kind(engine: Engine) -> "type[HideAndSeek]":
    """Return the kind of environment in which an engine moves the bodies; raise ValueError where it is missing."""
    from hideseek.env.batch import HideAndSeek
    from hideseek.env.mujoco_batch import MujocoHideAndSeek
    from hideseek.sim.mujoco_twin import import_mujoco

    if engine == "hideseek":
        return HideAndSeek
    import_mujoco()
    return MujocoHideAndSeek
