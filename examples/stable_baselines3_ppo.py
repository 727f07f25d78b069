"""Stable-Baselines3: PPO, all agents share one policy.

    python examples/stable_baselines3_ppo.py --seconds 60 --seed 0

Every agent of every world is one environment of a `VecEnv` that lies directly over the batch: all worlds advance in one
call. SuperSuit can make a `VecEnv` of PettingZoo environments too, but steps one after the other; training was almost
four times slower, and its seed cannot be set.
"""

from typing import Any

import numpy as np
import torch
from progress import Progress, compile_simulator, parse_options
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv

from hideseek import HideAndSeek, make_game
from hideseek.env.actor_observation import seen_by
from hideseek.env.spaces import action_space, observation_space

WORLDS = 128


class AgentsVecEnv(VecEnv):
    """Each agent of each world as an environment: the agents of world 0, of world 1, and so on."""

    def __init__(self, env: HideAndSeek) -> None:
        self._env = env
        self._shape = (env.world_count, env.game.agents)
        self._seeks = np.tile(np.arange(env.game.agents) >= env.game.hiders, env.world_count)
        self._returns = np.zeros(self._shape)
        self.render_mode = None
        super().__init__(env.world_count * env.game.agents, observation_space(env.game), action_space())

    def reset(self) -> dict[str, np.ndarray]:
        """Begin an episode in every world; the streams of layouts start anew where `seed` was called."""
        self._returns[:] = 0.0
        observation = self._env.reset(self._seeds[0])
        self._reset_seeds()
        return self._seen(observation)

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions [environment, 5] for `step_wait`."""
        self._actions = actions.reshape(*self._shape, 5)

    def step_wait(self) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, list[dict[str, Any]]]:
        """Step all worlds."""
        movement, grab, lock = self._actions[..., :3], self._actions[..., 3], self._actions[..., 4]
        observation, reward, done, _ = self._env.step(movement, grab, lock)
        self._returns += reward
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        # No "TimeLimit.truncated": in the paper the horizon is an end of the game, and values end with it. The returns
        # that are logged are the seekers'; together with the hiders' they would cancel out.
        dones = np.repeat(done, self._shape[1])
        for row in np.flatnonzero(dones & self._seeks):
            infos[row]["episode"] = {"r": self._returns.flat[row], "l": self._env.game.horizon}
        self._returns[done] = 0.0
        return self._seen(observation), reward.flatten(), dones, infos

    def _seen(self, observation: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return what the agents see [environment, ...]."""
        seen = seen_by(observation, slice(None))
        return {name: x.reshape(self.num_envs, *x.shape[2:]) for name, x in seen.items()}

    def close(self) -> None:
        """Nothing to close."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Return an attribute, the same for all environments."""
        return [getattr(self, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refuse: there are no separate environments."""
        raise NotImplementedError("the environments of a batch have no attributes of their own")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        """Refuse: there are no separate environments."""
        raise NotImplementedError("the environments of a batch have no methods of their own")

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        """Return that none is wrapped."""
        return [False for _ in self._get_indices(indices)]


class Report(BaseCallback):
    """Prints the progress, and ends the training when its time is up."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def _on_step(self) -> bool:
        returns = [episode["r"] for episode in self.model.ep_info_buffer or []]
        measures = {"seeker_return": float(np.mean(returns))} if returns else {}
        self._progress.add(self.training_env.num_envs, **measures)
        return not self._progress.over


def main() -> None:
    """Train."""
    options = parse_options("Train all agents of the quadrant game with Stable-Baselines3's PPO.")
    compile_simulator()
    torch.set_num_threads(1)  # two gain little with a small network, and lose a lot where other programs run
    env = AgentsVecEnv(HideAndSeek(make_game("quadrant"), WORLDS, options.seed))
    model = PPO(
        "MultiInputPolicy", env, n_steps=40, batch_size=4096, n_epochs=4, gamma=0.99, seed=options.seed, device="cpu"
    )
    before = [x.detach().numpy().copy() for x in model.policy.parameters()]
    progress = Progress(options.seconds)
    model.learn(10**12, Report(progress))
    progress.conclude("Stable-Baselines3 PPO", before, [x.detach().numpy() for x in model.policy.parameters()])


if __name__ == "__main__":
    main()
