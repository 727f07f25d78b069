"""Episodes of a source that are worth watching, as a replay."""

import numpy as np

from hideseek.checks import check_choice, check_integer
from hideseek.env.batch import HideAndSeek
from hideseek.evaluate.filters import RANDOM, best_episodes, filter_names, scores
from hideseek.evaluate.recording import play_recorded
from hideseek.view.replay.content import Replay
from hideseek.zoo.sources import Source


def record_best(
    source: Source, filter: str, episodes: int, of: int, seed: int, engine: type[HideAndSeek] = HideAndSeek
) -> Replay:
    """Let players play among themselves, and return the episodes that a filter ranks first, the first of all in front.

    What the replay says about itself (`about`) has the filter, of how many episodes these are, and in `found` what
    each is ranked by, None where it does not tell.

    Args:
        source: who plays.
        filter: one that the game knows (`hideseek.evaluate.filters.filter_names`).
        episodes: how many to return.
        of: how many to play and choose from; with `random` no more are played than returned.
        seed: of layouts and chances, from 0 to 2**31 - 1.
        engine: the kind of environment: what moves the bodies.

    Raises:
        ValueError: The game does not know the filter, or a number is out of range.
    """
    check_choice(f"filter for {source.title}", filter, filter_names(source.game))
    check_integer("episodes", episodes, 1)
    if filter != RANDOM:
        check_integer("of", of, episodes)
    played = episodes if filter == RANDOM else of
    result, recorder = play_recorded(source.game, *source.players(), played, seed, engine)
    chosen = best_episodes(result, filter, episodes)
    found = [None if np.isnan(value) else round(float(value), 3) for value in scores(result, filter)[chosen]]
    about = source.about(seed, filter=filter, of=played, found=found)
    return recorder.replay(source.title, source.title, about, chosen)
