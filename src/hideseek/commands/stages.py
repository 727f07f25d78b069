"""`hideseek stages`."""

from pathlib import Path

from hideseek.commands.options import call_with_options
from hideseek.terminal import printable_path


def main(arguments: list[str]) -> None:
    """Draw the behaviours of a run over its episodes, with the stages they imply, beside the paper's."""
    call_with_options(_stages, "stages", arguments)


def _stages(run: Path, /, *, out: Path | None = None) -> None:
    """Draw the behaviours of a run over its episodes, with the stages they imply, beside the paper's (extra `plot`).

    Args:
        run: the run's folder.
        out: the file to write, .png or .svg. By default stages.png in the run's folder.
    """
    from hideseek.learn.stages import stage_lines
    from hideseek.learn.stages_plot import draw_stages

    path = run / "stages.png" if out is None else out
    courses = draw_stages(run, path)
    print("\n".join(stage_lines(courses)))
    print(printable_path(path))
