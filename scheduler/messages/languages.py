"""The languages that messages are written in: one folder each, with its words and templates.

    en/words.toml        every sentence, with plural forms (see `words`)
    en/mail.html         only where the language needs a layout of its own; else layout/mail.html
    layout/              what all languages share: the look, without a word in it

A folder is read once in a process, and its templates are compiled. Whoever reads a language that
has no folder gets English throughout, dates too: half a translation reads worse than none.
"""

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from scheduler.messages.folding import COLUMNS, aligned, fold
from scheduler.messages.words import Words

FALLBACK = "en"
WORDS_FILE = "words.toml"
_HERE = Path(__file__).parent
_SHARED = _HERE / "layout"
COLOURS = {
    "late": "#a1231a",
    "today": "#8a4b00",
    "soon": "#1b4f9c",
    "info": "#3a4653",
    "done": "#1f6b45",
}
"""By urgency, on white, with a contrast of at least 6 to 1; the layout has those for the dark."""
_PADDING = "\u034f\u200c\u00a0" * 40
"""Keeps a mail program from filling the preview line with the text that follows."""


class Language(NamedTuple):
    """The words of a language and how its mails look."""

    words: Words
    text: Template
    html: Template


def available() -> tuple[str, ...]:
    """The languages that have a folder."""
    return tuple(sorted(path.parent.name for path in _HERE.glob(f"*/{WORDS_FILE}")))


@lru_cache(maxsize=64)
def language(tag: str) -> Language:
    """The language of a tag ("fr", "pt-BR"), by its first part; English where it has no folder."""
    short = tag.split("-")[0].lower()
    return read_language(short if short in available() else FALLBACK)


@lru_cache(maxsize=64)
def read_language(name: str) -> Language:
    """Read the folder of a language and compile its templates."""
    folder = _HERE / name
    content = tomllib.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
    words = Words(name, content["direction"], content["sentences"])
    templates = _environment(folder)
    templates.globals["colon"] = words.say("colon")
    return Language(words, templates.get_template("mail.txt"), templates.get_template("mail.html"))


def _environment(folder: Path) -> Environment:
    made = Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=_is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Callable[..., str]] = {"fold": fold, "aligned": aligned}
    made.filters.update(filters)
    made.globals.update(rule="-" * COLUMNS, colours=COLOURS, padding=_PADDING)
    return made


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")
