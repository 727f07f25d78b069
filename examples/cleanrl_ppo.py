"""CleanRL: its PPO, a loop of one's own in PyTorch, on Gymnasium's vector environment.

    python examples/cleanrl_ppo.py --seconds 60 --seed 0

One controller moves both seekers, random hiders are the opponent. The loop steps the environment as CleanRL's scripts
do: `next_obs` and `next_done` go from one rollout to the next, an episode's end is where `next_done` is set.
Observations are flat vectors; `action_masks` leaves seekers in preparation nothing to choose.
"""

from typing import NamedTuple

import gymnasium
import numpy as np
import torch
from gymnasium.wrappers.vector import RecordEpisodeStatistics
from progress import Progress, compile_simulator, parse_options
from torch import Tensor, nn
from torch.distributions import Categorical

from hideseek.env.gymnasium import HideAndSeekVectorEnv

WORLDS, STEPS, EPOCHS, MINIBATCHES = 128, 40, 4, 4
GAMMA, LAMBDA, CLIP, ENTROPY_WEIGHT, VALUE_WEIGHT, LARGEST_NORM = 0.99, 0.95, 0.2, 0.01, 0.5, 0.5


class Rollout(NamedTuple):
    """Some steps of all worlds, [step, world, ...]."""

    obs: Tensor
    masks: Tensor
    actions: Tensor
    logprobs: Tensor
    rewards: Tensor
    dones: Tensor
    """Whether an episode begins with the step."""
    values: Tensor


class Agent(nn.Module):
    """A network for the actor and one for the critic."""

    def __init__(self, envs: gymnasium.vector.VectorEnv) -> None:
        super().__init__()
        inputs = int(np.prod(envs.single_observation_space.shape or ()))
        self.choices: list[int] = envs.single_action_space.nvec.tolist()  # pyright: ignore[reportAttributeAccessIssue]
        self.critic = _network(inputs, 1, last=1.0)
        self.actor = _network(inputs, sum(self.choices), last=0.01)

    def act(self, obs: Tensor, masks: Tensor, actions: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return actions (drawn, unless given), their log-probabilities, the policy's entropies and the values."""
        logits = self.actor(obs).masked_fill(~masks, -1e8).split(self.choices, dim=-1)
        parts = [Categorical(logits=part) for part in logits]
        if actions is None:
            actions = torch.stack([part.sample() for part in parts], -1)
        logprobs = [part.log_prob(action) for part, action in zip(parts, actions.unbind(-1), strict=True)]
        entropies = [part.entropy() for part in parts]
        return actions, sum(logprobs, torch.zeros(())), sum(entropies, torch.zeros(())), self.critic(obs).squeeze(-1)


def _network(inputs: int, outputs: int, last: float) -> nn.Sequential:
    """Return two hidden layers, initialised orthogonally."""
    layers = [nn.Linear(inputs, 64), nn.Linear(64, 64), nn.Linear(64, outputs)]
    for layer, scale in zip(layers, (2**0.5, 2**0.5, last), strict=True):
        nn.init.orthogonal_(layer.weight, scale)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2])


class Worlds:
    """The vector environment, as PyTorch takes it, with the last observation and where it begins an episode."""

    def __init__(self, seed: int) -> None:
        self._worlds = HideAndSeekVectorEnv("quadrant", WORLDS, team="seekers", opponent="random", observation="flat")
        self.envs = RecordEpisodeStatistics(self._worlds)
        self.next_obs = torch.as_tensor(self.envs.reset(seed=seed)[0])
        self.next_done = torch.zeros(WORLDS)

    @torch.no_grad()
    def roll_out(self, agent: Agent) -> Rollout:
        """Play some steps."""
        steps = []
        for _ in range(STEPS):
            obs, done, masks = self.next_obs, self.next_done, torch.as_tensor(self._worlds.action_masks())
            actions, logprobs, _, values = agent.act(obs, masks)
            following, reward, terminations, truncations, _ = self.envs.step(actions.numpy())
            # The horizon is an end of the game, as in the paper; values are not bootstrapped there.
            self.next_done = torch.as_tensor(terminations | truncations).float()
            self.next_obs = torch.as_tensor(following)
            steps.append((obs, masks, actions, logprobs, torch.as_tensor(reward).float(), done, values))
        return Rollout(*(torch.stack(part) for part in zip(*steps, strict=True)))

    @torch.no_grad()
    def advantages(self, agent: Agent, rollout: Rollout) -> Tensor:
        """Return the generalised advantages [step, world]."""
        advantages, last = torch.zeros_like(rollout.rewards), torch.zeros(WORLDS)
        value, going_on = agent.critic(self.next_obs).squeeze(-1), 1.0 - self.next_done
        for t in reversed(range(STEPS)):
            error = rollout.rewards[t] + GAMMA * value * going_on - rollout.values[t]
            advantages[t] = last = error + GAMMA * LAMBDA * going_on * last
            value, going_on = rollout.values[t], 1.0 - rollout.dones[t]
        return advantages


def update(agent: Agent, optimiser: torch.optim.Optimizer, rollout: Rollout, advantages: Tensor) -> None:
    """Improve the agent on a rollout."""
    flat = Rollout(*(x.flatten(0, 1) for x in rollout))
    scores, returns = advantages.flatten(), advantages.flatten() + flat.values
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(scores)).chunk(MINIBATCHES):
            _, logprobs, entropy, values = agent.act(flat.obs[rows], flat.masks[rows], flat.actions[rows])
            score = (scores[rows] - scores[rows].mean()) / (scores[rows].std() + 1e-8)
            ratio = (logprobs - flat.logprobs[rows]).exp()
            policy_loss = -torch.min(score * ratio, score * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
            value_loss = 0.5 * (values - returns[rows]).square().mean()
            optimiser.zero_grad()
            (policy_loss + VALUE_WEIGHT * value_loss - ENTROPY_WEIGHT * entropy.mean()).backward()
            nn.utils.clip_grad_norm_(agent.parameters(), LARGEST_NORM)
            optimiser.step()


def main() -> None:
    """Train."""
    options = parse_options("Train the seekers of the quadrant game with CleanRL's PPO.")
    compile_simulator()
    torch.set_num_threads(1)  # two gain little with a small network, and lose a lot where other programs run
    torch.manual_seed(options.seed)
    worlds = Worlds(options.seed)
    agent = Agent(worlds.envs)
    optimiser = torch.optim.Adam(agent.parameters(), lr=1e-3, eps=1e-5)
    before = [x.detach().numpy().copy() for x in agent.parameters()]
    progress = Progress(options.seconds)
    while not progress.over:
        rollout = worlds.roll_out(agent)
        update(agent, optimiser, rollout, worlds.advantages(agent, rollout))
        returns = worlds.envs.return_queue
        members = len(agent.choices) // 5
        progress.add(WORLDS * STEPS * members, **({"seeker_return": float(np.mean(returns))} if returns else {}))
    progress.conclude("CleanRL PPO", before, [x.detach().numpy() for x in agent.parameters()])


if __name__ == "__main__":
    main()
