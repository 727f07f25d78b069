"""Trained policies that come with the package: each a folder with weights, description and card."""

from pathlib import Path
from typing import Any

from hideseek.checks import check_choice, check_instance
from hideseek.learn.checkpoint import learner_template, load_policy
from hideseek.learn.description import RunDescription
from hideseek.learn.files import save_json
from hideseek.learn.storage import load_tree, save_tree
from hideseek.policy.policy import Policy
from hideseek.zoo.cards import CARD, FOLDER, PREFIX, zoo_names

WEIGHTS = "policy.safetensors"


def load_named(name: str | Path) -> tuple[Policy, RunDescription]:
    """Return the policy that `zoo:NAME`, a run's folder or a policy's file stands for, and the description of its run.

    Warns if it was trained in another version of the environment.

    Raises:
        ValueError: There is no policy of this name.
        RunError: There is no such run, it is damaged, or its files are of another version.
    """
    if str(name).startswith(PREFIX):
        check_choice("zoo policy", str(name).removeprefix(PREFIX), zoo_names())
        return _load_file(FOLDER / str(name).removeprefix(PREFIX) / WEIGHTS)
    return _load_file(Path(name)) if Path(name).is_file() else load_policy(name)


def _load_file(weights: Path) -> tuple[Policy, RunDescription]:
    """Return the policy of a file, and the description of its run, which lies beside it."""
    description = RunDescription.load(weights.parent)
    description.warn_of_other_rules(weights.parent)
    return load_tree(weights, learner_template(description).policy), description


def save_policy(folder: Path, policy: Policy, description: RunDescription, card: dict[str, Any]) -> None:
    """Write a policy with its description and card into a folder, which is made."""
    check_instance("policy", policy, Policy, "a Policy")
    check_instance("description", description, RunDescription, "a RunDescription")
    folder.mkdir(parents=True, exist_ok=True)
    description.save(folder)
    save_tree(folder / WEIGHTS, policy)
    save_json(folder / CARD, card)
