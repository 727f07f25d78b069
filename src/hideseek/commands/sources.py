"""What several commands need to let players play that are named on the command line (`hideseek.zoo.sources`)."""

from typing import Annotated, Literal

import tyro

SourceName = Annotated[str, tyro.conf.arg(metavar="SOURCE")]
"""Type of an option that names players."""
Engine = Literal["hideseek", "mujoco"]
