"""Where a run begins that does not begin untrained: with what another one has learnt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from hideseek.checks import check_instance, check_path, extra_needed
from hideseek.game.observe import observation_spec
from hideseek.learn.checkpoint import latest_of, load_learner
from hideseek.learn.description import RunDescription
from hideseek.learn.files import RunError
from hideseek.learn.ppo import Learner
from hideseek.learn.progress import load_progress
from hideseek.policy.config import FeatureSizes, NetworkConfig
from hideseek.policy.normaliser import Moments
from hideseek.policy.policy import Critic, Networks, Policy
from hideseek.policy.settings import standard_settings
from hideseek.terminal import printable_path

with extra_needed("train"):
    import jax


class CriticState(NamedTuple):
    """What training needs to go on besides the policy; the optimiser's memory starts anew."""

    critic: Critic
    values: Moments
    """Normaliser of the value targets."""

    @classmethod
    def of(cls, learner: Learner) -> "CriticState":
        """Return that of a learner."""
        return cls(learner.networks.critic, learner.values)


@dataclass(frozen=True)
class Parent:
    """What a run can start from."""

    name: str
    """For messages."""
    moment: str
    """For the description of the run that starts from it: which run, and when."""
    description: RunDescription
    policy: Policy
    critic: CriticState | None
    """None where it was not kept."""
    episodes: int
    """That its own run played; those before it are in its description."""


def load_parent(folder: Path) -> Parent:
    """Return what the last checkpoint of a run offers.

    Raises:
        RunError: There is no such run, or it is damaged.
    """
    folder = check_path("start_from", folder)
    description = RunDescription.load(folder)
    path = latest_of(folder, description)
    learner, (progress, _, _) = load_learner(path, description), load_progress(path)
    moment = f"{printable_path(folder)}, iteration {progress.iteration}"
    return Parent(str(folder), moment, description, learner.policy, CriticState.of(learner), progress.episodes)


@standard_settings()
def load_start(start_from: Path | Callable[[], Parent], description: RunDescription) -> tuple[Learner, RunDescription]:
    """Return a learner with what another run has learnt, and the description of the run that starts from there.

    Networks and normalisers are the other run's, the optimiser's memory is empty. Where the other run's critic was not
    kept, or is told other things or has other heads, critic and normaliser of values are fresh, drawn from the
    description's seed, and a line is printed that says so. Game and options of training may differ, the network's
    that make up the policy may not.

    Args:
        start_from: The other run's folder, or what loads it.
        description: Of the run that is to start.

    Raises:
        RunError: There is no such run, it is damaged, or its network is another one.
    """
    check_instance("description", description, RunDescription, "a RunDescription")
    parent = start_from() if callable(start_from) else load_parent(start_from)
    check_instance("start_from", parent, Parent, "a folder, or what loads a Parent")
    other = parent.description
    if _of_policy(other.network) != _of_policy(description.network):
        raise RunError(
            f"{parent.name} cannot be started from: its network is {other.network}, expected {description.network}"
        )
    sizes, expected = (FeatureSizes.of(observation_spec(d.game)) for d in (other, description))
    if sizes != expected:
        raise RunError(f"{parent.name} cannot be started from: its game is observed as {sizes}, expected {expected}")
    # A fresh optimiser has no memory of weights, so that it fits any of this network.
    fresh = Learner.initialise(expected, description.config, jax.random.key(description.seed))
    critic = parent.critic
    if critic is None or other.network != description.network:
        why = "was kept without its critic" if critic is None else "has another kind of critic"
        print(f"{parent.name} {why}: its policy starts with a fresh one", flush=True)
        critic = CriticState.of(fresh)
    learner = Learner(
        Networks(parent.policy.actor, critic.critic), fresh.optimiser, parent.policy.normaliser, critic.values
    )
    before = other.start_episodes
    episodes = None if before is None else before + parent.episodes
    return learner, replace(description, start=parent.moment, start_episodes=episodes)


def _of_policy(network: NetworkConfig) -> NetworkConfig:
    """Return the options without those of the critic alone."""
    return replace(network, value_heads=1, critic_view=False)
