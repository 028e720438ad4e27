"""The plan's files, as a service reads them: when nobody is at writing them.

Most programs save a file by emptying it and writing it anew. What is read in between is often a
plan that can be used, with milestones missing: they would be cancelled, and people told so.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from config.load import Loaded, is_part, load
from config.problems import ConfigError
from config.templates import folders
from scheduler.proved import proved
from scheduler.touched import seen_at

MOMENT = 0.05
"""Seconds for which the files must stay as they were read."""
PATIENCE = 40
"""So many times they are read while they do not."""


class PlanFiles:
    """A plan's file or folder, with the folder of its own templates."""

    def __init__(self, path: Path, wait: Callable[[float], None] = time.sleep) -> None:
        """`wait` is told for how many seconds."""
        self.path = path
        self._wait = wait
        self._templates: frozenset[Path] = frozenset()

    def places(self) -> Iterator[Path]:
        """Where a change calls for reading the plan again: its files, and those of templates.

        Of its folder only what is read, since the database may lie in it. Raises OSError.
        """
        if self.path.is_dir():
            yield from (one for one in self.path.iterdir() if is_part(one.name))
        else:
            yield self.path
        for folder in self._templates:
            if folder.is_dir():
                yield from folder.iterdir()

    def folder(self) -> Path:
        """The plan's folder; of one that is away its name alone tells whether it is a file's."""
        with suppress(OSError):
            if self.path.exists():
                return self.path if self.path.is_dir() else self.path.parent
        return self.path.parent if self.path.suffix == ".toml" else self.path

    def read(self, known: str) -> Loaded:
        """The plan as the files say it now; `ConfigError` where they cannot be used.

        `known` is the digest of the plan in force, or "". What says another plan, or none, is
        read again until it has stayed the same for a moment.
        """
        before = seen_at(self.places)
        found = self._read_once(known)
        for _ in range(PATIENCE):
            if not known or (isinstance(found, Loaded) and found.digest == known):
                break
            self._wait(MOMENT)
            seen = seen_at(self.places)
            if seen == before:
                break
            before, found = seen, self._read_once(known)
        if isinstance(found, ConfigError):
            raise found
        return found

    def _read_once(self, known: str) -> Loaded | ConfigError:
        try:
            loaded = load(self.path)
            own = loaded.plan.templates
            self._templates = frozenset(folders(Path(own.folder)) if own else ())
            return loaded if loaded.digest == known else proved(loaded)
        except ConfigError as error:
            named = {Path(problem.file).parent for problem in error.problems}
            self._templates |= named - {self.folder()}
            return error


def blank(loaded: Loaded) -> list[str]:
    """The names of the plan's files in which nothing is written."""
    return [Path(name).name for name, text in loaded.sources.texts.items() if not text.strip()]
