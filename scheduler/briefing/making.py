"""A briefing from what it is made of, in the form that is asked for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from config.plan import Plan
from scheduler.briefing.catalogue import words
from scheduler.briefing.composing import compose
from scheduler.briefing.document import Document
from scheduler.briefing.docx_file import TYPE, docx
from scheduler.briefing.html import page
from scheduler.briefing.items import outlook
from scheduler.briefing.markdown import markdown
from scheduler.briefing.period import Period
from scheduler.past import Past

_STYLES = Path(__file__).parents[1] / "web" / "static"
_SHEETS = ("style.css", "briefing.css")


class Wanted(NamedTuple):
    """What is asked for. language: "" for the plan's. The others are as in `compose`."""

    period: Period
    language: str = ""
    tracks: tuple[str, ...] = ()
    internal: bool = False
    title: str = ""
    meeting: str = ""


class Format(NamedTuple):
    """A form of the document: how it is written, and as what media type it is served."""

    write: Callable[[Document], bytes]
    media_type: str


def made(plan: Plan, past: Past, wanted: Wanted, now: datetime, base: str | None) -> Document:
    """The document before it has a form. base: where the pages lie, see `Telling`."""
    shown = outlook(plan, past, wanted.period, now, tracks=wanted.tracks, internal=wanted.internal)
    spoken = words(wanted.language or plan.language)
    return compose(shown, spoken, title=wanted.title, meeting=wanted.meeting, base=base)


def _page(document: Document) -> bytes:
    styles = "".join((_STYLES / name).read_text(encoding="utf-8") for name in _SHEETS)
    return page(document, styles).encode()


FORMATS: Mapping[str, Format] = {
    "html": Format(_page, "text/html; charset=utf-8"),
    "md": Format(lambda document: markdown(document).encode(), "text/markdown; charset=utf-8"),
    "docx": Format(docx, TYPE),
}
