"""The suite itself: what is missing is said, and nothing is skipped or drawn by chance where that must not be."""

import shutil
from types import SimpleNamespace

import pytest
from hypothesis import settings

from tests.conftest import refuse_skips
from tests.golden import golden_dir
from tests.needs import chromium_path


def test_examples_are_the_same_each_time():
    """But in `make fuzz`, which chooses the profile."""
    name = settings.get_current_profile_name()
    assert settings.default.derandomize == (name == "repeat")
    assert settings.default.deadline is None, "a busy machine is no failure"


def test_a_missing_browser_is_said_with_what_installs_it(monkeypatch: pytest.MonkeyPatch):
    """Instead of a failure."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(pytest.skip.Exception, match=r"chromium is not on the PATH .*: apt-get install chromium"):
        chromium_path()


def report_of(skip: Exception) -> SimpleNamespace:
    """Return what a report has of a test that was skipped."""
    return SimpleNamespace(outcome="skipped", skipped=True, longrepr=("file.py", 1, f"Skipped: {skip}"))


@pytest.mark.parametrize("asked", [True, False])
def test_skips_fail_where_nothing_may_be_skipped(asked: bool):
    """With the reason."""
    report = refuse_skips(report_of(Exception("no browser")), asked)
    assert report.outcome == ("failed" if asked else "skipped")
    assert "no browser" in str(report.longrepr)


def test_recordings_of_the_original_game_need_not_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """They are no part of the project."""
    monkeypatch.setenv("HIDESEEK_GOLDEN", str(tmp_path / "nowhere"))
    with pytest.raises(pytest.skip.Exception) as skip:
        golden_dir()
    assert refuse_skips(report_of(skip.value), asked=True).outcome == "skipped"
