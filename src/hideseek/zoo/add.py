"""Take the last policy of a run into the zoo: evaluate it, and write its card.

python -m hideseek.zoo.add RUN NAME --about "what it shows" [--telling FILTER] [--preset-game] [--episodes 2000]
"""

import os
import platform
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from hideseek.checks import check_choice, check_integer
from hideseek.evaluate.compare import Entrant, compare
from hideseek.evaluate.filters import RANDOM, filter_names
from hideseek.evaluate.players import PolicyPlayer, untrained_policy
from hideseek.game.config import make_game
from hideseek.game.observe import observation_spec
from hideseek.game.version import VERSION
from hideseek.learn.checkpoint import latest_of, load_learner
from hideseek.learn.description import RunDescription
from hideseek.learn.progress import read_progress
from hideseek.policy.config import FeatureSizes
from hideseek.zoo.cards import FOLDER
from hideseek.zoo.policies import save_policy


def add(
    run: Path,
    name: str,
    /,
    *,
    about: str,
    telling: str = RANDOM,
    preset_game: bool = False,
    episodes: int = 2000,
    seed: int = 1,
) -> None:
    """Take the last policy of a run into the zoo.

    Critic and normaliser of values come along, so that training can go on from there (`hideseek train GAME --start-from
    zoo:NAME`). The policy plays there without worlds of practice; the card keeps their share. Of the run that it was
    started from, the folder's name is kept.

    Args:
        run: the run's folder.
        name: of the policy in the zoo; one that is there is replaced.
        about: a sentence for the card.
        telling: the filter that finds the episodes which tell most of what it does (`hideseek.evaluate.filters`).
        preset_game: it plays the game as the preset has it, not the variation in which it was trained.
        episodes: of each pairing in the evaluation against the untrained network.
        seed: of the evaluation's layouts and chances; another one than training's.
    """
    check_integer("episodes", episodes, 2)
    check_integer("seed", seed, 0)
    trained_in = RunDescription.load(run)
    trained_in.warn_of_other_rules(run)
    learner = load_learner(latest_of(run, trained_in), trained_in)
    game = make_game(trained_in.game_name) if preset_game else trained_in.played_game
    check_choice("telling", telling, filter_names(game))
    description = replace(trained_in, game=game, start=Path(trained_in.start).name)
    progress, repeat = read_progress(run), description.config.action_repeat
    fresh = untrained_policy(FeatureSizes.of(observation_spec(description.game)), description.network, seed)
    first, second = (
        Entrant(title, PolicyPlayer(player, repeat), PolicyPlayer(player, repeat))
        for title, player in (("trained", learner.policy), ("untrained", fresh))
    )
    comparison = compare(description.game, first, second, episodes, seed)
    card = {
        "about": about,
        "telling": telling,
        "hideseek": version("hideseek"),
        "environment_version": VERSION,
        "training": {
            **asdict(progress),
            "seed": description.seed,
            "practice": trained_in.game.options.get("practice", 0.0),
        },
        "evaluated_on": f"{platform.machine()}, {os.cpu_count()} processors",
        "evaluation": comparison.as_dict(),
    }
    save_policy(FOLDER / name, learner, description, card)


if __name__ == "__main__":
    import tyro

    tyro.cli(add)
