"""How large replays and pages are, and how fast the page draws.

    python benchmarks/page.py [--browser PROGRAM] [--graphics-card] [--seconds S]

Records one episode of each game with actions by chance, exports it, and opens the file in Chromium (1280 x 800) with
all overlays on. "Main thread" is the median time to work out and hand over the picture of another moment, which leaves
the rest of 16.7 ms at 60 pictures a second; "pictures" are those that came while it played for some seconds. Without
`--graphics-card` the browser draws on the processor, and pictures say little about machines that have one. Exit status
1 if a replay is above its bar.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import describe_machine, format_machine
from hideseek.evaluate.players import RandomPlayer
from hideseek.evaluate.recording import play_recorded
from hideseek.game.config import make_game
from hideseek.view.page.export import export_page
from hideseek.view.replay.file import write_replay

GAMES = {
    "quadrant": make_game("quadrant"),
    "random-walls": make_game("random-walls", boxes_min=9),
}
"""The full game with as many boxes as it can have."""
BAR_BYTES = 100_000
"""The most that a replay may take."""
SOFTWARE = ("--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
LONGEST_WAIT = 600_000
"""After this a browser that does not answer is given up [ms]: drawing on a busy processor is slow."""
WINDOW = {"width": 1280, "height": 800}
"""Of the browser [pixel]."""
MOMENTS = 60
MEASURE = """(moments) => {
  const times = [];
  for (let i = 0; i < moments; i++) {
    hideseek.seek(1 + i / 3);
    const begin = performance.now();
    hideseek.scene;
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[moments >> 1];
}"""


@dataclass(frozen=True)
class Row:
    """What was found for a game."""

    game: str
    replay_bytes: int
    page_bytes: int
    draw_calls: int
    triangles: int
    main_thread: float
    """[ms]"""
    pictures: float
    """Per second."""


def measure(browser: Browser, name: str, folder: Path, seconds: float) -> Row:
    """Record an episode, export it, and let the browser play it."""
    _, recorder = play_recorded(GAMES[name], RandomPlayer(), RandomPlayer(), episodes=1, seed=0)
    replay, page_file = folder / f"{name}.replay", folder / f"{name}.html"
    write_replay(replay, recorder.replay("random", "random", {"seed": 0}))
    export_page([replay], page_file)
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(LONGEST_WAIT)
    page.goto(page_file.as_uri())
    while page.evaluate("document.body.dataset.state") == "loading":
        page.wait_for_timeout(20)
    for key in ("l", "t"):  # lidar and trails; cones and lines of sight are on
        page.keyboard.press(key)
    main_thread = page.evaluate(MEASURE, MOMENTS)
    scene = page.evaluate("hideseek.seek(0) || hideseek.scene")
    page.keyboard.press("Space")
    page.wait_for_timeout(1000.0 * seconds)
    frames = page.evaluate("hideseek.scene.frames") - scene["frames"]
    page.close()
    sizes = replay.stat().st_size, page_file.stat().st_size
    return Row(name, *sizes, scene["drawCalls"], scene["triangles"], main_thread, frames / seconds)


def format_rows(rows: list[Row]) -> str:
    """Return a Markdown table."""
    lines = [
        "| game | replay | page | draw calls | triangles | main thread | pictures |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.game} | {row.replay_bytes / 1e3:.1f} kB | {row.page_bytes / 1e6:.2f} MB | {row.draw_calls} |"
        f" {row.triangles:,} | {row.main_thread:.1f} ms | {row.pictures:.1f} /s |"
        for row in rows
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", default=shutil.which("chromium"), help="Chromium, or a program like it")
    parser.add_argument("--graphics-card", action="store_true", help="let the browser use it")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each episode is played")
    options = parser.parse_args(arguments)
    if options.browser is None:
        parser.error("--browser is not given and there is no program chromium, expected one")
    if options.seconds <= 0.0:
        parser.error(f"--seconds is {options.seconds}, expected a positive number")
    print(format_machine(describe_machine()))
    flags = [] if options.graphics_card else list(SOFTWARE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=flags, timeout=LONGEST_WAIT)
        print(f"Chromium {browser.version}, {'graphics card' if options.graphics_card else 'software graphics'}\n")
        rows = [measure(browser, name, Path(folder), options.seconds) for name in GAMES]
        browser.close()
    print(format_rows(rows))
    return int(max(row.replay_bytes for row in rows) > BAR_BYTES)


if __name__ == "__main__":
    sys.exit(main())
