"""Replays that a run keeps of its policy on the way: how play changed, episode by episode."""

from pathlib import Path

from hideseek.checks import LARGEST_INTEGER, check_instance, check_integer, check_path
from hideseek.evaluate.players import PolicyPlayer
from hideseek.evaluate.recording import describe, play_recorded
from hideseek.learn.description import RunDescription
from hideseek.learn.files import WriteError
from hideseek.policy.policy import Policy
from hideseek.view.replay.file import SUFFIX, write_replay

FOLDER = "replays"


def keep_replay(folder: Path, policy: Policy, description: RunDescription, iteration: int) -> Path:
    """Let a policy play one episode against itself, and write it into the run's folder; return the file.

    The episode is apart from those that are trained on, and touches nothing of them. It has the same layout in every
    iteration: what differs is what the agents do.

    Raises:
        WriteError: It cannot be written.
    """
    folder = check_path("folder", folder)
    check_instance("policy", policy, Policy, "a Policy")
    check_instance("description", description, RunDescription, "a RunDescription")
    check_integer("iteration", iteration, 0)
    repeat, seed = description.config.action_repeat, description.seed & LARGEST_INTEGER
    _, recorder = play_recorded(
        description.game, PolicyPlayer(policy, repeat), PolicyPlayer(policy, repeat), episodes=1, seed=seed
    )
    name, path = f"iteration {iteration}", folder / FOLDER / f"{iteration:08d}{SUFFIX}"
    try:
        write_replay(path, recorder.replay(name, name, describe(seed, repeat, iteration=iteration)))
    except OSError as error:
        raise WriteError(str(error)) from error
    return path
