"""TorchRL: PPO, one policy for the hiders and one for the seekers, each with a critic that sees the full state.

    python examples/torchrl_ppo.py --seconds 60 --seed 0

TorchRL's PettingZoo wrapper groups the agents by their names: `hider` and `seeker`. It steps one world, and takes many
times longer than the world does; so two processes, one per core, collect the samples.
"""

import os
from contextlib import ExitStack
from functools import partial

# One thread of PyTorch for each process: there are as many processes as cores.
os.environ["OMP_NUM_THREADS"] = "1"

import torch
from progress import Progress, compile_simulator, parse_options
from tensordict import TensorDict
from tensordict.nn import InteractionType, TensorDictModule, TensorDictSequential
from torch import distributions, nn
from torchrl.collectors import MultiSyncCollector
from torchrl.envs import PettingZooWrapper
from torchrl.modules import MLP, ProbabilisticActor
from torchrl.objectives import ClipPPOLoss, ValueEstimators

from hideseek.env.pettingzoo import parallel_env

CHOICES = (11, 11, 11, 2, 2)
"""How many values each part of an action has."""
PROCESSES, STEPS, EPOCHS, MINIBATCHES = 2, 320, 4, 4


class Flat(nn.Module):
    """Joins an agent's observations, of which the last, "self", is a vector already."""

    def forward(self, *parts: torch.Tensor) -> torch.Tensor:
        """Return [..., feature]."""
        lead = parts[-1].ndim - 1
        return torch.cat([x.flatten(lead).float() for x in parts], -1)


def action_distribution(logits: torch.Tensor) -> distributions.Distribution:
    """Return independent choices; the logits of those that have fewer values than others are cut off."""
    values = max(CHOICES)
    logits = logits.unflatten(-1, (len(CHOICES), values))
    impossible = torch.arange(values) >= torch.tensor(CHOICES)[:, None]
    return distributions.Independent(distributions.Categorical(logits=logits.masked_fill(impossible, -1e9)), 1)


def make_environment(seed: int) -> PettingZooWrapper:
    """Return one world for one process."""
    return PettingZooWrapper(parallel_env("quadrant", seed=seed), return_state=True)


def make_actor(env: PettingZooWrapper, group: str) -> ProbabilisticActor:
    """Return the policy of a team, shared by its agents."""
    names = sorted(env.observation_spec[group, "observation"].keys(), key=lambda name: name == "self")
    keys = [(group, "observation", name) for name in names]
    network = nn.Sequential(
        MLP(out_features=64, num_cells=[64], activate_last_layer=True, activation_class=nn.Tanh),
        nn.Linear(64, len(CHOICES) * max(CHOICES)),
    )
    return ProbabilisticActor(
        TensorDictSequential(
            TensorDictModule(Flat(), keys, [(group, "vector")]),
            TensorDictModule(network, [(group, "vector")], [(group, "logits")]),
        ),
        in_keys={"logits": (group, "logits")},
        out_keys=[(group, "action")],
        distribution_class=action_distribution,
        default_interaction_type=InteractionType.RANDOM,
        return_log_prob=True,
        log_prob_key=(group, "log_probability"),
    )


def make_critic(env: PettingZooWrapper, group: str) -> TensorDictModule:
    """Return the value function of a team."""
    members = len(env.group_map[group])
    network = nn.Sequential(
        MLP(out_features=members, num_cells=[64, 64], activation_class=nn.Tanh), nn.Unflatten(-1, (members, 1))
    )
    return TensorDictModule(network, ["state"], [(group, "state_value")])


def make_loss(actor: ProbabilisticActor, critic: TensorDictModule, group: str) -> ClipPPOLoss:
    """Return the loss of a team."""
    loss = ClipPPOLoss(actor, critic, entropy_coeff=0.01)
    own = ("reward", "action", "done", "terminated", "advantage", "value_target")
    loss.set_keys(
        value=(group, "state_value"), sample_log_prob=(group, "log_probability"), **{x: (group, x) for x in own}
    )
    loss.make_value_estimator(ValueEstimators.GAE, gamma=0.99, lmbda=0.95, average_gae=True)
    return loss


def update(losses: nn.ModuleDict, optimiser: torch.optim.Optimizer, data: TensorDict) -> None:
    """Improve both teams on what the collector brought."""
    with torch.no_grad():
        for loss in losses.values():
            critics = {"params": loss.critic_network_params, "target_params": loss.target_critic_network_params}
            loss.value_estimator(data, **critics)
    data = data.reshape(-1)
    for _ in range(EPOCHS):
        for minibatch in data[torch.randperm(STEPS)].split(STEPS // MINIBATCHES):
            optimiser.zero_grad()
            for loss in losses.values():
                terms = loss(minibatch)
                (terms["loss_objective"] + terms["loss_critic"] + terms["loss_entropy"]).backward()
            nn.utils.clip_grad_norm_(losses.parameters(), 1.0)
            optimiser.step()


def main() -> None:
    """Train."""
    options = parse_options("Train hiders and seekers of the quadrant game with TorchRL's PPO.")
    compile_simulator()
    torch.manual_seed(options.seed)
    env = make_environment(options.seed)
    actors = {group: make_actor(env, group) for group in env.group_map}
    critics = {group: make_critic(env, group) for group in env.group_map}
    with torch.no_grad():  # the layers take their sizes from a first observation
        TensorDictSequential(*actors.values(), *critics.values())(env.reset())
    losses = nn.ModuleDict({group: make_loss(actors[group], critics[group], group) for group in env.group_map})
    before = [x.detach().numpy().copy() for x in losses.parameters()]
    optimiser = torch.optim.Adam(losses.parameters(), 3e-4)
    worlds = [partial(make_environment, options.seed + k) for k in range(PROCESSES)]
    actor = TensorDictSequential(*actors.values())
    collector = MultiSyncCollector(worlds, actor, frames_per_batch=STEPS, total_frames=-1)
    with ExitStack() as stack:
        stack.callback(collector.shutdown)  # whatever happens: its processes would live on
        progress = Progress(options.seconds)
        for data in collector:
            update(losses, optimiser, data)
            collector.update_policy_weights_()
            seekers = data["next", "seeker", "reward"].mean().item()
            progress.add(STEPS * len(env.possible_agents), seeker_reward=seekers)
            if progress.over:
                break
    progress.conclude("TorchRL PPO", before, [x.detach().numpy() for x in losses.parameters()])


if __name__ == "__main__":
    main()
