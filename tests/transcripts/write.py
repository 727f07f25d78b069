"""Write all transcripts anew: `python -m tests.transcripts.write`, after a change of behaviour that is meant."""

from pathlib import Path

from tests.transcripts.scenes import SCENES, Scene
from tests.transcripts.transcript import differences, transcribe

FOLDER = Path(__file__).parent
DISTURBANCE = 1e-6
"""How far off everything may stand at the beginning without changing a transcript [m, rad]."""
PATTERNS = 3
"""Ways of disturbing that are tried: each moves every coordinate to one side or the other."""


def path_of(name: str) -> Path:
    """Return where the transcript of a scene is kept."""
    return FOLDER / f"{name}.txt"


def differences_when_disturbed(scene: Scene, text: str) -> list[str]:
    """Return how the transcript `text` of a scene changes where everything stands a micrometre off."""
    return [line for seed in range(PATTERNS) for line in differences(text, transcribe(scene, DISTURBANCE, seed))]


def main() -> None:
    """Play all scenes; refuse those whose transcripts would depend on rounding."""
    for name, scene in SCENES.items():
        text = transcribe(scene)
        if differences_when_disturbed(scene, text):
            raise SystemExit(f"scene {name} is too sensitive to keep: shorten it, or give it another seed")
        path_of(name).write_text(text)
        print(f"{path_of(name)}: {len(text)} characters")


if __name__ == "__main__":
    main()
