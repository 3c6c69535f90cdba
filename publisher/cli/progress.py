"""A progress bar on a terminal, nothing elsewhere: how far, how fast, how long still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from publisher.importer import port

OnProgress = Callable[[port.Progress, int], None]
"""How far it is, and how many things were done."""


class _Rate(TextColumn):
    """Things a second, over the whole time: bursts of a batch would make it jump."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """`1,234/s`."""
        done, elapsed = task.fields["done"], task.elapsed or 0.0
        return Text(f"{done:,} {task.fields['what']}, {done / elapsed:,.0f}/s" if done and elapsed else "")


@contextmanager
def shown(label: str, what: str, quiet: bool = False) -> Iterator[OnProgress]:
    """A bar while the block runs; the block calls what it is given."""
    console = Console(stderr=True)
    columns = (TextColumn(label), BarColumn(), TaskProgressColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(label, total=None, done=0, what=what)

        def on_progress(progress: port.Progress, done: int) -> None:
            bar.update(task, completed=progress.bytes_read, total=progress.bytes_total or None, done=done)

        yield on_progress
