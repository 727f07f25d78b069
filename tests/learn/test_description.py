"""What a run was trained in, and what is done with it in an environment of other rules."""

import warnings
from pathlib import Path

import pytest

from hideseek.game.version import VERSION
from hideseek.learn.checkpoint import load_policy
from hideseek.learn.description import ADDED_OPTIONS, FILE, RunDescription
from hideseek.learn.files import RunError, load_json, save_json
from tests.learn.toy import start_run


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run with its first checkpoint."""
    start_run(tmp_path / "run")
    return tmp_path / "run"


def rewrite(folder: Path, **changes: object) -> None:
    """Change what a run's description and its checkpoint's copy say; None removes an entry."""
    for path in folder.rglob(FILE):
        content = load_json(path) | changes
        save_json(path, {name: value for name, value in content.items() if value is not None})


def test_version_of_the_environment_is_written(run_folder: Path):
    """Loading a run of this version is silent."""
    assert load_json(run_folder / FILE)["environment_version"] == VERSION
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_policy(run_folder)[1].environment_version == VERSION


def test_policy_of_other_rules_plays_with_a_warning(run_folder: Path):
    """It names the folder and both versions."""
    rewrite(run_folder, environment_version=VERSION + 1)
    message = f"run was trained in version {VERSION + 1} of the environment, this is version {VERSION}"
    with pytest.warns(UserWarning, match=message):
        load_policy(run_folder)


def test_run_of_other_rules_is_not_resumed(run_folder: Path):
    """What was learnt in one environment would go on in another."""
    wanted = RunDescription.load(run_folder)
    rewrite(run_folder, environment_version=VERSION + 1)
    with pytest.raises(RunError, match=f"environment_version is {VERSION + 1} there, {VERSION} was asked for"):
        RunDescription.load(run_folder).require_equal(run_folder, wanted)


def test_run_without_a_version_is_of_the_first(run_folder: Path):
    """Folders of the time before it was written stay of use."""
    rewrite(run_folder, environment_version=None)
    assert RunDescription.load(run_folder).environment_version == 1


def test_options_that_came_later_are_what_was_done_before(run_folder: Path):
    """A folder without them is of a run in one group, with every step decided anew."""
    description = RunDescription.load(run_folder)
    content = load_json(run_folder / FILE)
    for name in ADDED_OPTIONS:
        places = content["config"], content["config"]["network"], content["game"]
        assert any(place.pop(name, None) is not None for place in places), name
    rewrite(run_folder, config=content["config"], game=content["game"])
    old = RunDescription.load(run_folder)
    assert (old.config.groups, old.config.action_repeat) == (1, 1)
    assert old == description


@pytest.mark.parametrize(("start", "episodes"), [("", 0), ("first, iteration 3", None)])
def test_episodes_of_earlier_runs_may_not_be_known(run_folder: Path, start: str, episodes: int | None):
    """A folder from before they were counted had none before it, or a number that nobody wrote down."""
    rewrite(run_folder, start=start, start_episodes=None)
    assert RunDescription.load(run_folder).start_episodes == episodes
    rewrite(run_folder, start_episodes=-1)
    with pytest.raises(RunError, match="start_episodes is -1, expected an integer from 0"):
        RunDescription.load(run_folder)
