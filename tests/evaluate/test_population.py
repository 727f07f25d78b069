"""Several players that share the worlds of a batch."""

import numpy as np
import pytest

from hideseek.evaluate.players import PopulationPlayer, TeamActions


class Constant:
    """Chooses one number everywhere, and notes what it is told."""

    def __init__(self, number: int) -> None:
        self.number = number

    def start(self, world_count: int, agent_count: int, seed: int) -> None:
        """Note the size of its share."""
        self.shape, self.seed = (world_count, agent_count), seed

    def act(self, observation) -> TeamActions:
        """Choose the number, and note which worlds were observed."""
        self.worlds = observation["self"][:, 0, 0].tolist()
        choice = np.full(self.shape, self.number, np.int8)
        return TeamActions(np.repeat(choice[..., None], 3, -1), choice, choice)


def test_each_player_has_its_worlds():
    """In turn; each is shown those worlds alone, and its choices are carried out there."""
    players = [Constant(i) for i in range(3)]
    population = PopulationPlayer(players)
    population.start(7, 2, seed=5)
    assert [player.shape for player in players] == [(3, 2), (2, 2), (2, 2)]
    assert {player.seed for player in players} == {5}
    observation = {"self": np.arange(7.0)[:, None, None] * np.ones((7, 2, 4))}
    actions = population.act(observation)
    assert [player.worlds for player in players] == [[0, 3, 6], [1, 4], [2, 5]]
    for part in actions:
        np.testing.assert_array_equal(part.reshape(7, -1).T, np.tile([0, 1, 2, 0, 1, 2, 0], (part[0].size, 1)))


def test_worlds_for_all_are_needed():
    """One each, at least, and somebody to play."""
    with pytest.raises(ValueError, match="players is empty"):
        PopulationPlayer([])
    with pytest.raises(ValueError, match="world_count is 1, expected an integer from 2"):
        PopulationPlayer([Constant(0), Constant(1)]).start(1, 2, 0)
