"""JAX's settings are the user's business: numbers and their types do not depend on them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest

from hideseek.evaluate.players import PolicyPlayer, untrained_policy
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.trainer import Trainer
from hideseek.policy.config import FeatureSizes
from hideseek.policy.settings import STANDARD, standard_settings
from tests.learn.toy import TINY_NETWORK, NameTheBucket, describe, start_run, tiny_config

OTHERS = {
    "enable_x64": True,
    "numpy_dtype_promotion": "strict",
    "numpy_rank_promotion": "raise",
    "default_matmul_precision": "highest",
    "default_prng_impl": "rbg",
    "threefry_partitionable": False,
    "transfer_guard": "disallow",
}


@contextmanager
def other_settings() -> Iterator[None]:
    """Every setting that the package pins is another one."""
    with ExitStack() as stack:
        for name, value in OTHERS.items():
            stack.enter_context(getattr(jax, name)(value))
        yield


def trained(folder: Path) -> dict[str, np.ndarray]:
    """Train for two iterations, go on for one, and play; return all numbers by their places."""
    folder.mkdir()
    start_run(folder).learn(iterations=2)
    env = NameTheBucket(tiny_config().world_count)
    resumed = Trainer(folder, describe(env), [env], resume=True)
    resumed.learn(iterations=3)
    policy, _ = load_policy(folder)
    player, chosen = PolicyPlayer(policy), []
    player.start(env.world_count, env.game.agents, seed=1)
    for _ in range(3):
        actions = player.act(env.observe())
        chosen.append(actions)
        env.step(*actions)
    fresh = untrained_policy(FeatureSizes.of(env.observation_spec), TINY_NETWORK, seed=2)
    arrays = eqx.filter((resumed.learner, policy, player._memory, fresh, chosen), eqx.is_array)
    return {
        jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in jax.tree_util.tree_flatten_with_path(arrays)[0]
    }


def test_training_resuming_and_acting_do_not_depend_on_the_users_settings(tmp_path: Path):
    """Equal to the last bit, float32 throughout; and the user's settings are what they were."""
    usual = trained(tmp_path / "usual")
    with other_settings():
        other = trained(tmp_path / "other")
        assert jax.config.jax_enable_x64  # type: ignore[attr-defined]
    assert list(other) == list(usual)
    for place, array in other.items():
        assert array.dtype == usual[place].dtype, place
        np.testing.assert_array_equal(array, usual[place], err_msg=place)
    assert {x.dtype for x in other.values() if x.dtype.kind == "f"} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", STANDARD)
def test_each_setting_is_the_standard_one_within_and_the_users_outside(name: str):
    """Also where a function raises."""
    assert getattr(jax.config, f"jax_{name}") in (STANDARD[name], None)

    @standard_settings()
    def look(raises: bool = False) -> object:
        if raises:
            raise ValueError
        return getattr(jax.config, f"jax_{name}")

    with other_settings():
        assert look() == STANDARD[name]
        with pytest.raises(ValueError):  # noqa: PT011
            look(raises=True)
        assert getattr(jax.config, f"jax_{name}") == OTHERS[name]
