"""Playing in the page: what keys and pointer ask for, what is shown of the game, and how it ends."""

import json
import math
from collections.abc import Callable

import pytest

from hideseek.view.replay.file import encode_replay
from tests.view.page.conftest import HORIZON, PREPARATION, Visit, make_replay
from tests.view.page.site import Site

YOU = 2
"""The first seeker."""
YAW = 0.5 * math.pi
"""Of all agents: they look along x."""


class Opponent:
    """The server's side of a game, whose every message is written by the test."""

    def __init__(self, visit: Visit) -> None:
        self.received: list[dict] = []
        self.replay = make_replay()
        self._visit = visit
        visit.page.route_web_socket("**/api/play", self._connect)

    def _connect(self, socket) -> None:
        self._socket = socket
        socket.on_message(lambda text: self._take(json.loads(text)))

    def _take(self, message: dict) -> None:
        self.received.append(message)
        if message["type"] == "start":
            replay, counts = self.replay, self.replay.game.counts
            self.send(
                type="layout",
                game=replay.game.options,
                agents=counts.agent,
                hiders=2,
                boxes=counts.box,
                ramps=counts.ramp,
                you=YOU,
                wall_centre=replay.wall_centre[0, :2].tolist(),
                cylinder_centre=[[3.0, 3.0, 0.25]],
                cylinder_size=[[0.8, 0.25]],
                wall_half=replay.wall_half[0, :2].tolist(),
                half_size=replay.half_size[0].tolist(),
                exists=replay.exists[0].tolist(),
                names={"hiders": "a policy", "seekers": "you"},
            )
            self.frame(0)

    def frame(self, step: int) -> None:
        """Send the state of the replay at a step."""
        replay = self.replay
        self.send(
            type="frame",
            step=step,
            position=replay.position[0, step].tolist(),
            yaw=[YAW] * 7,
            lock_team=replay.lock_team[0, step].tolist(),
            grabbed=replay.grabbed[0, step].tolist(),
            sees=replay.sees[0, step].astype(int).tolist(),
            spot_place=replay.spot_place[0, step].tolist(),
            spot_share=replay.spot_share[0, step].tolist(),
            reward=(replay.reward[0, step - 1] if step else replay.reward[0, 0]).tolist(),
            score=float(replay.reward[0, :step, YOU].sum()),
            preparation=step < PREPARATION,
        )
        self._visit.wait(f"hideseek.game.step === {step}")

    def send(self, **message: object) -> None:
        """Send a message to the page."""
        self._socket.send(json.dumps(message))

    @property
    def action(self) -> dict:
        """The latest action that came."""
        # Messages come before the answer to whatever is asked after them.
        self._visit.read("time")
        return self.received[-1]


@pytest.fixture(scope="module")
def playable(site: Site) -> Site:
    """Return the site with games offered."""
    site.can_play = True
    site.replays["played-1.replay"] = encode_replay(make_replay(hiders="a policy", seekers="you", episodes=1))
    return site


@pytest.fixture(scope="module")
def table(playable: Site, new_visit: Callable[..., Visit]) -> tuple[Visit, Opponent]:
    """Return a window and whom it plays against, before any game."""
    visit = new_visit()
    opponent = Opponent(visit)
    visit.open()
    return visit, opponent


@pytest.fixture
def game(table: tuple[Visit, Opponent]) -> tuple[Visit, Opponent]:
    """Return the same with a game that has begun, the person a seeker; earlier games are over."""
    visit, opponent = table
    visit.press("Escape", "Escape")
    opponent.received.clear()
    visit.page.locator("#play-game").click()
    visit.page.locator("[name=team][value=seekers]").check()
    visit.page.locator("[name=frame][value=heading]").check()
    visit.page.locator("#wish [name=seed]").fill("7")
    visit.page.get_by_role("button", name="Start").click()
    visit.wait("hideseek.game.state === 'running' && hideseek.game.step === 0")
    return visit, opponent


def test_start(game: tuple[Visit, Opponent]):
    """The wish is what the form says; the camera follows the person's agent."""
    visit, opponent = game
    assert opponent.received[0] == {"type": "start", "team": "seekers", "agent": 0, "seed": 7}
    assert (visit.read("camera"), visit.read("agent"), visit.read("game")["you"]) == ("follow", YOU, YOU)
    assert visit.text("#phase") == "You seek, eyes closed, preparation 0.6 s"
    assert visit.text("#subtitle") == "a policy hide, you seek"
    assert visit.page.locator(".dock").is_hidden()
    assert visit.problems == []


MOVES = {
    "w": ((0.4, 0.0, 0.0), (0.0, 0.4, 0.0)),
    "s": ((-0.4, 0.0, 0.0), (0.0, -0.4, 0.0)),
    "a": ((0.0, 0.4, 0.0), (-0.4, 0.0, 0.0)),
    "ArrowRight": ((0.0, -0.4, 0.0), (0.4, 0.0, 0.0)),
    "Shift w": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "q": ((0.0, 0.0, 0.4), (0.0, 0.0, 0.4)),
    "e": ((0.0, 0.0, -0.4), (0.0, 0.0, -0.4)),
}
"""What keys ask for: by the heading, and by the floor."""


def test_moves(game: tuple[Visit, Opponent]):
    """By the heading, which is along x, and by the floor; nothing any more when the key is let go."""
    visit, opponent = game
    for keys, expected in MOVES.items():
        for movement in expected:
            for key in keys.split():
                visit.page.keyboard.down(key)
            assert opponent.action["movement"] == pytest.approx(movement, abs=0.01), keys
            for key in keys.split():
                visit.page.keyboard.up(key)
            assert opponent.action["movement"] == [0, 0, 0], keys
            visit.press("x")


def test_hands(game: tuple[Visit, Opponent]):
    """Space holds as long as it is down, G and L switch; a drag turns."""
    visit, opponent = game
    visit.page.keyboard.down("Space")
    assert opponent.action["grab"]
    visit.page.keyboard.up("Space")
    assert not opponent.action["grab"]
    visit.press("g", "l")
    assert opponent.action["grab"]
    assert opponent.action["lock"]
    assert visit.page.locator("#fix").get_attribute("aria-pressed") == "true"
    visit.press("g")
    assert not opponent.action["grab"]
    visit.page.mouse.move(300, 200)
    visit.page.mouse.down()
    visit.page.mouse.move(330, 200)
    assert opponent.action["movement"] == pytest.approx((0, 0, -0.2), abs=0.01)
    visit.page.mouse.up()
    assert opponent.action["movement"] == [0, 0, 0]


def test_game_to_its_end(game: tuple[Visit, Opponent]):
    """Frames move the scene and the score; at the end stands the result, and the replay can be watched."""
    visit, opponent = game
    visit.page.keyboard.down("w")
    for step in range(1, HORIZON + 1):
        opponent.frame(step)
    visit.page.keyboard.up("w")
    assert visit.text("#score-seekers") == "\u22124"
    visit.wait("Math.abs(hideseek.moment.position[0] - 2) < 1e-3")
    opponent.send(type="end", hiders=4.0, seekers=-4.0, you=-4.0, replay="played-1.replay")
    visit.page.get_by_text("Hiders +4, seekers \u22124. You: \u22124.").wait_for()
    visit.page.get_by_role("button", name="Watch the replay").click()
    visit.wait("document.getElementById('subtitle').textContent === 'a policy hide, you seek'")
    assert visit.page.locator(".dock").is_visible()
    assert visit.read("game")["state"] == "idle"
    assert visit.page.locator("#library [aria-selected=true]").inner_text().startswith("played-1")


def test_refusal(game: tuple[Visit, Opponent]):
    """What the server says stands in the page, and one can go back to watching."""
    visit, opponent = game
    opponent.send(type="error", message="the message is no JSON")
    visit.page.get_by_text("The game has ended: the message is no JSON.").wait_for()
    visit.page.get_by_role("button", name="Back").click()
    assert visit.read("game")["state"] == "idle"
    visit.press("ArrowRight")
    assert visit.read("time") == 1
    assert visit.problems == []


def test_lost_connection(game: tuple[Visit, Opponent]):
    """A server that is gone ends the game with a sentence."""
    visit, opponent = game
    opponent._socket.close()
    visit.page.get_by_text("The game has ended: the connection to the server is lost.").wait_for()


def test_leaving(game: tuple[Visit, Opponent]):
    """Escape ends the game and closes the connection."""
    visit, opponent = game
    closed = []
    opponent._socket.on_close(lambda code, reason: closed.append(code))
    visit.press("Escape")
    assert visit.read("game")["state"] == "idle"
    visit.wait_until(lambda: closed, "the connection is closed")
    assert len(closed) == 1


def test_address_of_a_game(table: tuple[Visit, Opponent]):
    """`#play` in the address asks at once, `#play=seekers` proposes a team."""
    visit, _ = table
    visit.page.goto("about:blank")
    visit.open("#play=seekers")
    visit.page.get_by_role("button", name="Start").wait_for()
    assert visit.page.locator("[name=team][value=seekers]").is_checked()
    assert visit.problems == []
