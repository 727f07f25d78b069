"""What is in the zoo: names and cards of the policies, without loading any."""

from pathlib import Path
from typing import Any

from hideseek.checks import check_choice
from hideseek.learn.files import load_json

PREFIX = "zoo:"
"""`zoo:NAME` names a policy wherever the folder of a run does."""
FOLDER = Path(__file__).parent / "policies"
CARD = "card.json"


def zoo_names() -> list[str]:
    """Return the names of all policies."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{CARD}"))


def read_card(name: str) -> dict[str, Any]:
    """Return how a policy was trained and what it does.

    Raises:
        ValueError: There is no such policy.
        RunError: Its card is damaged.
    """
    check_choice("zoo policy", name, zoo_names())
    return load_json(FOLDER / name / CARD)
