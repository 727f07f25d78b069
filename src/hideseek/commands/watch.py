"""`hideseek watch`."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hideseek.checks import check_integer
from hideseek.commands.options import call_with_options, with_extra

if TYPE_CHECKING:
    from hideseek.env.batch import HideAndSeek
    from hideseek.game.config import Game


def main(arguments: list[str]) -> None:
    """Let a trained policy play, and write what happens as a picture or film."""
    call_with_options(_watch, "watch", arguments)


def _watch(
    run: Path,
    /,
    *,
    episodes: int = 1,
    seed: int = 0,
    out: tuple[Path, ...] = (),
    size: int = 480,
    view: Literal["oblique", "top"] = "oblique",
    engine: Literal["hideseek", "mujoco"] = "hideseek",
) -> None:
    """Let a trained policy play, and write what happens as a picture or film.

    Args:
        run: the folder of a training run, or `zoo:NAME` for a policy that comes with the package (`hideseek list`).
        episodes: how many to show side by side.
        seed: of layouts and chances.
        out: the files to write: .gif or .apng (animations), .mp4 (needs ffmpeg), .png (a film strip). By default
            episode.gif in the run's folder, or here for a policy of the zoo.
        size: width of one episode's picture [pixel].
        view: obliquely or straight from above.
        engine: what moves the bodies: the package's own physics, or MuJoCo (needs the extra `mujoco`).
    """
    from hideseek.evaluate.play import play
    from hideseek.evaluate.players import PolicyPlayer
    from hideseek.view.pictures import check_format, save_pictures
    from hideseek.view.top import check_size
    from hideseek.view.views import render_worlds
    from hideseek.zoo.cards import PREFIX
    from hideseek.zoo.policies import load_named

    for path in out:
        check_format(path)
    check_integer("episodes", episodes, 1)
    check_integer("seed", seed, 0)
    check_size(size)
    policy, description = load_named(run)
    paths = out or (Path("" if str(run).startswith(PREFIX) else run) / "episode.gif",)
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
