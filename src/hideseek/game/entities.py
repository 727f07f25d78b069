"""What agents observe of the entities around them: one table, from which everything else about observations follows.

Shapes, spaces, masks, checks and the network's encoders are all made from `ENTITIES` and `entity_rows`.
"""

from typing import NamedTuple

from hideseek.game.config import Game, check_game
from hideseek.game.features import FLAG, HEADING, LOCKS, POSITION, RAW_YAW, SHARE, SIZE, VELOCITY, Features
from hideseek.game.objective.options import EntityRows


class EntityKind(NamedTuple):
    """A kind of entity: the names of what is observed of it."""

    name: str
    """Its features, [agent, entity, feature]."""
    sees: str
    """Which of them are in sight, [agent, entity]."""
    exists: str
    """Which of them exist, [agent, entity]; only where a world may have fewer than there is room for."""


ENTITIES = (
    EntityKind("agents", "sees_agents", "agent_exists"),
    EntityKind("boxes", "sees_boxes", "box_exists"),
    EntityKind("ramps", "sees_ramps", "ramp_exists"),
    EntityKind("food", "sees_food", "food_exists"),
    EntityKind("sites", "sees_sites", "site_exists"),
)
"""All kinds of entity, in the order in which networks take them."""


def own_features(game: Game) -> Features:
    """Return what an agent is told of itself: pose, velocity, whether it is a hider, progress of preparation."""
    return (POSITION, RAW_YAW if game.original_quirks else HEADING, VELOCITY, FLAG, SHARE)


def entity_rows(game: Game) -> dict[str, EntityRows]:
    """Return by name how the kinds of entity of a game are observed; a kind that it does not know is left out.

    Where the game is observed as another one (`Rules.observe_as`), there is room for what that one has.

    Raises:
        TypeError: if `game` is no Game.
    """
    check_game(game)
    shown = game.observed
    pose = (POSITION, HEADING, VELOCITY, *((SIZE,) if game.observes_size else ()))
    room = {"agents": shown.agents - 1, "boxes": shown.boxes_max, "ramps": max(shown.ramps, game.ramps)}
    own = {"agents": game.agents - 1, "boxes": game.boxes_max, "ramps": game.ramps}
    features = {
        "agents": own_features(game),
        "boxes": (*pose, LOCKS),
        "ramps": (*pose, LOCKS) if shown.lock_ramps else pose,
    }
    always_told = ("boxes",)  # their number differs from world to world
    rows = {
        name: EntityRows(room[name], features[name], name in always_told or room[name] > own[name]) for name in room
    }
    return rows | dict(game.objective.entities)
