"""Which time-zone data the process uses: the system's, or that of the package tzdata.

Python takes a zone from the system where it has one (`PYTHONTZPATH` names the folders), else from
the package. The data are read once: newer ones are used after a restart.
"""

import re
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

import tzdata

_VERSION = re.compile(r"\d{4}[a-z]{1,2}")


@dataclass(frozen=True, slots=True)
class ZoneData:
    """Their version, "2026a", or "unknown"; and where they come from."""

    version: str
    source: str


def zone_data() -> ZoneData:
    """The data in use. A folder that does not say its version has "unknown"."""
    for name in zoneinfo.TZPATH:
        folder = Path(name)
        if (folder / "Etc" / "UTC").is_file() or (folder / "UTC").is_file():
            return ZoneData(_said_in(folder), str(folder))
    return ZoneData(tzdata.IANA_VERSION, "the package tzdata")


def newer_in_package(used: ZoneData) -> str | None:
    """The version of the package where it is newer than the data in use; else None."""
    other = tzdata.IANA_VERSION
    known = _VERSION.fullmatch(used.version) and _VERSION.fullmatch(other)
    return other if known and other > used.version else None


def _said_in(folder: Path) -> str:
    """The version that a folder of zone data says of itself."""
    for name in ("tzdata.zi", "+VERSION", "version"):
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as opened:
                found = _VERSION.search(opened.readline(200))
        except OSError:
            continue
        if found:
            return found[0]
    return "unknown"
