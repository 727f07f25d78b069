"""`hideseek watch`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hideseek.checks import check_integer, printable
from hideseek.commands.options import PORT, call_with_options
from hideseek.commands.sources import Engine, SourceName, environment_kind
from hideseek.terminal import printable_path

if TYPE_CHECKING:
    from hideseek.view.views import View


def main(arguments: list[str]) -> None:
    """Watch episodes in the browser, or write them as a picture or film."""
    call_with_options(_watch, "watch", arguments, path="--out")


def _watch(
    sources: tuple[SourceName, ...],
    /,
    *,
    episodes: int = 1,
    seed: int = 0,
    out: tuple[Path, ...] = (),
    size: int = 480,
    view: Literal["oblique", "top"] = "oblique",
    engine: Engine = "hideseek",
    port: int = PORT,
    browser: bool = True,
) -> None:
    """Watch episodes in the browser, or write them as a picture or film.

    Args:
        sources: replay files, or who plays new episodes: a run's folder, `zoo:NAME` (a policy that comes with the
            package), `scripted:NAME` (a fixed plan), or a game's name for random players (`hideseek list`).
        episodes: how many new ones they play.
        seed: of their layouts and chances.
        out: files to write instead of serving a page: .gif or .apng (animations), .mp4 (needs ffmpeg), .png (a film
            strip); episodes are side by side.
        size: width of one episode's picture in such a file [pixel].
        view: such pictures obliquely or straight from above.
        engine: what moves the bodies: the package's own physics, or MuJoCo (needs the extra `mujoco`).
        port: where the page is served, on this machine alone; another one where it is taken.
        browser: whether to open the page in the browser.
    """
    from hideseek.serve.open import are_replays, open_policies, open_replays
    from hideseek.serve.run import check_port
    from hideseek.view.pictures import check_format
    from hideseek.view.top import check_size

    for path in out:
        check_format(path)
    check_integer("episodes", episodes, 1)
    check_integer("seed", seed, 0)
    check_size(size)
    check_port(port)
    replays = are_replays(sources)
    if out:
        if replays:
            raise ValueError(f"--out is given for {sources[0]}: `hideseek video` makes films of replays")
        _write_film(sources[0], episodes, seed, out, size, view, engine)
        return
    from hideseek.serve.app import create_app
    from hideseek.serve.run import serve

    library, policies = (open_replays(sources), None) if replays else open_policies(sources[0], engine, episodes, seed)
    serve(partial(create_app, printable(", ".join(sources)), library, policies), port, browser)


def _write_film(
    name: str, episodes: int, seed: int, paths: tuple[Path, ...], size: int, view: "View", engine: Engine
) -> None:
    """Let the players that a name stands for play, and write what happens to files."""
    from hideseek.evaluate.play import play
    from hideseek.view.pictures import save_pictures
    from hideseek.view.views import render_worlds
    from hideseek.zoo.sources import open_source

    source = open_source(name)
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
