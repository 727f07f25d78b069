"""A browser, a site to open in it, and replays made by hand in which a little of everything happens."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from hideseek.game.config import make_game
from hideseek.view.replay.content import Replay
from hideseek.view.replay.file import encode_replay
from tests.needs import chromium_path
from tests.view.page.site import Site, SiteServer
from tests.waiting import SECONDS

HORIZON, PREPARATION = 20, 8
SEEN = range(12, 16)
"""Frames in which the first seeker sees the first hider, and is not seen by it."""
HELD = range(3, 6)
"""Frames in which the first hider holds the first box."""
LOCKED_FROM = 6
"""From this frame on the first box is locked, by the hiders; the second one, by the seekers, from frame 10 on."""
STATISTICS = ("max_box_move", "num_box_lock", "max_ramp_move", "num_ramp_lock", "hiders_seen")
SOFTWARE_GRAPHICS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def make_replay(episodes: int = 2, hiders: str = "zoo:quadrant", seekers: str = "random") -> Replay:
    """Return a replay of a short game; its episodes differ in where everybody is."""
    game = make_game("quadrant", horizon=HORIZON)
    counts, frames = game.counts, HORIZON + 1
    places = np.array([[1, 1], [5, 1], [1, 5], [5, 5], [2, 3], [3, 3], [4, 3]], np.float32)
    position = np.zeros((episodes, frames, counts.body, 3), np.float32)
    position[..., :2] = places + 0.1 * np.arange(episodes)[:, None, None, None]
    position[..., 2] = [0.15] * 4 + [0.25] * 3
    way = np.linspace(0, 1, frames)[:, None]
    position[:, :, :4, 0] += way * np.array([1, -1, 1, -1])
    yaw = np.zeros((episodes, frames, counts.body), np.float32)
    yaw[:, :, 0] = np.linspace(3.0, 3.0 + 1.0, frames)  # across the seam at pi
    sees = np.zeros((episodes, frames, 4, counts.body), bool)
    sees[..., range(4), range(4)] = True
    sees[:, SEEN, 2, 0] = True
    lock_team = np.full((episodes, frames, 3), -1, np.int8)
    lock_team[:, LOCKED_FROM:, 0] = 0
    lock_team[:, 10:, 1] = 1
    grabbed = np.full((episodes, frames, 4), -1, np.int8)
    grabbed[:, HELD, 0] = 0
    lidar = np.full((episodes, frames, 4, 30), 6.0, np.float32)
    lidar[..., :10] = 1.4
    half_size = np.full((episodes, counts.body, 3), 0.25, np.float32)
    half_size[:, :4] = 0.15
    reward = np.zeros((episodes, HORIZON, 4), np.float32)
    reward[:, PREPARATION:, :2], reward[:, PREPARATION:, 2:] = 1, -1
    reward[:, SEEN, :2], reward[:, SEEN, 2:] = -1, 1
    statistics = np.zeros((episodes, HORIZON, len(STATISTICS)), np.float32)
    statistics[:, :, 0] = np.linspace(0, 1.25, HORIZON)
    walls = np.zeros((episodes, counts.wall, 3), np.float32)
    halves = np.zeros_like(walls)
    walls[:, 0], halves[:, 0] = [3, 0.1, 2], [2.9, 0.05, 2]
    walls[:, 1], halves[:, 1] = [3, 2, 0.25], [0.05, 0.9, 0.25]
    return Replay(
        game=game,
        hiders=hiders,
        seekers=seekers,
        about={"seed": 7},
        statistic_names=STATISTICS,
        wall_count=np.full(episodes, 2, np.int32),
        wall_centre=walls,
        wall_half=halves,
        cylinder_centre=np.zeros((episodes, 0, 3), np.float32),
        cylinder_size=np.zeros((episodes, 0, 2), np.float32),
        exists=np.ones((episodes, counts.body), bool),
        half_size=half_size,
        position=position,
        yaw=yaw,
        lock_team=lock_team,
        grabbed=grabbed,
        sees=sees,
        lidar=lidar,
        movement=np.full((episodes, HORIZON, 4, 3), 5, np.uint8),
        grab=np.zeros((episodes, HORIZON, 4), bool),
        lock=np.zeros((episodes, HORIZON, 4), bool),
        reward=reward,
        statistics=statistics,
        spot_place=np.zeros((*position.shape[:2], game.objective.spot_count, 3), np.float32),
        spot_share=np.zeros((*position.shape[:2], game.objective.spot_count), np.float32),
    )


def launch(playwright: Playwright, program: Path) -> Browser:
    """Start a browser without a window, which draws without a graphics card."""
    return playwright.chromium.launch(executable_path=program, args=SOFTWARE_GRAPHICS, timeout=1000 * SECONDS)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a browser.

    It is gone with the last test of this folder: while it is there, no other event loop can run in this thread.
    """
    program = chromium_path()
    with sync_playwright() as playwright:
        browser = launch(playwright, program)
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open page, and all that went wrong in it."""

    page: Page
    site: Site
    problems: list[str]

    def open(self, fragment: str = "") -> None:
        """Open the page and wait until it shows something, if only a message."""
        self.page.goto(self.site.address + fragment)
        self.wait("document.body.dataset.state !== 'loading'")

    def wait(self, condition: str) -> None:
        """Wait until a condition holds in the page; a picture takes long to draw, so that none is waited for.

        Asked from here each time: Playwright's own way of waiting evaluates text in the page, which its policy forbids.
        """
        self.wait_until(lambda: self.page.evaluate(condition), condition)

    def wait_until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until a function returns something true."""
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"not within {SECONDS} s: {what}"
            self.page.evaluate("new Promise((done) => setTimeout(done, 20))")

    def read(self, what: str) -> object:
        """Return what `window.hideseek` tells."""
        return self.page.evaluate(f"hideseek.{what}")

    def seek(self, time: float) -> None:
        """Stop, and go to a time."""
        self.page.evaluate(f"hideseek.seek({time})")

    def picture(self) -> bytes:
        """Return what the scene looks like."""
        self.page.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
        return self.page.locator("#scene").screenshot(animations="disabled")

    def restart(self) -> None:
        """Bring the page to what it was when it had opened, without loading it again."""
        self.page.evaluate("hideseek.shown.lidar && document.getElementById('show-lidar').click()")
        self.page.evaluate("hideseek.shown.trails && document.getElementById('show-trails').click()")
        for name in ("cones", "links"):
            self.page.evaluate(f"hideseek.shown.{name} || document.getElementById('show-{name}').click()")
        self.page.locator("#speed").select_option("1")
        self.page.locator("#episodes button").first.click()
        self.press("f", "1", "0")
        self.page.evaluate("document.activeElement.blur()")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return self.page.locator(selector).inner_text()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a site with one replay; it is there for all tests of a module."""
    site = Site({"first.replay": encode_replay(make_replay())})
    with SiteServer(site):
        yield site


@pytest.fixture(scope="module")
def new_visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a window, of a size and with motion or without."""
    contexts = []

    def visit(width: int = 800, height: int = 460, reduced_motion: bool = True, **options: object) -> Visit:
        motion = "reduce" if reduced_motion else "no-preference"
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion=motion, **options)
        context.set_default_timeout(1000 * SECONDS)
        contexts.append(context)
        visit = Visit(context.new_page(), site, [])
        visit.page.on("pageerror", lambda error: visit.problems.append(str(error)))
        visit.page.on("console", lambda message: message.type == "error" and visit.problems.append(message.text))
        return visit

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def open_visit(new_visit: Callable[..., Visit]) -> Visit:
    """Return a window that has the page open, for all tests of a module."""
    visit = new_visit()
    visit.open()
    return visit


@pytest.fixture
def visit(open_visit: Visit) -> Iterator[Visit]:
    """Return the open window, at the start of the first episode and as it looked at first; no error may occur."""
    open_visit.restart()
    yield open_visit
    assert open_visit.problems == []
