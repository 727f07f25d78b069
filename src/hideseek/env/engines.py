"""What moves the bodies: the package's own physics, or MuJoCo."""

from typing import Literal, get_args

from hideseek.checks import check_choice
from hideseek.env.batch import HideAndSeek

Engine = Literal["hideseek", "mujoco"]


def environment_kind(engine: Engine) -> type[HideAndSeek]:
    """Return the kind of environment in which an engine moves the bodies.

    Raises:
        ImportError: MuJoCo is to move them and is not installed.
        ValueError: There is no such engine.
    """
    check_choice("engine", engine, get_args(Engine))
    if engine == "hideseek":
        return HideAndSeek
    from hideseek.env.mujoco_batch import MujocoHideAndSeek
    from hideseek.sim.mujoco_twin import import_mujoco

    import_mujoco()
    return MujocoHideAndSeek
