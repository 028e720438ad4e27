"""The words of the forms behind links, in the reader's language: `spoken/LANGUAGE.toml`.

The public pages have words of their own (`words`).
"""

import tomllib
from functools import lru_cache
from pathlib import Path

from scheduler.messages.words import Words

FALLBACK = "en"
_FOLDER = Path(__file__).parent / "spoken"


def available() -> tuple[str, ...]:
    """The languages that the forms are in."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def spoken(tag: str) -> Words:
    """The words of a language tag ("fr", "pt-BR"), by its first part; else English."""
    short = tag.split("-")[0].lower()
    return _read(short if short in available() else FALLBACK)


def accepted(header: str) -> str | None:
    """The first language of an Accept-Language (RFC 9110, section 12.5.4) that the forms are in."""
    for part in header.split(",")[:20]:
        short = part.split(";")[0].split("-")[0].strip().lower()
        if short in available():
            return short
    return None


@lru_cache(maxsize=16)
def _read(language: str) -> Words:
    content = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Words(language, content["direction"], content["sentences"])
