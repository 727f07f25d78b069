"""Whole episodes are as they were: the behaviour of the environment, all rules and the physics together."""

from dataclasses import replace

import pytest

from hideseek.game.version import VERSION
from hideseek.sim.state import Physics
from tests.transcripts.scenes import SCENES, Scene
from tests.transcripts.transcript import differences, transcribe
from tests.transcripts.write import differences_when_disturbed, path_of

scenes = pytest.mark.parametrize("name", SCENES)
ADVICE = (
    "behaviour changed: if that is meant, raise VERSION in src/hideseek/game/version.py "
    "and run `python -m tests.transcripts.write`"
)
SHOWN = 5
"""Differences that a failure shows; the first is where to look."""


@scenes
def test_episode_is_as_it_was(name: str):
    """Words, flags and rewards exactly, lengths and angles to a millimetre and a milliradian."""
    found = differences(path_of(name).read_text(), transcribe(SCENES[name]))
    assert not found, "\n".join([f"{path_of(name)}: {ADVICE}", *found[:SHOWN]])


@scenes
def test_rounding_does_not_change_a_transcript(name: str):
    """An episode whose bodies stand a micrometre off reads the same: another processor cannot fail the test above."""
    assert not differences_when_disturbed(SCENES[name], path_of(name).read_text())


def test_transcripts_are_of_this_version():
    """And there is one for each scene, and none besides."""
    folder = path_of("any").parent
    assert {path.stem for path in folder.glob("*.txt")} == SCENES.keys()
    assert all(f"environment version {VERSION}\n" in path.read_text() for path in folder.glob("*.txt"))


def test_differences_are_found():
    """A number may be off by one in its last place, a word or a whole number not at all; missing lines count."""
    assert not differences("at  1.234 -0.001\n", "at 1.235 0.000\n")
    assert len(differences("at 1.234\nx\n", "at 1.236\nx\n")) == 1
    assert len(differences("reward +1\n", "reward -1\n")) == 1
    assert len(differences("sees box 0\n", "sees box 0, box 1\n")) == 1
    assert len(differences("one\ntwo\n", "one\n")) == 1


CHANGES = [
    *({"reach": reach} for reach in (0.15, 0.4)),
    {"preparation_fraction": 0.3},
    {"reward": "selfish"},
    {"lock_rule": "any_lock"},
    {"lock_rule": "all_lock"},
    {"lock_rule": "all_lock_team_specific"},
    {"area": (0.5, 0.5, 5.5, 5.5)},
    {"out_of_area_reward": -5.0, "area": (0.5, 0.5, 5.5, 5.5)},
    {"wall_friction": 0.5},
    {"original_quirks": True},
    {"door_dropout": 0.0},
    {"hiders_in_quadrant": True},
    {"practice": 1.0},
    {"outer_wall_probability": 0.0},
    {"team_radius": 1.0},
    {"rooms_max": 3},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_changed_rules_are_noticed(change: dict[str, object]):
    """Some episode reads differently, the heading with the game's options aside."""
    having = {name: scene for name, scene in SCENES.items() if change.keys() <= scene.game.options.keys()}
    assert any(_reads_differently(name, _with_options(scene, change)) for name, scene in having.items())


@pytest.mark.parametrize("constant", Physics._fields)
def test_changed_physics_is_noticed(constant: str):
    """A tenth more of any constant shows in some episode: one substep more, and thrice the boxes' tiny damping."""
    assert any(_reads_differently(name, scene, _more(scene, constant)) for name, scene in SCENES.items())


def _more(scene: Scene, constant: str) -> Physics:
    usual = scene.game.physics
    value = getattr(usual, constant)
    changed = {"substeps": usual.substeps + 1, "box_damping": 3.0 * usual.box_damping}.get(constant, 1.1 * value)
    return usual._replace(**{constant: changed})


def _with_options(scene: Scene, change: dict[str, object]) -> Scene:
    return replace(scene, options=scene.options | change)


def _reads_differently(name: str, scene: Scene, physics: Physics | None = None) -> bool:
    """Whether something else than the game's name and options differs from the transcript that is kept."""
    found = differences(path_of(name).read_text(), transcribe(scene, physics=physics))
    return any("\n  kept game " not in line for line in found)
