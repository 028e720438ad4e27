"""How mails look: the product's templates, and an organisation's own in their place.

Of the own templates of a stage the first that is there is taken, in the folder of the language
before the folder of all: `fr/overdue.html`, `fr/mail.html`, `overdue.html`, `mail.html`; else the
product's. They run in the sandbox and may build on ours: `{% extends "ours/mail.html" %}`. Where
one fails, ours is taken, and the failure noted: no message is lost by it.
"""

import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.exceptions import TemplateError, TemplateSyntaxError

from config.plan import Templates
from config.templates import EVERY
from scheduler.messages.folding import COLUMNS, aligned, fold
from scheduler.messages.own import Fault
from scheduler.messages.page import Page
from scheduler.messages.sandbox import WIDEST, Sandbox

OURS = "ours/"
"""How the names of the product's templates begin in those of an organisation."""
COLOURS = {
    "late": "#a1231a",
    "today": "#8a4b00",
    "soon": "#1b4f9c",
    "info": "#3a4653",
    "done": "#1f6b45",
}
"""By urgency, on white, with a contrast of at least 6 to 1; the layout has those for the dark."""
_LAYOUT = Path(__file__).parent / "layout"
_PADDING = "\u034f\u200c\u00a0" * 40
"""Keeps a mail program from filling the preview line with the text that follows."""
_FILTERS: Mapping[str, Callable[..., str]] = {"fold": fold, "aligned": aligned}
_LACKS = re.compile(r"'(?:\w+\.)*(\w+) object' has no attribute '(\w+)'")
_KNOWN: Mapping[str, object] = {"rule": "-" * COLUMNS, "colours": COLOURS, "padding": _PADDING}
_MOST_FAULTS = 100
_COMPILING = threading.Lock()
_NOTED: dict[str, deque[Fault]] = {}


class Look:
    """The form of a message in one language: its plain text, or its HTML."""

    def __init__(self, form: str, colon: str, own: "OwnLooks | None" = None) -> None:
        """`form` is "txt" or "html"; `colon` is that of the language, with its space."""
        self._form = form
        self._colon = colon
        self._own = own

    def render(self, *, page: Page) -> str:
        """The page in this form; in ours where an own template fails."""
        made = self._own.render(self._form, page) if self._own else None
        if made is not None:
            return made
        return _compiled(self._form).render(page=page, colon=self._colon)


class OwnLooks:
    """An organisation's templates for the readers of one language."""

    def __init__(self, templates: Templates, language: str, colon: str) -> None:
        self._texts = templates.texts
        self._language = language
        self._colon = colon
        self._noted = _noted(templates)
        self._sandbox = _sandbox(templates)

    def render(self, form: str, page: Page) -> str | None:
        """The page by an own template; None where there is none, or where it fails."""
        name = self.chosen(page.stage, form)
        if name is None:
            return None
        try:
            return self.try_out(name, page)
        except Exception as error:  # noqa: BLE001 - whatever a template does, the message goes out
            self._noted.append(fault_of(error, name, self._texts))
            return None

    def chosen(self, stage: str, form: str) -> str | None:
        """The place of the template of a stage, "fr/overdue.html"."""
        names = tuple(f"{name}.{form}" for name in (stage, EVERY) if name)
        places = (*(f"{self._language}/{name}" for name in names), *names)
        return next((place for place in places if place in self._texts), None)

    def try_out(self, name: str, page: Page) -> str:
        """The page by a template; raises whatever goes wrong."""
        template = self._sandbox.get_template(name)
        made = self._sandbox.render(template, page=page, colon=self._colon)
        if not made.strip():
            raise TemplateError("it puts out nothing")
        return made


@lru_cache(maxsize=4)
def _sandbox(templates: Templates) -> Sandbox:
    """Where these templates run; each is compiled once, for all languages."""

    def load(name: str) -> str | None:
        if name.startswith(OURS):
            return _our_text(name.removeprefix(OURS))
        return templates.texts.get(name)

    return Sandbox(load, _SAFE_FILTERS, _KNOWN)


def _compiled(form: str) -> Template:
    """As `_shipped`; of several threads that are the first to ask, one compiles."""
    with _COMPILING:
        return _shipped(form)


@lru_cache(maxsize=2)
def _shipped(form: str) -> Template:
    """The product's own template of a form."""
    made = Environment(
        loader=FileSystemLoader(_LAYOUT),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(_FILTERS)
    made.globals.update(_KNOWN)
    return made.get_template(f"{EVERY}.{form}")


def take_faults(templates: Templates) -> list[Fault]:
    """What went wrong in these templates since they were last asked for, each once."""
    noted, found = _noted(templates), list[Fault]()
    with suppress(IndexError):  # another thread may take the last
        while noted:
            found.append(noted.popleft())
    return list(dict.fromkeys(found))


def _noted(templates: Templates) -> deque[Fault]:
    """Where the languages of these templates note what goes wrong; it forgets the oldest."""
    return _NOTED.setdefault(templates.digest, deque(maxlen=_MOST_FAULTS))


def fault_of(error: Exception, name: str, texts: Mapping[str, str]) -> Fault:
    """Where and why a template failed, for people."""
    if isinstance(error, TemplateSyntaxError):
        place = error.name or name
        return Fault(place, error.lineno, 1, error.message or "it cannot be read")
    frames = [one for one in extract_tb(error.__traceback__) if one.filename in texts]
    place, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else (name, 1)
    return Fault(place, line, 1, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it calls itself without an end"
    if isinstance(error, TemplateError):
        return _LACKS.sub(r"there is no `\2` in a \1", error.message or type(error).__name__)
    return f"{type(error).__name__}: {error}"


@lru_cache(maxsize=8)
def _our_text(name: str) -> str | None:
    files = {file.name: file for file in _LAYOUT.iterdir()}
    return files[name].read_text(encoding="utf-8") if name in files else None


def _narrow_fold(text: str, indent: int = 0) -> str:
    return fold(text, min(indent, WIDEST))


_SAFE_FILTERS: Mapping[str, Callable[..., str]] = {**_FILTERS, "fold": _narrow_fold}
