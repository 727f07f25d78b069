"""Object counting: six boxes go left or right, one after another, and vanish behind a wall (Baker et al. 2019, 6.2)."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hideseek.checks import check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.game.config import Game, check_game
from hideseek.game.random_stream import LARGEST_SEED
from hideseek.sim.state import AGENT_RADIUS, RAMP_HALF_SIZE

BOXES = 6
CLASSES = BOXES + 1
"""Labels are 0 .. 6: how many boxes went left."""
MOVE_STEPS = 12
"""Steps in which a box goes where it goes; then the next one sets off."""
OPEN_STEPS = 28
"""Steps after the last box has vanished, in which the question stays open."""
STEPS = BOXES * MOVE_STEPS + OPEN_STEPS
STEP_SECONDS = 0.075
AGENT = 0
PLACE = 3.0, 1.6
"""Where the agent is held, looking north [m]."""
NORTH = np.pi
ROW_X, ROW_Y = 1.6 + 0.56 * np.arange(BOXES), 3.9
"""Where boxes stand side by side [m]."""
LANE_Y = 2.9
"""They come forward this far, and go to the side in the sight of the agent [m]."""
HIDDEN_X, HIDDEN_Y = (0.55, 5.45), 4.4
"""Where they vanish: behind the left wall, or behind the right one [m]."""
BOX_HALF = 0.25
WALLS = (
    (1.05, 4.5, 0.05, 1.2),  # left
    (4.95, 4.5, 0.05, 1.2),  # right
    (3.0, 0.9, 3.0, 0.05),  # before what the game has and the task does not need
)
"""Centre and half size along x and y [m]."""
WALL_HALF_HEIGHT = 0.25
SPARE_Y, SPARE_APART, MOST_SPARE = 0.4, 0.55, 10
"""Where other agents and ramps are, out of sight, how far from each other [m], and how many at most."""


class ObjectCounting:
    """Batches of episodes in which the agent is held in place and watches; observations are those of a game.

    The first agent of a world watches. The others and the ramps, which the game has and the task does not need, stand
    behind a wall at its back. After `BOXES * MOVE_STEPS` steps all boxes are behind walls, and nothing that is in sight
    tells how many went left: only who remembers knows.

    Attributes:
        game: whose observations the agent gets.
        world_count: episodes of a batch.
        labels: of the latest batch, how many boxes went left [world].
    """

    def __init__(self, game: Game, world_count: int, seed: int = 0, thread_count: int | None = None) -> None:
        """Take the game, the episodes of a batch, and the seed of what the boxes do.

        Raises:
            TypeError: `game` is no Game.
            ValueError: Its worlds have room for fewer than six boxes or three walls, or an argument is out of range.
        """
        check_game(game)
        check_integer("seed", seed, 0, LARGEST_SEED)
        if game.boxes_max < BOXES:
            raise ValueError(f"boxes_max of game is {game.boxes_max}, expected {BOXES} at least for object counting")
        if game.counts.wall < len(WALLS):
            raise ValueError(f"game has room for {game.counts.wall} walls, expected {len(WALLS)} for object counting")
        if (spare := game.agents - 1 + game.ramps) > MOST_SPARE:
            raise ValueError(
                f"game has {spare} more agents and ramps, expected {MOST_SPARE} at most for object counting"
            )
        self.game, self.world_count = game, world_count
        self._env = HideAndSeek(game, world_count, thread_count=thread_count)
        self._generator = np.random.default_rng(seed)
        self._env.reset()
        self._scene = self._empty_scene()
        self.labels: Int64[np.ndarray, " world"] = np.zeros(world_count, np.int64)

    def episode(self) -> Iterator[dict[str, np.ndarray]]:
        """Draw a batch of episodes; yield the agent's observations [world, 1, ...] after each of `STEPS` steps.

        They are buffers that the next step overwrites. `labels` are those of this batch from the first one on.
        """
        goes_left = self._generator.random((self.world_count, BOXES)) < 0.5
        order = self._generator.permuted(np.tile(np.arange(BOXES), (self.world_count, 1)), axis=1)
        self.labels = goes_left.sum(1)
        before = self._places(goes_left, order, 0)
        for step in range(1, STEPS + 1):
            now = self._places(goes_left, order, step)
            yield self._observe(now, now - before)
            before = now

    def _empty_scene(self) -> dict[str, np.ndarray]:
        """Return the state of all worlds with everything but the boxes in place."""
        game, state = self.game, self._env.get_state()
        for name in ("pose", "velocity", "wall_centre", "wall_half", "lock_pose", "weld_pose", "start_position"):
            state[name][:] = 0.0
        state["weld_object"][:], state["locked"][:] = -1, False
        state["step"][:] = min(game.preparation_steps, game.horizon - 1)
        for k, (x, y, half_x, half_y) in enumerate(WALLS):
            state["wall_centre"][:, k] = x, y, WALL_HALF_HEIGHT
            state["wall_half"][:, k] = half_x, half_y, WALL_HALF_HEIGHT
        state["wall_count"][:] = len(WALLS)
        if game.counts.cylinder:
            state["cylinder_size"][:] = 0.0
        boxes = slice(game.agents, game.agents + game.boxes_max)
        state["exists"][:], state["half_size"][:, boxes] = True, BOX_HALF
        state["exists"][:, boxes.start + BOXES : boxes.stop] = False
        state["half_size"][:, boxes.start + BOXES : boxes.stop] = 0.0
        state["pose"][:, AGENT] = *PLACE, AGENT_RADIUS, NORTH
        spare = [*range(1, game.agents), *range(boxes.stop, boxes.stop + game.ramps)]
        for k, body in enumerate(spare):
            height = AGENT_RADIUS if body < game.agents else RAMP_HALF_SIZE
            state["pose"][:, body] = 0.3 + SPARE_APART * k, SPARE_Y, height, 0.0
        return state

    def _places(
        self, goes_left: Bool[np.ndarray, "world box"], order: Int64[np.ndarray, "world box"], step: int
    ) -> Float64[np.ndarray, "world box 2"]:
        """Return where the boxes are after some steps [m]: `order` has the first to go, the second ..."""
        turn = np.argsort(order, axis=1)
        share = np.clip(step / MOVE_STEPS - turn, 0.0, 1.0)[..., None]
        row = np.broadcast_to(np.stack([ROW_X, np.full(BOXES, ROW_Y)], -1), (self.world_count, BOXES, 2))
        side = np.where(goes_left, *HIDDEN_X)
        corners = [
            np.stack([x, np.full(x.shape, y)], -1) for x, y in ((row[..., 0], LANE_Y), (side, LANE_Y), (side, HIDDEN_Y))
        ]
        place, before = row, row
        for (begin, end), corner in zip(((0.0, 0.25), (0.25, 0.75), (0.75, 1.0)), corners, strict=True):
            place = place + (corner - before) * np.clip((share - begin) / (end - begin), 0.0, 1.0)
            before = corner
        return place

    def _observe(
        self, places: Float64[np.ndarray, "world box 2"], moved: Float64[np.ndarray, "world box 2"]
    ) -> dict[str, np.ndarray]:
        """Return what the agent observes with the boxes at some places, to which they have moved in this step [m]."""
        state = {name: array.copy() for name, array in self._scene.items()}
        boxes = slice(self.game.agents, self.game.agents + BOXES)
        state["pose"][:, boxes, :2], state["pose"][:, boxes, 2] = places, BOX_HALF
        state["velocity"][:, boxes, :2] = moved / STEP_SECONDS
        self._env.set_state(state)
        self._env.sense()
        return {name: array[:, AGENT : AGENT + 1] for name, array in self._env.observe().items()}
