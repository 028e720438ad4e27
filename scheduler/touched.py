"""Sees when the plan's files, or the templates of its messages, are touched.

Once a second it is looked which files there are and when each was last written, as the names lead
to them then. What the operating system tells by itself of a file or folder is of that one alone:
it falls silent when another is put in its place, as most editors save and as a link is turned.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Places = Callable[[], Iterable[Path]]
"""The files that are looked at; may raise OSError, as where a folder may not be read."""
Seen = Mapping[str, tuple[int, ...]]
PAUSE = 1.0
"""Seconds between two looks."""
PATIENCE = 5
"""So many looks are waited for files that are still being written."""


def watch_files(
    places: Places,
    stopping: threading.Event,
    changed: Callable[[], None],
    pause: float = PAUSE,
) -> None:
    """Call `changed` when the files are others than at this call, or at the call of it before.

    In a thread of its own, until `stopping`; when two looks have found the same, so that an edit
    of several files is one.
    """
    at_first = seen_at(places)

    def run() -> None:
        told = last = at_first
        waited = 0
        while not stopping.wait(pause):
            seen = seen_at(places)
            if seen == told:
                waited = 0
            elif seen == last or waited >= PATIENCE:
                told, waited = seen, 0
                changed()
            else:
                waited += 1
            last = seen

    threading.Thread(target=run, name="reload", daemon=True).start()


def seen_at(places: Places) -> Seen:
    """What tells one state of the files from another; links are followed."""
    try:
        return {str(place): _stamp(place) for place in places()}
    except OSError as error:
        return {str(error): ()}


def _stamp(place: Path) -> tuple[int, ...]:
    """Which file it is, and when it was written; nothing where there is none."""
    try:
        found = place.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
