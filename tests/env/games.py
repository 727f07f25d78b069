"""Games that differ in all that changes observations, actions or the course of an episode; short ones, to be quick."""

from typing import Any

import pytest

from hideseek.game.config import PRESETS, make_game

SHORT = {"horizon": 12, "preparation_fraction": 0.25}
VARIATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, SHORT) for name in PRESETS},
    "1 against 1": ("quadrant", {"hiders": 1, "seekers": 1, **SHORT}),
    "3 against 2": ("random-walls", {"hiders": 3, "seekers": 2, **SHORT}),
    "long boxes and locked ramps": ("quadrant", {"elongated_max": 1, "lock_ramps": True, "ramps": 2, **SHORT}),
    "cubes of unknown number": ("quadrant", {"boxes_min": 0, "boxes_max": 4, **SHORT}),
    "no boxes": ("quadrant", {"boxes_min": 0, "boxes_max": 0, **SHORT}),
    "no ramps": ("quadrant", {"ramps": 0, **SHORT}),
    "nobody else": ("quadrant", {"hiders": 1, "seekers": 0, "boxes_min": 0, "boxes_max": 0, "ramps": 0, **SHORT}),
    "original quirks": ("random-walls", {"original_quirks": True, **SHORT}),
    "no preparation": ("quadrant", {**SHORT, "preparation_fraction": 0.0}),
    "selfish": ("quadrant", {"reward": "selfish", **SHORT}),
}
"""Name of the preset, and what is changed."""
TEAM_CASES = [
    pytest.param(game, team, changes, id=f"{team} {name}")
    for name, (game, changes) in VARIATIONS.items()
    for team in ("hiders", "seekers")
    if getattr(make_game(game, **changes), team)
]
"""Each of them from the side of each team that it has: preset, team, changes."""
NO_BOUNDS = "ignore:.*infinity"
"""What a filter of warnings says of spaces without bounds: positions and velocities have none."""
