"""How the rules work together in a step: grab, lock, move, look, judge (`docs/architecture.md`)."""

import math

import numpy as np
import pytest

from hideseek.env.batch import HideAndSeek
from hideseek.game.config import make_game
from hideseek.game.vision import sense_vision
from tests.env.play import idle
from tests.worlds import EAST, WEST

HIDER, SEEKER, BOX = range(3)
"""Bodies of the worlds here: one against one, and a cube."""
AWAY = {HIDER: (1.0, 5.0, EAST), SEEKER: (5.0, 5.0, WEST), BOX: (3.0, 1.0, 0.0)}
PREPARATION = 4


def world(step: int = PREPARATION, horizon: int = 40, **places: tuple[float, float, float]) -> HideAndSeek:
    """Return an open fenced world in its step number `step`; who is not placed stands far off."""
    options = {"rooms_max": 1, "outer_wall_probability": 1.0, "boxes_min": 1, "boxes_max": 1, "ramps": 0}
    sizes = {"elongated_min": 0, "elongated_max": 0, "hiders": 1, "seekers": 1}
    game = make_game(
        "random-walls", horizon=horizon, preparation_fraction=PREPARATION / horizon + 1e-6, **options, **sizes
    )
    env = HideAndSeek(game, 1)
    env.reset()
    named = {"hider": HIDER, "seeker": SEEKER, "box": BOX}
    put(env, **{name: places.get(name, AWAY[body]) for name, body in named.items()})
    sense_vision(game.params, env.bodies, env.record, game.counts, 0)
    state = env.get_state()
    state["step"][:] = step
    state["start_position"][:] = state["pose"][:, BOX:, :3]
    env.set_state(state)
    return env


def put(env: HideAndSeek, **places: tuple[float, float, float]) -> None:
    """Put bodies elsewhere, unseen: nobody looks before the next step is made."""
    state = env.get_state()
    for name, (x, y, yaw) in places.items():
        body = {"hider": HIDER, "seeker": SEEKER, "box": BOX}[name]
        state["pose"][0, body] = x, y, state["half_size"][0, body, 2], yaw
    env.set_state(state)


def step(env: HideAndSeek, agent: int = HIDER, move: tuple[int, int, int] = (5, 5, 5), hands: str = "") -> tuple:
    """Let one agent act, and the other do nothing."""
    movement, grab, lock = idle(env)
    movement[0, agent], grab[0, agent], lock[0, agent] = move, "grab" in hands, "lock" in hands
    return env.step(movement, grab, lock)


def holds(env: HideAndSeek) -> bool:
    return env.bodies.weld_object[0, HIDER] == 0


BESIDE_BOX = {"hider": (2.6, 3.0, EAST), "box": (3.0, 3.0, 0.0)}
"""The hider looks at the box from 0.15 m."""


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("hands", ["grab", "lock"])
def test_hands_trust_the_observation_before(seen: bool, hands: str):
    """An object that comes into view unobserved is out of reach for one step, one that left it is not."""
    look, turned = (EAST, WEST) if seen else (WEST, EAST)
    env = world(**{**BESIDE_BOX, "hider": (2.6, 3.0, look)})
    put(env, hider=(2.6, 3.0, turned))
    step(env, hands=hands)
    assert (holds(env) if hands == "grab" else env.bodies.locked[0, 0]) == seen
    if hands == "grab":
        step(env, hands=hands)
        assert holds(env) != seen


@pytest.mark.parametrize(("gap", "kept"), [(0.15, True), (0.249, False)])
def test_hold_at_arms_length_breaks(gap: float, kept: bool):
    """Pulled at full force the soft weld gives way by about a millimetre, out of reach for the next step."""
    env = world(hider=(2.75 - gap, 3.0, EAST), box=(3.0, 3.0, 0.0))
    step(env, move=(0, 5, 5), hands="grab")
    assert holds(env)
    step(env, move=(0, 5, 5), hands="grab")
    assert holds(env) == kept


def test_held_box_comes_along_until_it_is_let_go():
    """Dragged it keeps its place beside the agent; then it slides on and stops."""
    env = world(**BESIDE_BOX)
    for _ in range(4):
        step(env, move=(1, 5, 5), hands="grab")
    offset = env.bodies.pose[0, BOX, :2] - env.bodies.pose[0, HIDER, :2]
    np.testing.assert_allclose(offset, [0.4, 0.0], atol=0.01)
    assert env.bodies.pose[0, BOX, 0] < 2.5
    step(env, move=(0, 5, 5))
    assert not holds(env)


def test_box_locked_in_mid_drag_stops():
    """The lock holds it where it was when it was locked, though the agent that holds it pulls on."""
    env = world(**BESIDE_BOX)
    for _ in range(3):
        step(env, move=(0, 5, 5), hands="grab")
    place = env.bodies.pose[0, BOX, :2].copy()
    for _ in range(6):
        step(env, move=(0, 5, 5), hands="grab lock")
    assert env.bodies.locked[0, 0]
    assert np.abs(env.bodies.pose[0, BOX, :2] - place).max() < 0.02


def test_unlocked_box_can_be_pushed_again():
    """In the very step in which its owner no longer presses lock."""
    env = world(**BESIDE_BOX)
    step(env, hands="lock")
    for _ in range(3):
        step(env, move=(10, 5, 5), hands="lock")
    assert abs(env.bodies.pose[0, BOX, 0] - 3.0) < 0.02
    before = env.bodies.pose[0, BOX, 0]
    step(env, move=(10, 5, 5))
    assert not env.bodies.locked[0, 0]
    assert env.bodies.pose[0, BOX, 0] > before + 0.05


def test_seekers_can_be_pushed_during_preparation():
    """They do not act, but they are no walls."""
    env = world(step=0, hider=(2.0, 3.0, EAST), seeker=(2.4, 3.0, EAST))
    for _ in range(PREPARATION):
        _, _, _, info = step(env, move=(10, 5, 5))
        assert info["preparation"][0]
    assert env.bodies.pose[0, SEEKER, 0] > 2.8


@pytest.mark.parametrize(("first", "acts"), [(PREPARATION - 1, False), (PREPARATION, True)])
@pytest.mark.parametrize("hands", ["grab", "lock", "move"])
def test_seekers_act_from_the_first_step_after_preparation(first: int, acts: bool, hands: str):
    """In steps 0 to 3 they do nothing, in step 4 whatever they like."""
    env = world(step=first, seeker=(2.6, 3.0, EAST), box=(3.0, 3.0, 0.0))
    step(env, SEEKER, (5, 10, 5) if hands == "move" else (5, 5, 5), hands)
    did = {
        "grab": env.bodies.weld_object[0, SEEKER] == 0,
        "lock": bool(env.bodies.locked[0, 0]),
        "move": env.bodies.pose[0, SEEKER, 1] > 3.05,
    }
    assert did == {name: acts and name == hands for name in did}


def test_reward_is_for_what_is_seen_after_the_step():
    """A seeker that turns towards a hider gets 1 in the step that brings the hider into its view."""
    env = world(hider=(2.0, 3.0, WEST), seeker=(4.0, 3.0, WEST + math.radians(75)))
    assert not env.record.sees_agent[0, SEEKER, HIDER]
    _, reward, _, info = step(env)
    assert (reward[0].tolist(), info["hidden"][0]) == ([1.0, -1.0], True)
    observation, reward, _, info = step(env, SEEKER, (5, 5, 0))
    assert (reward[0].tolist(), info["hidden"][0]) == ([-1.0, 1.0], False)
    assert observation["sees_agents"][0, :, 0].tolist() == [False, True]


def test_first_rewarded_step_follows_preparation():
    """Four steps without, and the fifth with a reward."""
    env = world(step=0)
    paid = [bool(step(env)[1].any()) for _ in range(PREPARATION + 2)]
    assert paid == [False] * PREPARATION + [True, True]


def test_locks_and_holds_end_with_the_episode():
    """The next begins with everything free, and with the lock's owner forgotten."""
    env = world(step=38, seeker=(2.6, 3.0, EAST), box=(3.0, 3.0, 0.0))
    step(env, SEEKER, hands="grab lock")
    assert env.bodies.locked[0, 0]
    assert env.record.lock_owner[0, 0] == SEEKER
    _, _, done, info = step(env, SEEKER, hands="grab lock")
    assert done[0]
    assert info["statistics"][0, 5] == 1.0
    assert not env.bodies.locked.any()
    assert not env.record.lock_owner.any()
    assert (env.bodies.weld_object == -1).all()


def test_yaw_grows_without_bound():
    """An agent that keeps turning for 30 steps of 0.675 rad has gone three times round, which nothing wraps."""
    env = world()
    for _ in range(30):
        step(env, move=(5, 5, 10))
    assert env.bodies.pose[0, HIDER, 3] - EAST == pytest.approx(30 * 0.675, abs=0.1)


def test_nothing_keeps_agents_in_where_there_is_no_fence():
    """They run off the floor, which has no edge, and are penalised far out."""
    game = make_game("random-walls", rooms_max=1, outer_wall_probability=0.0, preparation_fraction=0.0, horizon=60)
    env = HideAndSeek(game, 1)
    env.reset()
    movement, grab, lock = idle(env)
    movement[:, 0, 0] = 10
    rewards = [env.step(movement, grab, lock)[1][0, 0] for _ in range(40)]
    x = env.bodies.pose[0, 0, 0]
    assert x > 12.0
    assert abs(env.bodies.pose[0, 0, 2] - 0.15) < 0.02
    assert rewards[-1] == -10.0
    assert -10.0 not in rewards[:10]
