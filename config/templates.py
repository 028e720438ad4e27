"""An organisation's own words and templates of messages: the folder that `[messages]` names.

    templates/mail.html          the look of every mail
    templates/overdue.html       that of one stage
    templates/fr/mail.html       for readers of a language
    templates/fr/words.toml      the sentences that are said otherwise
    templates/_logo.html         a part that the others include

It reads the files and says which of them would never be used. Whether a template is right only
the messages can tell (`scheduler.messages.proving`).
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from calendars.wording import LANGUAGES
from config.documents import Fault
from config.parse import Tables
from config.plan import Templates
from config.positions import Path as KeyPath
from config.problems import Problem, listed, nearest
from notifiers.files import read_file

WORDS = "words.toml"
STAGES = (
    "opening", "before", "on-the-day", "overdue", "escalation", "date-wanted",
    "moved", "cancelled", "done", "fresh-link", "several", "attention", "coordinators-digest",
    "invitation", "unclear", "request", "returned",
)  # fmt: skip
"""What a message may be about; each can have a template of its own."""
EVERY = "mail"
"""The template of every message that has none of its own."""
FORMS = ("html", "txt")
MOST_FILES = 200
MOST_OCTETS = 200_000
MARK = "templates:"
"""How the name of a template begins among the texts of a plan that are kept in the database."""
_KEY: KeyPath = ("messages", "templates")


def read_templates(tables: Tables, folder: Path) -> tuple[Templates | None, list[Problem]]:
    """The templates of a plan that is read from `folder`, and what is wrong with their files.

    None where it names none. What is wrong with the folder is added to the `faults` of `tables`.
    """
    named = tables.messages.templates if tables.messages else None
    if named is None:
        return None, []
    base, chosen = folder.resolve(), _resolved(folder / named)
    if chosen is None or not chosen.is_relative_to(base) or chosen == base:
        message = f'`templates` = "{named}" is no folder inside that of the plan'
        hint = 'write the name of a folder beside the plan, for example "templates"'
        tables.faults.append(Fault(_KEY, message, hint))
        return None, []
    if not chosen.is_dir():
        message = f'there is no folder "{named}" beside the plan'
        tables.faults.append(Fault(_KEY, message, "make it, or take the key out"))
        return None, []
    problems: list[Problem] = []
    try:
        texts = _texts(folder / named, base, problems)
    except OSError as error:
        message = f'the folder "{named}" cannot be read: {(error.strerror or "why").lower()}'
        tables.faults.append(Fault(_KEY, message, "let the service read it"))
        return None, []
    return templates_of(str(folder / named), texts), problems


def templates_of(folder: str, texts: Mapping[str, str]) -> Templates:
    """Templates as a value; `texts` by their places in the folder, with "/"."""
    digest = hashlib.sha256()
    for place in sorted(texts):
        octets = texts[place].encode(errors="surrogatepass")
        digest.update(f"{place}\0{len(octets)}\0".encode())
        digest.update(octets)
    return Templates(digest.hexdigest(), folder, dict(sorted(texts.items())))


def folders(folder: Path) -> tuple[Path, ...]:
    """The folder and those in it, as far as they are there: where a change is to be looked for."""
    if not folder.is_dir():
        return ()
    return (folder, *sorted(one for one in folder.iterdir() if one.is_dir()))


def _texts(folder: Path, base: Path, problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in _files(folder):
        place = file.relative_to(folder).as_posix()
        told = _unused(place)
        if told is not None:
            problems.append(Problem(str(file), 1, 1, *told, severity="warning"))
        elif len(found) == MOST_FILES:
            message = f"the folder of templates has more than {MOST_FILES} files"
            problems.append(Problem(str(folder), 1, 1, message))
            break
        elif (led := _resolved(file)) is None or not led.is_relative_to(base):
            message = "this leads out of the plan's folder, so it is not read"
            problems.append(Problem(str(file), 1, 1, message, "copy the file here"))
        else:
            text = _read(file, problems)
            if text is not None:
                found[place] = text
    return found


def _resolved(path: Path) -> Path | None:
    """Where a path leads to; None for one that leads round and round, or cannot be."""
    try:
        found = path.resolve()
        found.is_dir()
    except (OSError, RuntimeError):
        return None
    return found


def _files(folder: Path) -> Iterator[Path]:
    """The files of the folder and of those in it, but for hidden and left-over ones."""
    for one in sorted(folder.iterdir()):
        if one.name.startswith(".") or one.name.endswith("~"):
            continue
        if one.is_dir():
            inner = sorted(one.iterdir())
            yield from (it for it in inner if it.name[0] != "." and it.name[-1] != "~")
        else:
            yield one


def _read(file: Path, problems: list[Problem]) -> str | None:
    try:
        octets = read_file(file, MOST_OCTETS + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        problems.append(Problem(str(file), 1, 1, f"the file cannot be read: {reason}"))
        return None
    if len(octets) > MOST_OCTETS:
        message = f"the file is larger than {MOST_OCTETS // 1000} kB"
        problems.append(Problem(str(file), 1, 1, message, "mails of that size are cut"))
        return None
    try:
        return octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        problems.append(Problem(str(file), line, 1, "the file is no UTF-8", "save it as UTF-8"))
        return None


def _unused(place: str) -> tuple[str, str] | None:
    """Why a file would never be used, and what may be meant; None for one that would be."""
    pure = PurePosixPath(place)
    language = pure.parts[0] if len(pure.parts) == 2 else None
    if len(pure.parts) > 2 or (language is not None and language not in LANGUAGES):
        return "no message uses this", f"the folders are {listed(LANGUAGES)}"
    if pure.name == WORDS:
        hint = "put it into the folder of its language, for example fr/words.toml"
        return None if language else ("the sentences of no language", hint)
    name, _, form = pure.name.rpartition(".")
    known = (EVERY, *STAGES)
    if form in FORMS and (name in known or name.startswith("_")):
        return None
    near = nearest(name, known) if form in FORMS else None
    hint = f'did you mean "{near}.{form}"?' if near else f"the names are {listed(known)}"
    return "no message uses this", f"{hint}; what they include begins with _"
