"""Watching in a browser: the scene shows the moment at the play head, and everything can be done by keys."""

import hashlib
from collections.abc import Callable

import numpy as np
import pytest

from hideseek.game.config import make_game
from hideseek.view.replay.file import encode_replay
from tests.view.page.conftest import HELD, HORIZON, LOCKED_FROM, PREPARATION, SEEN, Visit, make_replay
from tests.view.page.site import Site
from tests.view.replay.episodes import record


def test_page_shows_a_replay(visit: Visit):
    """Its title, who plays, the first episode at its start; nothing plays by itself where motion is to be reduced."""
    assert visit.text("#title") == visit.page.title() == "A test"
    assert visit.text("#subtitle") == "zoo:quadrant hide, random seek"
    assert visit.page.locator("#message").is_hidden()
    assert (visit.read("time"), visit.read("playing"), visit.read("episode")) == (0, False, 0)
    assert visit.read("scene")["walls"] == 2
    assert visit.read("scene")["drawCalls"] < 40


def test_a_cylinder_is_drawn(new_visit: Callable[..., Visit], site: Site):
    """Whatever an agent sees ends at it; other replays have none, files of the version before neither."""
    replay = record(make_game("shelter", horizon=HORIZON), 1, seed=4).replay
    older = encode_replay(make_replay())
    head = older[:16] + (2).to_bytes(4, "little")
    older = head + hashlib.sha256(head + older[52:]).digest() + older[52:]
    site.replays |= {"shelter.replay": encode_replay(replay), "older.replay": older}
    try:
        visit = new_visit()
        visit.open()
        assert visit.read("scene")["cylinders"] == 0
        visit.page.locator("#library button").nth(1).click()
        visit.wait("hideseek.scene.cylinders === 1")
        assert visit.read("scene")["walls"] == 4
        with_it = visit.picture()
        visit.page.locator("#library button").nth(2).click()
        visit.wait("hideseek.scene.cylinders === 0")
        assert visit.read("scene")["walls"] == 2
        assert visit.picture() != with_it
        assert visit.problems == []
    finally:
        del site.replays["shelter.replay"], site.replays["older.replay"]


@pytest.mark.parametrize(("name", "count"), [("food", 2), ("blueprint", 3)])
def test_food_and_sites_are_drawn(new_visit: Callable[..., Visit], site: Site, name: str, count: int):
    """As many as there are."""
    options = {"food": 2} if name == "food" else {"sites_min": 3, "sites_max": 3}
    replay = record(make_game(name, horizon=HORIZON, **options), 1, seed=4).replay
    site.replays["spots.replay"] = encode_replay(replay)
    try:
        visit = new_visit()
        visit.open()
        assert visit.read("scene")["spots"] == 0
        visit.page.locator("#library button").nth(1).click()
        visit.wait(f"hideseek.scene.spots === {count}")
        assert visit.problems == []
    finally:
        del site.replays["spots.replay"]


def test_scrubbing_changes_the_scene(visit: Visit):
    """The slider moves bodies, clock and picture; the same place gives the same picture again."""
    start = visit.picture()
    visit.page.locator("#scrub").fill("10")
    middle = visit.picture()
    assert visit.read("time") == 10
    assert visit.read("moment.position[0]") == pytest.approx(1.5, abs=1e-3)
    assert visit.text("#clock").startswith(f"step 10 / {HORIZON}")
    assert middle != start
    visit.page.locator("#scrub").fill("0")
    assert visit.picture() == start


def test_between_two_frames_bodies_are_between(visit: Visit):
    """Angles take the shorter way across the seam, which lies between these two."""
    visit.seek(2.5)
    replay = make_replay()
    expected = replay.position[0, 2:4].mean(0)
    assert np.allclose(visit.read("moment.position"), expected.ravel(), atol=2e-3)
    yaw = visit.read("moment.yaw[0]")
    assert np.angle(np.exp(1j * (yaw - replay.yaw[0, 2:4, 0].mean()))) == pytest.approx(0, abs=2e-3)


def test_scene_tells_what_happens(visit: Visit):
    """Closed eyes in preparation, grabs, locks and the hiders that are seen, at the frames where they are."""
    for step in (0, HELD[0], LOCKED_FROM, PREPARATION, 11, SEEN[0], SEEN[-1] + 1):
        visit.seek(step)
        scene = visit.read("scene")
        assert scene["asleep"] == (2 if step < PREPARATION else 0), step
        assert scene["grabs"] == (1 if step in HELD else 0), step
        assert scene["locked"] == (step >= LOCKED_FROM) + (step >= 10), step
        assert scene["caught"] == scene["links"] == (1 if step in SEEN else 0), step


def test_status_and_score(visit: Visit):
    """Phase, sight and the teams' mean rewards so far."""
    visit.seek(PREPARATION - 2)
    assert visit.text("#phase") == "Preparation, 0.1 s"
    assert visit.text("#sight") == ""
    visit.seek(SEEN[0])
    assert (visit.text("#phase"), visit.text("#sight")) == ("Seekers search", "Hiders seen")
    assert (visit.text("#score-hiders"), visit.text("#score-seekers")) == ("+4", "\u22124")
    visit.seek(HORIZON)
    assert (visit.text("#sight"), visit.text("#score-hiders")) == ("Hiders hidden", "+4")


@pytest.mark.parametrize(("name", "key", "step", "drawn"), [
    ("cones", "v", 10, 4), ("links", "s", SEEN[0], 1), ("lidar", "l", 10, 40), ("trails", "t", 10, 4),
])  # fmt: skip
def test_overlays(visit: Visit, name: str, key: str, step: int, drawn: int):
    """Each toggle draws what it says and takes it away again, by its key and by its switch."""
    visit.seek(step)
    switch = visit.page.locator(f"#show-{name}")
    if switch.is_checked():
        visit.press(key)
    without = visit.picture()
    assert visit.read("scene")[name] == 0
    visit.press(key)
    assert switch.is_checked()
    assert visit.read("scene")[name] == drawn
    assert visit.picture() != without
    switch.click()
    assert visit.picture() == without


def test_time_by_keys(visit: Visit):
    """Steps, jumps, ends, play and speed."""
    for key, time in (("ArrowRight", 1), ("PageDown", 11), ("ArrowLeft", 10), ("PageUp", 0), ("End", HORIZON)):
        visit.press(key)
        assert visit.read("time") == time, key
    visit.press("Home", "]")
    assert visit.read("speed") == 2
    visit.press("[", "[")
    assert visit.read("speed") == 0.5
    visit.press("Space")
    assert visit.read("playing")
    visit.wait("hideseek.time > 0.5")
    visit.press("Space")
    assert not visit.read("playing")


def test_playing_ends_at_the_end(visit: Visit):
    """And begins anew from there."""
    visit.seek(HORIZON - 1)
    visit.page.locator("#play").click()
    visit.wait(f"!hideseek.playing && hideseek.time === {HORIZON}")
    visit.page.locator("#play").click()
    assert visit.read("time") < HORIZON


def test_cameras(visit: Visit):
    """Each looks different; keys turn the free one, `0` brings it back; following marks the agent in the panel."""
    orbit = visit.picture()
    visit.press("2")
    top = visit.picture()
    visit.press("3")
    first = visit.picture()
    visit.press("f")
    assert (visit.read("camera"), visit.read("agent")) == ("follow", 1)
    assert visit.page.locator("#agents [aria-checked=true]").inner_text() == "hider 2"
    assert len({orbit, top, first, visit.picture()}) == 4
    visit.press("1", "Shift+ArrowLeft", "+")
    assert visit.picture() != orbit
    visit.press("0")
    assert visit.picture() == orbit


def test_episodes(visit: Visit):
    """The next one is another one; after the last comes the first."""
    visit.press("n")
    assert visit.read("episode") == 1
    assert visit.read("moment.position[0]") == pytest.approx(1.1, abs=1e-3)
    assert visit.page.locator("#episodes [aria-checked=true]").inner_text() == "2"
    visit.press("n")
    assert visit.read("episode") == 0


def test_plots_follow_the_play_head(visit: Visit):
    """Their values are those of the step; pointing at one seeks."""
    labels = visit.page.locator(".plot p")
    assert labels.first.inner_text().startswith("Reward so far")
    visit.seek(SEEN[0])
    texts = " ".join(labels.all_inner_texts()).replace("\n", " ")
    assert "hiders 4" in texts
    assert "Hiders seen 50 %" in " ".join(texts.split())
    visit.seek(HORIZON)
    assert "box 1.25 m" in " ".join(" ".join(labels.all_inner_texts()).split())
    box = visit.page.locator("#plots").bounding_box()
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 30)
    assert visit.read("time") == HORIZON / 2
    needle = visit.page.locator(".needle").first.bounding_box()
    assert needle["x"] == pytest.approx(box["x"] + box["width"] / 2, abs=2)


def test_replays_and_new_episodes(new_visit: Callable[..., Visit], site: Site):
    """The list chooses, keys go to the next; the form asks for what it says, a refusal is told in its words."""
    site.replays["second.replay"] = encode_replay(make_replay(episodes=1, hiders="somebody else"))
    site.simulated = encode_replay(make_replay(episodes=3, hiders="iteration 20"))
    visit = new_visit()
    visit.open()
    visit.press(".")
    visit.wait("document.getElementById('subtitle').textContent.startsWith('somebody')")
    assert visit.page.locator("#library [aria-selected=true]").inner_text().startswith("second")
    visit.page.locator("#library button").first.click()
    visit.wait("document.getElementById('subtitle').textContent.startsWith('zoo')")

    visit.page.locator("#seed").fill("5")
    visit.page.locator("#count").fill("3")
    visit.page.get_by_role("button", name="Simulate").click()
    visit.wait("document.getElementById('subtitle').textContent.startsWith('iteration')")
    assert site.requests == [{"checkpoint": 20, "seed": 5, "episodes": 3}]
    assert visit.page.locator("#episodes button").count() == 3
    visit.page.locator("#seed").fill("13")
    visit.page.get_by_role("button", name="Simulate").click()
    visit.page.get_by_text("seed is 13, expected a luckier one").wait_for()
    assert visit.text("#subtitle").startswith("iteration")
    assert [problem for problem in visit.problems if "status of 400" not in problem] == []


def test_help(visit: Visit):
    """`?` opens it, Escape closes it; meanwhile keys do nothing."""
    visit.press("?", "ArrowRight")
    assert visit.page.get_by_role("heading", name="Keys").is_visible()
    assert visit.read("time") == 0
    visit.press("Escape", "ArrowRight")
    assert visit.read("time") == 1
