"""A Markov game (Littman 1994): hide-and-seek of two players on a grid, in the smallest form that is still one.

In state s the hider takes a, the seeker b, at the same time; the chances of s' depend on s, a and b, and each player
has a reward of its own. Here the rewards sum to zero, as in the real game: a step after which the seeker sees the
hider gives it +1 and the hider -1, any other step -1 and +1. A state is where the two are. Walls stop steps and looks.

Against a hider whose policy does not change, the seeker's world is a Markov decision process, and the other way round:

    P(s' | s, a) = sum_b pi(b | s) P(s' | s, a, b)

So value iteration and its kin tell exactly how well the best possible opponent would do against what was learned.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Int64

from hideseek.checks import check_choice, check_integer
from hideseek.foundations.mdp import MDP, Policy, Values, check_policy

PLAYERS = ("hider", "seeker")
MOVES = ((0, 0), (-1, 0), (0, 1), (1, 0), (0, -1))
"""Stay, up, right, down, left: change of row and column."""
CORNERS = ("......", ".##.#.", ".#....", "....#.", ".##.#.", "......")


@dataclass(frozen=True)
class GridGame:
    """The rules: a map, and how long an episode is."""

    rows: tuple[str, ...] = CORNERS
    """The map: `.` is floor, `#` is wall; beyond it all is wall."""
    horizon: int = 32
    """Steps of an episode; it is cut off there, the game would go on."""

    def __post_init__(self) -> None:
        check_integer("horizon", self.horizon, 1)
        text = "".join(self.rows)
        if not text or {len(row) for row in self.rows} != {len(self.rows[0])} or set(text) - {".", "#"}:
            raise ValueError(f"rows is {self.rows!r}, expected rows of one length of '.' and '#'")
        if text.count(".") < 2:
            raise ValueError(f"rows is {self.rows!r}, expected floor for two players")

    @cached_property
    def cells(self) -> Int64[np.ndarray, "cell 2"]:
        """Row and column of each cell of floor."""
        return np.argwhere(np.array([list(row) for row in self.rows]) == ".")

    @property
    def states(self) -> int:
        """Number of states: state s has the hider in cell s // cells and the seeker in cell s % cells."""
        return len(self.cells) ** 2

    @cached_property
    def moves(self) -> Int64[np.ndarray, "cell action"]:
        """The cell that each action leads to: the same one where a wall is in the way."""
        number = {tuple(cell): i for i, cell in enumerate(self.cells.tolist())}
        ways = [[(row + down, column + right) for down, right in MOVES] for row, column in self.cells.tolist()]
        return np.array([[number.get(way, i) for way in row] for i, row in enumerate(ways)])

    @cached_property
    def sight(self) -> Bool[np.ndarray, "cell cell"]:
        """Whether no wall is on the line between the middles of two cells; touching a corner is no harm."""
        walls = np.argwhere(np.array([list(row) for row in self.rows]) == "#")
        start, end = self.cells[:, None, None].astype(float), self.cells[None, :, None].astype(float)
        way = end - start
        with np.errstate(divide="ignore", invalid="ignore"):
            times = np.stack([(walls - 0.5 - start) / way, (walls + 0.5 - start) / way])
        beside = np.abs(walls - start) >= 0.5
        # Along an axis on which the line does not advance, it is within the wall always or never.
        enter = np.where(way == 0.0, np.where(beside, np.inf, -np.inf), times.min(0)).max(-1)
        leave = np.where(way == 0.0, np.where(beside, -np.inf, np.inf), times.max(0)).min(-1)
        return ~(np.minimum(leave, 1.0) - np.maximum(enter, 0.0) > 1e-9).any(-1)

    @cached_property
    def successors(self) -> Int64[np.ndarray, "state hider_action seeker_action"]:
        """The state that follows when both have moved."""
        hider, seeker = np.divmod(np.arange(self.states), len(self.cells))
        return self.moves[hider][:, :, None] * len(self.cells) + self.moves[seeker][:, None, :]

    @cached_property
    def seen(self) -> Bool[np.ndarray, " state"]:
        """Whether the seeker sees the hider in each state."""
        return self.sight.reshape(-1)

    def against(self, opponent: Policy, player: str, gamma: float) -> MDP:
        """Return the Markov decision process that `player` faces when the other one plays a fixed policy.

        Raises:
            TypeError, ValueError: `opponent` is no policy, there is no such player, or gamma is not in [0, 1).
        """
        check_choice("player", player, PLAYERS)
        actions = len(MOVES)
        check_policy(opponent, (self.states, actions))
        after = self.successors if player == "hider" else self.successors.swapaxes(1, 2)
        chance = np.broadcast_to(opponent[:, None, :], after.shape)
        state, own, _ = np.ogrid[: self.states, :actions, :actions]
        P = np.zeros((self.states, actions, self.states))
        np.add.at(P, (state, own, after), chance)
        R = (chance * np.where(self.seen[after] == (player == "seeker"), 1.0, -1.0)).sum(-1)
        return MDP(P, R, gamma, np.full(self.states, 1.0 / self.states))

    def hidden_share(self, hider: Policy | None, seeker: Policy | None, gamma: float) -> float:
        """Return the share of the time, discounted, that the hider is hidden. None stands for the best response.

        Raises:
            TypeError, ValueError: A policy is none, both are missing, or gamma is not in [0, 1).
        """
        if hider is not None:
            mdp, sign = self.against(hider, "seeker", gamma), -1.0
            V: Values = mdp.solve()[0] if seeker is None else mdp.policy_values(seeker)
        elif seeker is not None:
            mdp, sign = self.against(seeker, "hider", gamma), 1.0
            V = mdp.solve()[0]
        else:
            raise ValueError("hider and seeker are None, expected the policy of at least one")
        return float(0.5 + 0.5 * sign * (1.0 - gamma) * (mdp.start @ V))
