"""Sees when the plan's files, or the templates of its messages, are touched."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

Places = Callable[[], tuple[Path, ...]]
"""The files and folders that are looked at, not the folders in them."""


_PAUSE = 1000
"""Milliseconds between two looks; the library wakes no more often while nothing changes."""


def watch_files(places: Places, stopping: threading.Event, changed: Callable[[], None]) -> None:
    """Call `changed` whenever something in the `places` does, in a thread of its own.

    Which places there are is asked again after each change, and now and then. It goes on until
    `stopping`.
    """

    def run() -> None:
        watched = places()
        while not stopping.is_set():
            _watch(watched, places, stopping, changed)
            if places() != watched:
                watched = places()
                changed()

    threading.Thread(target=run, name="reload", daemon=True).start()


def _watch(
    watched: tuple[Path, ...],
    places: Places,
    stopping: threading.Event,
    changed: Callable[[], None],
) -> None:
    """Watch these places until there are others."""
    for changes in watch(
        *watched,
        stop_event=stopping,
        raise_interrupt=False,
        recursive=False,
        step=_PAUSE,
        rust_timeout=_PAUSE,
        yield_on_timeout=True,
    ):
        if changes:
            changed()
        if places() != watched:
            return
