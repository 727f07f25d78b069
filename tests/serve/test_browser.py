"""A person plays in a real browser: keys in, the score on the screen, the replay afterwards."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import anyio.to_thread
import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

from hideseek.serve import session
from hideseek.serve.access import Access
from hideseek.serve.library import Library
from hideseek.serve.messages import Action, Start, parse_message
from hideseek.serve.policies import Policies
from hideseek.serve.session import Clock
from hideseek.view.replay.file import read_replay
from tests.needs import chromium_path
from tests.serve.conftest import GAME, ITERATION, OPEN, Hurry, served
from tests.view.page.conftest import launch
from tests.waiting import SECONDS

YOU = 3
"""The second seeker."""
WISH = Action((0.0, 0.4, -0.4), grab=True, lock=True)
"""What the keys ask for that the test presses."""


class Gate(Hurry):
    """A clock that stops after the first step until the gate is opened, then never waits."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self._steps = 0

    async def sleep_until(self, moment: float) -> None:
        """See `Clock`."""
        if self._steps > 0:
            await anyio.to_thread.run_sync(self.opened.wait, abandon_on_cancel=True)
        self._steps += 1
        await super().sleep_until(moment)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Return the clock of the game; it is open at the end, whatever happens."""
    gate = Gate()
    yield gate
    gate.opened.set()


@contextmanager
def visiting(folder: Path, policies: Policies, clock: Clock, access: Access = OPEN) -> Iterator[Page]:
    """Give a page of a browser that shows a run's server; anything it complains about is an error."""
    problems, program = [], chromium_path()
    with served(Library(folder=folder), policies, clock, access) as port, sync_playwright() as playwright:
        browser = launch(playwright, program)
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.set_default_timeout(1000 * SECONDS)
        page.on("console", lambda message: message.type in ("error", "warning") and problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
        browser.close()
    assert [problem for problem in problems if "GPU stall" not in problem] == []


@pytest.fixture
def page(tmp_path: Path, policies: Policies, gate: Gate) -> Iterator[Page]:
    """Return a page of a browser that shows a run's server."""
    with visiting(tmp_path / "replays", policies, gate) as page:
        yield page


@pytest.fixture
def understood(monkeypatch) -> Queue:
    """Return the messages that the server has understood, as they come."""
    messages = Queue()

    def listen_in(text: str) -> Start | Action:
        message = parse_message(text)
        messages.put(message)
        return message

    monkeypatch.setattr(session, "parse_message", listen_in)
    return messages


def test_a_person_plays_an_episode(page: Page, gate: Gate, understood: Queue, tmp_path: Path):
    """What the keys ask for is done, and the score on the screen is that of the replay, which can be watched then."""
    page.goto("/#play=seekers")
    page.get_by_role("button", name="Start").wait_for()
    assert page.locator("#wish input[name=team][value=seekers]").is_checked()
    page.locator("#wish input[name=agent]").fill("2")
    page.locator("#wish input[name=seed]").fill("5")
    page.locator("#wish input[name=frame][value=floor]").check()
    page.get_by_role("button", name="Start").click()
    page.get_by_text("You seek").wait_for()
    page.keyboard.down("w")
    page.keyboard.down("e")
    page.keyboard.press("g")
    page.keyboard.press("l")
    while understood.get(timeout=SECONDS) != WISH:
        pass
    gate.opened.set()
    page.get_by_role("button", name="Watch the replay").wait_for()
    outcome = page.locator("#outcome p").inner_text()
    replay = read_replay(tmp_path / "replays" / "played-0001.replay")
    assert replay.about["seed"] == 5
    assert replay.about["person"] == YOU
    assert replay.movement[0, 0, YOU].tolist() == [5, 5, 5]
    assert replay.movement[0, 1:, YOU].tolist() == [[5, 7, 3]] * (GAME.horizon - 1)
    assert replay.grab[0, :, YOU].tolist() == replay.lock[0, :, YOU].tolist() == [False] + [True] * (GAME.horizon - 1)
    sums = replay.reward[0].sum(0)
    shown = [signed(sums[:2].mean()), signed(sums[2:].mean()), signed(sums[YOU])]
    assert outcome == "Hiders {}, seekers {}. You: {}.".format(*shown)
    assert np.abs(sums).sum() > 0
    page.get_by_role("button", name="Watch the replay").click()
    page.locator("body[data-state=ready]").wait_for()
    page.evaluate(f"hideseek.seek({GAME.horizon})")
    page.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    seen = page.evaluate("Array.from(hideseek.moment.position)")
    np.testing.assert_allclose(seen, replay.position[0, -1].ravel(), atol=2e-3)


def test_the_token_of_the_address_opens_page_and_game(policies: Policies, hurry: Hurry, tmp_path: Path):
    """It leaves the address line, and is a cookie that scripts cannot read; nothing is there without it."""
    access = Access(any_address=True, token="a-token-of-this-test")
    with visiting(tmp_path / "replays", policies, hurry, access) as page:
        page.goto(f"/?token={access.token}#play=seekers")
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Watch the replay").click()
        page.locator("body[data-state=ready]").wait_for()
        assert "token" not in page.url
        assert page.evaluate("document.cookie") == ""
        (cookie,) = page.context.cookies()
        assert (cookie["value"], cookie["httpOnly"], cookie["sameSite"]) == (access.token, True, "Strict")
        page.reload()
        page.locator("body[data-state=ready]").wait_for()
        assert page.context.browser is not None
        address = page.url
        assert page.context.browser.new_context().request.get(address).status == 403
    assert read_replay(tmp_path / "replays" / "played-0001.replay").about["iteration"] == ITERATION


def signed(value: float) -> str:
    """Return a number as the page shows scores."""
    text = f"{round(float(value), 1):+g}" if round(float(value), 1) else "0"
    return text.replace("-", "\u2212")
