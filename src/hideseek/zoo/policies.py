"""Trained policies that come with the package: each a folder with weights, description and card."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hideseek.checks import check_choice, check_instance
from hideseek.learn.checkpoint import learner_template, load_policy
from hideseek.learn.description import RunDescription
from hideseek.learn.files import save_json
from hideseek.learn.ppo import Learner
from hideseek.learn.start import CriticState, Parent
from hideseek.learn.storage import load_tree, save_tree
from hideseek.policy.policy import Policy
from hideseek.zoo.cards import CARD, FOLDER, PREFIX, read_card, zoo_names

WEIGHTS, CRITIC = "policy.safetensors", "critic.safetensors"
"""Training goes on from the critic and the normaliser of values; the first policies were kept without this file."""


def load_named(name: str | Path) -> tuple[Policy, RunDescription]:
    """Return the policy that `zoo:NAME`, a run's folder or a policy's file stands for, and the description of its run.

    Warns if it was trained in another version of the environment.

    Raises:
        ValueError: There is no policy of this name.
        RunError: There is no such run, it is damaged, or its files are of another version.
    """
    if str(name).startswith(PREFIX):
        return _load_file(_zoo_folder(str(name)) / WEIGHTS)
    return _load_file(Path(name)) if Path(name).is_file() else load_policy(name)


def start_from(name: str) -> Path | Callable[[], Parent]:
    """Return what `hideseek.learn.run.train` starts from where a user names `zoo:NAME` or the folder of a run.

    Raises:
        ValueError: There is no policy of this name.
    """
    return partial(_load_parent, name, _zoo_folder(name)) if name.startswith(PREFIX) else Path(name)


def start_description(name: str) -> RunDescription:
    """Return the description of the run that `zoo:NAME` or the folder of a run stands for.

    Raises:
        ValueError: There is no policy of this name.
        RunError: There is no such run, or it is damaged.
    """
    return RunDescription.load(_zoo_folder(name) if name.startswith(PREFIX) else Path(name))


def _load_parent(name: str, folder: Path) -> Parent:
    policy, description = load_named(name)
    template = CriticState.of(learner_template(description))
    critic = load_tree(folder / CRITIC, template) if (folder / CRITIC).exists() else None
    training = read_card(name.removeprefix(PREFIX))["training"]
    moment = f"{name}, iteration {training['iteration']}"
    return Parent(name, moment, description, policy, critic, training["episodes"])


def _zoo_folder(name: str) -> Path:
    """Return the folder of `zoo:NAME`; raise ValueError where there is no policy of this name."""
    check_choice("zoo policy", name.removeprefix(PREFIX), zoo_names())
    return FOLDER / name.removeprefix(PREFIX)


def _load_file(weights: Path) -> tuple[Policy, RunDescription]:
    """Return the policy of a file, and the description of its run, which lies beside it."""
    description = RunDescription.load(weights.parent)
    description.warn_of_other_rules(weights.parent)
    return load_tree(weights, learner_template(description).policy), description


def save_policy(folder: Path, learner: Learner, description: RunDescription, card: dict[str, Any]) -> None:
    """Write a learner's policy and critic with description and card into a folder, which is made."""
    check_instance("learner", learner, Learner, "a Learner")
    check_instance("description", description, RunDescription, "a RunDescription")
    folder.mkdir(parents=True, exist_ok=True)
    description.save(folder)
    save_tree(folder / WEIGHTS, learner.policy)
    save_tree(folder / CRITIC, CriticState.of(learner))
    save_json(folder / CARD, card)
