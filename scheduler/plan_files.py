"""Looks at the plan's files, and says when they change."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch


def watch_files(path: Path, stopping: threading.Event, changed: Callable[[], None]) -> None:
    """Call `changed` whenever the plan's files do, in a thread of its own, until `stopping`."""

    def run() -> None:
        for _ in watch(path, stop_event=stopping, raise_interrupt=False, recursive=False):
            changed()

    threading.Thread(target=run, name="reload", daemon=True).start()
