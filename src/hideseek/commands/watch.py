"""`hideseek watch`."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hideseek.checks import check_fits_memory, check_integer, printable
from hideseek.commands.options import call_with_options
from hideseek.commands.page import Names, Reach, serve_page
from hideseek.commands.sources import Engine, SourceName
from hideseek.terminal import printable_path

if TYPE_CHECKING:
    from hideseek.view.views import View

PAGE_EPISODES, FILM_EPISODES = 4, 1


def main(arguments: list[str]) -> None:
    """Watch episodes in the browser, or write them as a picture or film."""
    call_with_options(_watch, "watch", arguments, path="--out")


def _watch(
    sources: tuple[SourceName, ...],
    /,
    *,
    episodes: int | None = None,
    seed: int = 0,
    out: tuple[Path, ...] = (),
    size: int = 480,
    view: Literal["oblique", "top"] = "oblique",
    engine: Engine = "hideseek",
    host: str | None = None,
    port: int | None = None,
    allow_host: Names = (),
    browser: bool = True,
) -> None:
    """Watch episodes in the browser, or write them as a picture or film.

    Args:
        sources: replay files, or who plays new episodes: a run's folder, `zoo:NAME` (a policy that comes with the
            package), `scripted:NAME` (a fixed plan), or a game's name for random players (`hideseek list`).
        episodes: how many new ones they play; by default 4 on the page, of a policy of the zoo those that tell most of
            what it does, and 1 in a film.
        seed: of their layouts and chances.
        out: files to write instead of serving a page: .gif or .apng (animations), .mp4 (needs ffmpeg), .png (a film
            strip); episodes are side by side.
        size: width of one episode's picture in such a file [pixel].
        view: such pictures obliquely or straight from above.
        engine: what moves the bodies: the package's own physics, or MuJoCo (needs the extra `mujoco`).
        host: name or address of this machine to listen on, such as 0.0.0.0 for all of IPv4; by default the page is
            there for this machine alone (127.0.0.1 and ::1). Beyond it, the token in the printed address is needed.
        port: where the page is served, 0 for any free port; by default 8421, or a free one where that is taken.
        allow_host: a further name that the page is reached at, through a proxy or a forwarded domain; can be repeated.
        browser: whether to open the page in the browser.
    """
    from hideseek.serve.open import are_replays, open_policies, open_replays
    from hideseek.view.pictures import check_format
    from hideseek.view.top import check_size

    for path in out:
        check_format(path)
    shown = (FILM_EPISODES if out else PAGE_EPISODES) if episodes is None else episodes
    check_integer("episodes", shown, 1)
    check_integer("seed", seed, 0)
    check_size(size)
    replays = are_replays(sources)
    if out:
        if replays:
            raise ValueError(f"--out is given for {sources[0]}: `hideseek video` makes films of replays")
        _write_film(sources[0], shown, seed, out, size, view, engine)
        return
    reach, title = Reach(host, port, allow_host, browser), printable(", ".join(sources))
    if replays:
        serve_page(title, lambda: (open_replays(sources), None), reach)
    else:
        serve_page(title, lambda: open_policies(sources[0], engine, shown, seed), reach)


def _write_film(
    name: str, episodes: int, seed: int, paths: tuple[Path, ...], size: int, view: "View", engine: Engine
) -> None:
    """Let the players that a name stands for play, and write what happens to files."""
    from hideseek.env.engines import environment_kind
    from hideseek.evaluate.play import play
    from hideseek.view.pictures import save_pictures
    from hideseek.view.views import render_worlds
    from hideseek.zoo.sources import open_source

    source = open_source(name)
    check_fits_memory("episodes", episodes, episodes * source.game.horizon * 3 * size**2)
    env = environment_kind(engine)(source.game, episodes)
    frames = []
    result = play(
        env,
        *source.players(),
        seed,
        before_step=lambda: frames.append(render_worlds(env.bodies, env.record, env.game, size, view)),
    )
    for path in paths:
        save_pictures(frames, path)
    files = ", ".join(map(printable_path, paths))
    print(f"{files}: hidden {100 * result.hidden.mean():.0f} % of the time after preparation")
