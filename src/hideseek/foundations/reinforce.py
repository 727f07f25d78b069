"""REINFORCE (Williams 1992): actions that a large return followed become more likely.

From N whole episodes, with G_t = r_t + gamma r_{t+1} + gamma^2 r_{t+2} + ..., the return that followed:

    grad J(theta) ~ 1/N sum_i sum_t gamma^t ( G_t - b_t ) grad log pi(a_t | s_t; theta)

The baseline b_t leaves the mean as it is as long as it does not depend on a_t, since the mean of grad log pi is 0. It
takes away variance: without it, all actions of a task with positive rewards become more likely, the better ones
only more so. Here it is the average reward: the mean of G_t over the other episodes. (With the episode itself in the
mean, b_t would depend on a_t.)
"""

from dataclasses import dataclass
from typing import Literal

from hideseek.checks import check_choice, check_flag, check_instance, check_integer, check_number, extra_needed
from hideseek.foundations.curve import LearningCurve
from hideseek.foundations.environments import Environments
from hideseek.foundations.episodes import Episodes, play_episodes
from hideseek.foundations.networks import MLP, Optimiser
from hideseek.foundations.policy_gradient import SampledPlayer, policy_loss, returns_to_go, time_weight

with extra_needed("foundations"):
    import jax
    import optax
    from jaxtyping import Array, Float

BASELINES = ("none", "average")


@dataclass(frozen=True)
class ReinforceConfig:
    """REINFORCE."""

    episodes: int = 1_500
    """To learn from."""
    batch: int = 20
    """Episodes in an update; they are played together."""
    baseline: Literal["none", "average"] = "average"
    """What is subtracted from the returns: nothing, or the other episodes' average."""
    gamma: float = 0.99
    """Discount per step, in [0, 1)."""
    discount_states: bool = False
    """Whether step t counts gamma^t, as in the exact gradient."""
    learning_rate: float = 1e-2
    """Step size of Adam at first; it falls to 0."""
    hidden: int = 64
    """Width of the two hidden layers."""

    def __post_init__(self) -> None:
        for name in ("episodes", "batch", "hidden"):
            check_integer(name, getattr(self, name), 1)
        check_choice("baseline", self.baseline, BASELINES)
        check_number("gamma", self.gamma, least=0.0, below=1.0)
        check_flag("discount_states", self.discount_states)
        check_number("learning_rate", self.learning_rate, above=0.0)
        if self.baseline == "average" and self.batch < 2:
            raise ValueError(f"batch is {self.batch}, expected at least 2 episodes for an average of the others")


def average_of_others(G: Float[Array, "time episode"]) -> Float[Array, "time episode"]:
    """Return, for each episode and time, the mean of the other episodes' G_t; episodes that have ended count 0."""
    return (G.sum(-1, keepdims=True) - G) / (G.shape[-1] - 1)


def reinforce_loss(policy: MLP, batch: Episodes, config: ReinforceConfig) -> Float[Array, ""]:
    """Return a loss whose gradient is minus REINFORCE's estimate of grad J."""
    G = returns_to_go(batch.reward, config.gamma)
    b = average_of_others(G) if config.baseline == "average" else 0.0
    psi = time_weight(batch.alive, config.gamma, config.discount_states) * (G - b)
    return policy_loss(policy, batch.observation, batch.action, psi)


def reinforce(env: str, config: ReinforceConfig, seed: int, curve: LearningCurve) -> MLP:
    """Play whole episodes; return the policy, whose softmax is pi(. | s; theta).

    Episodes that the environment cuts off at its time limit count as ended.

    Args:
        env: Id of a Gymnasium environment with Discrete actions.
        config: How to learn.
        seed: Of everything random.
        curve: Where the returns of the episodes are recorded.

    Raises:
        ImportError: Gymnasium is not installed.
        TypeError: An argument is of a wrong class.
        ValueError: There is no such environment, or its actions or observations are of an unfit kind.
    """
    check_instance("config", config, ReinforceConfig, "a ReinforceConfig")
    worlds = Environments(env, config.batch, seed, curve)
    start, key = jax.random.split(jax.random.key(seed))
    policy = MLP((worlds.features, config.hidden, config.hidden, worlds.actions), start)
    updates = -(-config.episodes // config.batch)
    optimiser = Optimiser(config.learning_rate, updates)
    state = optimiser.start(policy)

    @jax.jit
    def update(policy: MLP, state: optax.OptState, batch: Episodes) -> tuple[MLP, optax.OptState]:
        return optimiser.descend(policy, jax.grad(reinforce_loss)(policy, batch, config), state)

    player = SampledPlayer(policy, key)
    for _ in range(updates):
        player.policy, state = update(player.policy, state, play_episodes(worlds, player))
    return player.policy
