"""A tournament in a file, so that one that was interrupted goes on, and players can be added later."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from hideseek.checks import check_output_file
from hideseek.evaluate.tournament.matches import Tournament
from hideseek.files import parse_json, read_bounded, write_whole

MOST_BYTES = 2**30
DECIMALS = 4
"""Of a return in the file: rewards are whole numbers or shares of them."""


def save_matches(tournament: Tournament, path: Path) -> None:
    """Write the matches so far to a JSON file.

    Raises:
        OSError: It cannot be written.
    """
    matches = [
        {"hiders": hiders, "seekers": seekers, "hider_returns": np.round(returns, DECIMALS).tolist()}
        for (hiders, seekers), returns in tournament.returns.items()
    ]
    content = {
        "game": tournament.game_name,
        "episodes": tournament.episode_count,
        "seed": tournament.seed,
        "matches": matches,
    }
    write_whole(path, (json.dumps(content) + "\n").encode())


def load_matches(tournament: Tournament, path: Path) -> None:
    """Take over the matches that an earlier tournament of the same game, episodes and seed left in a file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no such file, or of a tournament with another game, number of episodes or seed.
    """
    content = read_bounded(path, MOST_BYTES)
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path} has more than {MOST_BYTES} bytes, expected the matches of a tournament")
    try:
        saved = parse_json(content)
        there = saved["game"], saved["episodes"], saved["seed"]
        matches = {(m["hiders"], m["seekers"]): _returns(m, saved["episodes"]) for m in saved["matches"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no matches of a tournament ({error!r:.200})") from error
    expected = tournament.game_name, tournament.episode_count, tournament.seed
    for name, was, now in zip(("game", "episodes", "seed"), there, expected, strict=True):
        if was != now:
            raise ValueError(f"{name} is {now}, expected {was!r:.40}, that of the matches in {path}, or another out")
    tournament.returns |= {pairing: matches[pairing] for pairing in tournament.missing if pairing in matches}


def check_matches_file(folder: Path) -> Path:
    """Return the file for matches in a folder; raise ValueError where it cannot be written."""
    return check_output_file("out", folder / "matches.json")


def _returns(match: dict[str, Any], episode_count: int) -> np.ndarray:
    """Return the returns of a match, as many as there are episodes."""
    returns = np.asarray(match["hider_returns"], np.float64)
    if returns.shape != (episode_count,):
        raise ValueError(f"hider_returns has the shape {returns.shape}, expected {episode_count} numbers")
    return returns
