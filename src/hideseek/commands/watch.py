"""`hideseek watch`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hideseek.checks import check_fits_memory, check_integer
from hideseek.commands.options import PORT, call_with_options, with_extra

if TYPE_CHECKING:
    from hideseek.env.batch import HideAndSeek
    from hideseek.game.config import Game
    from hideseek.view.views import View


def main(arguments: list[str]) -> None:
    """Watch episodes in the browser, or write them as a picture or film."""
    call_with_options(_watch, "watch", arguments)


def _watch(
    sources: tuple[Path, ...],
    /,
    *,
    episodes: int = 1,
    seed: int = 0,
    out: tuple[Path, ...] = (),
    size: int = 480,
    view: Literal["oblique", "top"] = "oblique",
    engine: Literal["hideseek", "mujoco"] = "hideseek",
    port: int = PORT,
    browser: bool = True,
) -> None:
    """Watch episodes in the browser, or write them as a picture or film.

    Args:
        sources: the folder of a training run, `zoo:NAME` for a policy that comes with the package (`hideseek list`),
            or replay files.
        episodes: how many new ones the policy plays.
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
    names = [str(source) for source in sources]
    replays = are_replays(names)
    if out:
        if replays:
            raise ValueError(f"out is given for {names[0]}, expected a run's folder or zoo:NAME to make a film of")
        _write_film(sources[0], episodes, seed, out, size, view, engine)
        return
    from hideseek.serve.app import create_app
    from hideseek.serve.run import serve

    library, policies = (
        (open_replays(names), None) if replays else with_extra(lambda: open_policies(names[0], engine, episodes, seed))
    )
    serve(partial(create_app, ", ".join(names), library, policies), port, browser)


def _write_film(
    run: Path, episodes: int, seed: int, paths: tuple[Path, ...], size: int, view: "View", engine: str
) -> None:
    """Let a policy play, and write what happens to files."""
    from hideseek.evaluate.play import play
    from hideseek.evaluate.players import PolicyPlayer
    from hideseek.view.pictures import save_pictures
    from hideseek.view.views import render_worlds
    from hideseek.zoo.policies import load_named

    policy, description = load_named(run)
    check_fits_memory("episodes", episodes, episodes * description.game.horizon * 3 * size**2)
    env = _make_environment(description.game, episodes, engine)
    frames = []
    result = play(
        env,
        PolicyPlayer(policy, description.config.action_repeat),
        PolicyPlayer(policy, description.config.action_repeat),
        seed,
        before_step=lambda: frames.append(render_worlds(env.bodies, env.record, env.game, size, view)),
    )
    for path in paths:
        save_pictures(frames, path)
    print(f"{', '.join(map(str, paths))}: hidden {100 * result.hidden.mean():.0f} % of the time after preparation")


def _make_environment(game: "Game", world_count: int, engine: str) -> "HideAndSeek":
    """Return an environment on an engine."""
    from hideseek.env.batch import HideAndSeek
    from hideseek.env.mujoco_batch import MujocoHideAndSeek

    if engine == "hideseek":
        return HideAndSeek(game, world_count)
    return with_extra(lambda: MujocoHideAndSeek(game, world_count))
