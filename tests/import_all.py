"""Import every module of the package, with some libraries hidden, and print as JSON what each import raised.

Run as a program, by any interpreter that has the package: `python tests/import_all.py jax starlette`.
"""

import importlib
import importlib.abc
import json
import pkgutil
import sys


class Hide(importlib.abc.MetaPathFinder):
    """Finds no library of some names, as if it were not installed."""

    def __init__(self, names: set[str]) -> None:
        """Take the names of top-level modules."""
        self.names = names

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Raise what an import of a library raises that is not there; leave all others to Python."""
        if fullname.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def import_all() -> dict[str, str]:
    """Return what importing each module raised, "" where it raised nothing."""
    import hideseek

    raised = {}
    for module in pkgutil.walk_packages(hideseek.__path__, "hideseek.", onerror=lambda _: None):
        if module.name == "hideseek.__main__":
            continue
        try:
            importlib.import_module(module.name)
            raised[module.name] = ""
        except Exception as error:
            raised[module.name] = f"{type(error).__name__}: {error}"
    return raised


if __name__ == "__main__":
    sys.meta_path.insert(0, Hide(set(sys.argv[1:])))
    print(json.dumps(import_all()))
