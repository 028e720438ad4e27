"""What the pages say, gathered for the catalogues: `python -m tests.scheduler.web.catalogue_keys`.

It brings every catalogue up to date: what is new comes in without a translation, what is said no
more goes out. Nothing is guessed; the tests fail until a translator has filled what is empty.
"""

import ast
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

import scheduler.web
from scheduler.web.catalogues import FOLDER
from scheduler.web.spoken_words import ENGLISH, english

WEB = Path(str(scheduler.web.__path__[0]))
_CALLED = {"_", "words", "spoken", "key", "SearchError"}
"""The names that are called with a key."""
_OF, _COUNTED = "of", "counted"


class Key(NamedTuple):
    """A text to translate: the context that tells it from another, and both forms of a number."""

    text: str
    many: str = ""
    context: str = ""
    place: str = ""


def gathered() -> list[Key]:
    """Every key once, in the order of the files; those in templates first."""
    templates = sorted((WEB / "templates").glob("*.html"))
    modules = sorted(WEB.rglob("*.py"))
    found: dict[tuple[str, str], Key] = {}
    for paths, keys in ((templates, in_template), (modules, in_module)):
        for path in paths:
            place = path.relative_to(WEB).as_posix()
            for one in keys(path.read_text(encoding="utf-8"), place):
                found.setdefault((one.context, one.text), one)
    return [*found.values(), *of_forms()]


def of_forms() -> Iterator[Key]:
    """The sentences of the forms behind links; the key of each is its context."""
    for name, said in english().items():
        if isinstance(said, str):
            yield Key(said, context=name, place=ENGLISH.name)
        else:
            yield Key(said["one"], said["other"], context=name, place=ENGLISH.name)


def in_template(text: str, place: str = "") -> Iterator[Key]:
    """The keys of a template."""
    for call in Environment().parse(text).find_all(nodes.Call):
        strings = [one.value for one in call.args if isinstance(one, nodes.Const)]
        match call.node:
            case nodes.Name(name="_"):
                name = "_"
            case nodes.Getattr(node=nodes.Name(name="_"), attr="of" | "counted" as name):
                pass
            case _:
                continue
        yield from _key(name, strings, place)


def in_module(text: str, place: str = "") -> Iterator[Key]:
    """The keys of a module; a call with anything but plain texts is one of what `key` marked."""
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call):
            continue
        strings = [one.value for one in call.args if isinstance(one, ast.Constant)]
        match call.func:
            case ast.Name(id=name) if name in _CALLED:
                yield from _key("_", strings, place)
            case ast.Attribute(attr="of" | "counted" as name):
                yield from _key(name, strings, place)


def _key(name: str, strings: Sequence[object], place: str) -> Iterator[Key]:
    match name, strings:
        case "of", [str(context), str(text), *_]:
            yield Key(text, context=context, place=place)
        case "counted", [str(one), str(many), *_]:
            yield Key(one, many, place=place)
        case "_", [str(text), *_]:
            yield Key(text, place=place)


def renew(path: Path) -> None:
    """Bring a catalogue up to date; its head stays as it is."""
    text = path.read_text(encoding="utf-8")
    with path.open("rb") as file:
        old = read_po(file)
    made = Catalog()
    made.mime_headers = old.mime_headers
    for one in gathered():
        before = old.get(one.text, one.context or None)
        key = (one.text, one.many) if one.many else one.text
        empty = ("",) * old.num_plurals if one.many else ""
        said = before.string if before and before.id == key else empty
        made.add(key, said, [(one.place, 0)], context=one.context or None)
    body = BytesIO()
    write_po(body, made, width=96, include_lineno=False, omit_header=True)
    head = text.partition("\n\n")[0]
    path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")


if __name__ == "__main__":
    for catalogue in sorted(FOLDER.glob("*.po")):
        renew(catalogue)
