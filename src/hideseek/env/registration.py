"""The games' names in Gymnasium: registered by `import hideseek`, which does not import Gymnasium.

Gymnasium 1 finds no plugins by itself (those of 0.29 were loaded through entry points): a package registers its
environments when it is imported. Here that works whichever of the two is imported first, and costs nobody the import of
Gymnasium.
"""

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

LIBRARY = "gymnasium"
ENTRY_POINTS = "hideseek.env.gymnasium"
"""The module that has the environments, imported when one is made."""


def environment_id(name: str) -> str:
    """Return the id of a preset: `random-walls` is `hideseek/RandomWalls-v1`."""
    from hideseek.game.version import VERSION

    return f"hideseek/{name.title().replace('-', '')}-v{VERSION}"


def register_games() -> None:
    """Register all of `hideseek.PRESETS` with Gymnasium, once; the environments' code is not imported."""
    import gymnasium

    from hideseek.game.config import PRESETS

    for name in PRESETS:
        if environment_id(name) not in gymnasium.registry:
            gymnasium.register(
                environment_id(name),
                entry_point=f"{ENTRY_POINTS}:HideAndSeekEnv",
                vector_entry_point=f"{ENTRY_POINTS}:HideAndSeekVectorEnv",
                kwargs={"game": name},
            )


def register_when_imported() -> None:
    """Register the games now where Gymnasium is imported already, else as soon as it is."""
    if sys.modules.get(LIBRARY):
        register_games()
    else:
        sys.meta_path.insert(0, _Watcher())


class _Watcher(MetaPathFinder):
    """Waits for the import of Gymnasium, which it leaves to the others, and registers the games after it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != LIBRARY:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_register(module: ModuleType) -> None:
                execute(module)
                register_games()

            spec.loader.exec_module = execute_and_register
        return spec
