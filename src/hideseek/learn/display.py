"""Live view of a run: how both teams do, how fast it goes, and where the time goes."""

from contextlib import suppress
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table

from hideseek.learn.phases import PHASES
from hideseek.terminal import plain_console

ROWS = (
    ("episodes", "episodes", "{:,.0f}"),
    ("agent steps", "agent_steps", "{:,.0f}"),
    ("hiders' return", "episode/hider_return", "{:+.1f}"),
    ("seekers' return", "episode/seeker_return", "{:+.1f}"),
    ("hidden", "episode/hidden", "{:.0%} of the time after preparation"),
    ("box moved", "episode/max_box_move", "{:.2f} m"),
    ("boxes locked", "episode/num_box_lock", "{:.2f}"),
    ("ramp moved", "episode/max_ramp_move", "{:.2f} m"),
    ("entropy", "policy/entropy", "{:.2f} nat"),
    ("KL", "policy/kl", "{:.4f} nat"),
    ("explained variance", "value/explained_variance", "{:.2f} of the value targets"),
    ("speed", "speed/agent_steps_per_second", "{:,.0f} agent steps/s"),
)
LINE_INTERVAL = 10.0
"""Seconds between lines where the output is not a terminal."""


class Display:
    """A table that is redrawn in a terminal, and a plain line now and then elsewhere.

    A terminal or pipe that is gone takes nothing from a run: it goes on, and has its metrics in files.
    """

    def __init__(self, title: str, console: Console | None = None, iterations: int | None = None) -> None:
        """Begin.

        Args:
            title: of the table.
            console: where to print, the standard output by default.
            iterations: how many the whole run has, where that is known.
        """
        self._title, self._iterations = title, iterations
        self._left: float | None = None
        self._console = console or plain_console()
        self._live = Live(console=self._console, auto_refresh=False) if self._console.is_terminal else None
        self._known: dict[str, float] = {}
        self._last_line = float("-inf")

    def show(self, metrics: dict[str, float], seconds_left: float | None = None) -> None:
        """Show the metrics of an iteration; what they leave out (no episode ended) stays as it was.

        Args:
            metrics: by name; those of `iteration`, `seconds` and the phases are always there.
            seconds_left: until the time limit, where there is one.
        """
        self._known |= metrics
        self._left = seconds_left
        if self._live is not None:
            with suppress(OSError):
                self._live.update(self._table(), refresh=True)
        elif metrics["seconds"] - self._last_line >= LINE_INTERVAL:
            self._last_line = metrics["seconds"]
            self.note(self._line())

    def note(self, text: str) -> None:
        """Print a line that stays."""
        with suppress(OSError):
            self._console.print(text, soft_wrap=True)

    def _table(self) -> Table:
        table = Table(title=f"{self._title}  {self._place()}", min_width=60)
        table.add_column("", no_wrap=True)
        table.add_column("", min_width=36)
        for label, name, form in ROWS:
            table.add_row(label, form.format(self._known[name]) if name in self._known else "-")
        table.add_row("time", self._split())
        return table

    def _line(self) -> str:
        parts = [self._place()]
        parts += [f"{label} {form.format(self._known[name])}" for label, name, form in ROWS if name in self._known]
        return ", ".join([*parts, self._split()])

    def _split(self) -> str:
        return ", ".join(f"{name} {self._known[f'time/{name}']:.0%}" for name in PHASES)

    def _place(self) -> str:
        """Return how far the run is, and how far it has to go."""
        of = "" if self._iterations is None else f" of {self._iterations:,}"
        left = "" if self._left is None else f", {clock(self._left)} left"
        return f"{clock(self._known['seconds'])} iteration {self._known['iteration']:,.0f}{of}{left}"

    def __enter__(self) -> "Display":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            with suppress(OSError):
                self._live.stop()


def clock(seconds: float) -> str:
    """Return a duration as hours:minutes:seconds; a negative one as none."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
