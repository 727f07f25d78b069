"""The behaviours that are told, one number per episode: how each follows from the tally, and what it is called."""

import numpy as np
from jaxtyping import Float32

from hideseek.evaluate.behaviour.tally import COLUMNS, Tally, allocate_tally
from hideseek.game.config import Game

PREFIX = "behaviour/"
"""Before their names in logs and files."""
SURF_WAY = 0.5
"""A seeker that boxes took this far has surfed [m]."""
WORK_WAY = 0.25
"""A hider that moved a box this far has had a share in the work [m]."""
LABELS = {
    "sheltered_prep": "sheltered (preparation)",
    "sheltered_locked_prep": "sheltered by locks (preparation)",
    "door_blocked_prep": "doors blocked (preparation)",
    "door_blocked_locked_prep": "doors blocked by locks (preparation)",
    "ramp_defence": "ramps put away (preparation)",
    "surf_defence": "all boxes locked (preparation)",
    "sheltered": "sheltered, share of time",
    "sheltered_locked": "sheltered by locks, share of time",
    "door_blocked": "doors blocked, share of time",
    "door_blocked_locked": "doors blocked by locks, share of time",
    "ramp_use": "ramp used by a seeker",
    "over_wall": "ramp used, then over a wall or on a box",
    "box_surfing": "box surfed by a seeker",
    "seeker_distance": "seeker to nearest hider, m",
    "chasing": "speed towards a hider in sight, m/s",
    "fleeing": "speed away from a seeker who sees, m/s",
    "behind_walls": "unseen behind a wall, share",
    "behind_objects": "unseen behind an object, share",
    "running_away": "hider far outside, share of time",
    "shared_work": "boxes moved by two hiders",
    "forced_through": "object forced through a wall",
}
"""What tables and figures call them."""
Values = Float32[np.ndarray, " episode"]


def has_room(game: Game) -> bool:
    """Return whether a game's layout has the one room whose doors hiders may close."""
    return game.layout.name == "quadrant"


def behaviours_of(tally: Tally, game: Game) -> dict[str, Values]:
    """Return the behaviours that `game` knows, one number for each of the whole episodes that `tally` holds.

    Not a number stands where an episode does not tell: the speed of a chase in which nobody was seen.
    """
    column = dict(zip(COLUMNS, tally.sums.T, strict=True))
    main_steps = game.horizon - game.preparation_steps
    has_main, has_preparation = main_steps > 0, game.preparation_steps > 0
    in_quadrant, against_seekers = has_room(game), game.seekers > 0
    values: dict[str, Values] = {}
    if has_preparation and against_seekers:
        values["sheltered_prep"] = column["sheltered_prep"]
        values["sheltered_locked_prep"] = column["sheltered_fixed_prep"]
    if has_preparation and in_quadrant:
        values["door_blocked_prep"] = column["doors_prep"]
        values["door_blocked_locked_prep"] = column["doors_fixed_prep"]
    if has_preparation and against_seekers and game.ramps:
        values["ramp_defence"] = column["ramps_away"]
    if has_preparation and game.boxes_min:
        values["surf_defence"] = column["boxes_locked"]
    if has_main and against_seekers:
        values["sheltered"] = _ratio(column["sheltered"], column["samples"])
        values["sheltered_locked"] = _ratio(column["sheltered_fixed"], column["samples"])
    if has_main and in_quadrant:
        values["door_blocked"] = _ratio(column["doors"], column["samples"])
        values["door_blocked_locked"] = _ratio(column["doors_fixed"], column["samples"])
    if has_main and against_seekers:
        if game.ramps:
            values["ramp_use"] = column["ramp_use"]
            values["over_wall"] = column["over_wall"]
        if game.boxes_max:
            values["box_surfing"] = _mark(column["surfed"] >= SURF_WAY)
        values["seeker_distance"] = column["distance"] / (main_steps * game.seekers)
        values["chasing"] = _ratio(column["approach"], column["approach_steps"])
        values["fleeing"] = _ratio(column["flight"], column["flight_steps"])
        values["behind_walls"] = _ratio(column["behind_wall"], column["unseen"])
        values["behind_objects"] = _ratio(column["behind_object"], column["unseen"])
    if has_main:
        values["running_away"] = column["far"] / (main_steps * game.hiders)
    if game.boxes_max and game.hiders > 1:
        values["shared_work"] = ((tally.work >= WORK_WAY).sum(2) > 1).sum(1).astype(np.float32)
    if game.boxes_max or game.ramps:
        values["forced_through"] = column["forced"]
    return values


def behaviour_names(game: Game) -> tuple[str, ...]:
    """Return the names of the behaviours that `game` knows."""
    return tuple(behaviours_of(allocate_tally(0, game.counts), game))


def _mark(flags: np.ndarray) -> Values:
    return flags.astype(np.float32)


def _ratio(part: Values, whole: Values) -> Values:
    """Return `part` / `whole`, not a number where there is nothing to divide by."""
    return part / np.where(whole > 0.0, whole, np.float32(np.nan))
