"""The languages that a briefing is written in, one file each: `languages/LANG.toml`."""

import tomllib
from functools import lru_cache
from pathlib import Path

from scheduler.briefing.words import Words
from scheduler.messages.languages import language

_FOLDER = Path(__file__).parent / "languages"
_FALLBACK = "en"


def languages() -> tuple[str, ...]:
    """The languages that have a file."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@lru_cache(maxsize=16)
def words(tag: str) -> Words:
    """The words of a language tag ("fr", "pt-BR"), by its first part; English for others."""
    short = tag.split("-")[0].lower()
    name = short if short in languages() else _FALLBACK
    content = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Words(name, content["direction"], content["sentences"], language(name).words)
