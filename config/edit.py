"""Changes and adds milestones in a plan's file, and leaves all else in it as it was written.

Only the table of a milestone that changes is written anew (with its comments), and the new ones
go behind the last of their track. What would not be a good plan afterwards is refused.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

import tomlkit
from tomlkit.items import Item, Table

from config.blocks import Block, blocks
from config.load import Loaded, load_texts
from config.problems import ConfigError

Values = Mapping[str, object]


class EditError(Exception):
    """An edit that cannot be made; the text says why, and that nothing was written."""


@dataclass(frozen=True, slots=True)
class TrackEdit:
    """What to do to one track.

    title: of the track, where it is new. changes: short id -> key -> its new value, None to take
    the key out. additions: whole milestones, their keys in the order in which they are written.
    """

    track: str
    title: str
    changes: Mapping[str, Values] = field(default_factory=dict)
    additions: Sequence[Values] = ()


@dataclass(frozen=True, slots=True)
class _Splice:
    """What stands in place of the octets from `start` up to `end`."""

    start: int
    end: int
    text: str


def edited(text: str, edit: TrackEdit) -> str:
    """A plan's text with an edit made; raises `EditError` where it has no such milestone."""
    octets = text.encode()
    splices = sorted(_splices(octets, edit), key=lambda it: it.start, reverse=True)
    for splice in splices:
        new = splice.text.replace("\r\n", "\n")
        if "\r\n" in text:
            new = new.replace("\n", "\r\n")
        octets = octets[: splice.start] + new.encode() + octets[splice.end :]
    return octets.decode()


def save(loaded: Loaded, file: Path, before: str, after: str, folder: Path) -> None:
    """Put a new text in the place of a file of a plan, or beside its files, in one step.

    before: the text that was edited, "" for a new file. Raises `EditError` where the plan would
    have mistakes, or the file is no longer as it was; nothing is written then.
    """
    texts = {str(one): _read(one) for one in loaded.files}
    if texts.get(str(file), "") != before:
        raise EditError(f"{file} was changed meanwhile, so nothing was written: try again")
    try:
        load_texts({**texts, str(file): after}, folder)
    except ConfigError as error:
        mistakes = "\n".join(problem.headline for problem in error.errors[:10])
        raise EditError(
            f"the plan would have mistakes, so nothing was written to {file}:\n{mistakes}"
        ) from None
    _replace(file.resolve(), after.encode())


def read_file(file: Path) -> str:
    """The text of a plan's file as it is, with its line ends; "" where there is none yet."""
    return _read(file) if file.exists() else ""


def _read(file: Path) -> str:
    return file.read_bytes().decode()


def _replace(file: Path, octets: bytes) -> None:
    """Write beside the file and rename, so that a crash leaves the old or the new one whole."""
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as made:
        try:
            made.write(octets)
            made.flush()
            os.fchmod(made.fileno(), file.stat().st_mode if file.exists() else 0o644)
            os.fsync(made.fileno())
            Path(made.name).replace(file)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _splices(octets: bytes, edit: TrackEdit) -> Iterator[_Splice]:
    known = blocks(octets)
    wanted = dict(edit.changes)
    for block in known:
        if block.names == ("tracks", edit.track, "milestones"):
            text = octets[block.start : block.end].decode()
            table = _milestone(text, edit.track)
            changes = wanted.pop(str(table[1].get("id")), None)
            if changes:
                yield _Splice(block.start, block.end, _changed(*table, changes))
    if wanted:
        name = next(iter(wanted))
        raise EditError(
            f'"{edit.track}/{name}" is not written under a header of its own, '
            f"[[tracks.{edit.track}.milestones]]: write it so, and try again"
        )
    if edit.additions:
        yield _added(octets, known, edit)


def _milestone(text: str, track: str) -> tuple[tomlkit.TOMLDocument, Table]:
    document = tomlkit.parse(text if text.endswith("\n") else text + "\n")
    table = document["tracks"][track]["milestones"][0]
    return document, table


def _changed(document: tomlkit.TOMLDocument, table: Table, changes: Values) -> str:
    for key, value in changes.items():
        if value is None:
            table.remove(key)
        else:
            table[key] = _item(value)
    return tomlkit.dumps(document)


def _added(octets: bytes, known: Sequence[Block], edit: TrackEdit) -> _Splice:
    new = [_written(edit.track, values) for values in edit.additions]
    of_track = [block for block in known if block.names[:2] == ("tracks", edit.track)]
    if not of_track:
        new.insert(0, tomlkit.dumps(_nested({"title": edit.title}, ("tracks", edit.track))))
    at = of_track[-1].end if of_track else len(octets)
    gap = "" if not octets[:at] or octets[:at].endswith(b"\n") else "\n"
    before = "\n" if octets[:at].strip() else ""
    after = "\n" if octets[at:].strip() and not octets[at:].startswith((b"\n", b"\r\n")) else ""
    return _Splice(at, at, gap + before + "\n".join(new) + after)


def _written(track: str, values: Values) -> str:
    """A milestone under a header of its own."""
    single = tomlkit.dumps(_nested(values, ("tracks", track, "milestones")))
    head, _, body = single.partition("\n")
    return f"[{head}]\n{body}"


def _nested(values: Values, names: Sequence[str]) -> tomlkit.TOMLDocument:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = _item(value)
    for name in reversed(names[1:]):
        outer = tomlkit.table(is_super_table=True)
        outer[name] = table
        table = outer
    document = tomlkit.document()
    document[names[0]] = table
    return document


def _item(value: object) -> Item:
    """A value as TOML; a text of several lines in three quotes, a table in one line."""
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(f"{value}\n", multiline=True)
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update({key: _item(it) for key, it in value.items()})
        return inline
    return tomlkit.item(value)
