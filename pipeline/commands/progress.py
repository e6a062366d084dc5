"""Progress bars of a refresh on the terminal."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from pipeline.orchestration.resources import Progress


class RichProgress(Progress):
    """One line a step; the line before is finished when the next begins. A file or pipe gets the titles only."""

    def __init__(self, console: Console) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._console = console
        self._bars = Bars(*columns, console=console)
        self._task: TaskID | None = None

    def __enter__(self) -> RichProgress:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        self._bars.stop()

    def step(self, title: str, total: int | None = None) -> None:
        """Begin a line."""
        self._finish()
        if not self._console.is_terminal:
            self._console.print(title, highlight=False)
        self._task = self._bars.add_task(title, total=total)

    def advance(self, n: int = 1) -> None:
        """Move the line on."""
        if self._task is not None:
            self._bars.advance(self._task, n)

    def _finish(self) -> None:
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=done or 1, completed=done or 1)
