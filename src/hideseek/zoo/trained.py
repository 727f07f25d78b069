"""Policies to use from Python: of the zoo, of a run, or of a file."""

from pathlib import Path

from hideseek.checks import check_instance
from hideseek.policy.trained import TrainedPolicy
from hideseek.zoo.policies import load_named


def load_policy(source: str | Path) -> TrainedPolicy:
    """Return a trained policy, ready to play.

    Warns if it was trained in another version of the environment.

    Args:
        source: `zoo:NAME`, the folder of a run, or a policy's file (`.safetensors`, beside the `config.json` of its
            run, as in the folders of the zoo).

    Raises:
        TypeError: `source` is no string and no path.
        ValueError: The zoo has no policy of this name.
        RunError: There is no such run or file, it is damaged, or it is of another version.
    """
    check_instance("source", source, (str, Path), "zoo:NAME or a path")
    policy, description = load_named(source)
    return TrainedPolicy(str(source), description.game, description.config.action_repeat, policy)
