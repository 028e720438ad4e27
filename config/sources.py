"""PURE. Where parts of a plan that was read are written; the places are read when first asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.plan import Source
from config.positions import Path, Place, Positions


@dataclass
class Sources:
    """The texts of a plan by their file names, for places alone: the data is not kept."""

    texts: Mapping[str, str] = field(repr=False)
    _read: dict[str, Positions] = field(default_factory=dict, repr=False)

    def locate(self, path: Path) -> Source:
        """Where a key path is written, or the nearest table that it would stand in.

        The first time this takes as long as reading the plan again.
        """
        first = next(iter(self.texts))
        best, depth = Source(first, 1, 1), 0
        for name in self.texts:
            known = self._positions(name).nearest(path)
            if len(known) > depth:
                place = self._place(name, known)
                best, depth = Source(name, place.line, place.column), len(known)
        return best

    def _positions(self, name: str) -> Positions:
        if name not in self._read:
            self._read[name] = Positions(self.texts[name])
        return self._read[name]

    def _place(self, name: str, path: Path) -> Place:
        positions = self._positions(name)
        return positions.key(path) or positions.value(path) or Place(1, 1)
