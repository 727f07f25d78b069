"""RLlib: PPO, one policy for the hiders and one for the seekers.

    python examples/rllib_ppo.py --seconds 60 --seed 0

RLlib takes the PettingZoo environment through its own wrapper. Its vector of multi-agent environments steps one world
after the other, so that two processes, one per core, collect the samples.
"""

import os

# One thread of PyTorch for each process: there are as many processes as cores.
os.environ.update(OMP_NUM_THREADS="1", RAY_USAGE_STATS_ENABLED="0")

import numpy as np
import ray
from progress import Progress, compile_simulator, parse_options
from ray.rllib.algorithms.ppo import PPO, PPOConfig
from ray.rllib.connectors.env_to_module import FlattenObservations
from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig
from ray.rllib.env.env_context import EnvContext
from ray.rllib.env.wrappers.pettingzoo_env import ParallelPettingZooEnv

from hideseek.env.pettingzoo import parallel_env

POLICIES = ("hider", "seeker")


class World(ParallelPettingZooEnv):
    """One world. RLlib's seeds for the worlds of neighbouring processes overlap; here they are set apart."""

    def __init__(self, config: EnvContext) -> None:
        super().__init__(parallel_env("quadrant"))
        self._offset = 1000 * config.worker_index

    def reset(self, *, seed: int | None = None, options: dict | None = None) -> tuple[dict, dict]:
        """Begin a new episode."""
        return super().reset(seed=None if seed is None else seed + self._offset, options=options)


def make_config(seed: int) -> PPOConfig:
    """Return RLlib's settings."""
    return (
        PPOConfig()
        .environment(World)
        .framework("torch")
        .env_runners(
            num_env_runners=2,
            num_envs_per_env_runner=4,
            rollout_fragment_length=80,
            env_to_module_connector=lambda env, spaces, device: FlattenObservations(multi_agent=True),
        )
        .multi_agent(policies=set(POLICIES), policy_mapping_fn=lambda agent, episode, **_: agent.split("_")[0])
        .rl_module(model_config=DefaultModelConfig(fcnet_hiddens=[64, 64]))
        .training(train_batch_size_per_learner=640, minibatch_size=640, num_epochs=4, gamma=0.99, lr=3e-4)
        .debugging(seed=seed, log_level="ERROR")
    )


def parameters(algorithm: PPO) -> list[np.ndarray]:
    """Copy the weights of all policies."""
    weights = algorithm.learner_group.get_weights()
    return [np.array(x) for policy in POLICIES for x in weights[policy].values()]


def main() -> None:
    """Train."""
    options = parse_options("Train hiders and seekers of the quadrant game with RLlib's PPO.")
    compile_simulator()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    algorithm = make_config(options.seed).build_algo()
    before = parameters(algorithm)
    progress = Progress(options.seconds)
    while not progress.over:
        results = algorithm.train()["env_runners"]
        steps = sum(results["num_module_steps_sampled"].values())
        progress.add(int(steps), seeker_return=results["agent_episode_returns_mean"]["seeker_0"])
    after = parameters(algorithm)
    algorithm.stop()
    ray.shutdown()
    progress.conclude("RLlib PPO", before, after)


if __name__ == "__main__":
    main()
