"""The plan from a file, a folder of files, or texts in memory."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.building import build
from config.channels import read_channels
from config.checks import plan_faults
from config.documents import Document, Merged, merge
from config.parse import Tables, parse
from config.plan import Plan, Source, Templates
from config.positions import Path as KeyPath
from config.problems import ConfigError, Problem, order
from config.reading import MOST_OCTETS, read_octets
from config.references import unknown_references
from config.replies import read_replies
from config.requests import with_requests
from config.service import read_service
from config.sources import Sources
from config.templates import MARK, read_templates, templates_of
from config.watched import read_calendars
from notifiers.files import read_file

MOST_FILES, MOST_TOGETHER = 1000, 4 * MOST_OCTETS
"""So many files may a plan's folder have, and so many octets in all of them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of each a plan has."""

    tracks: int
    milestones: int
    people: int
    teams: int
    channels: int
    policies: int


@dataclass(frozen=True)
class Loaded:
    """A plan that can be used, and where it came from.

    digest: SHA-256 over the names and octets of the files and templates, in hexadecimal.
    """

    plan: Plan
    warnings: tuple[Problem, ...]
    files: tuple[Path, ...]
    digest: str
    sources: Sources = field(repr=False, compare=False)
    paths: Mapping[str, KeyPath] = field(repr=False, compare=False)
    """Full id of a milestone -> where it stands in the merged plan."""

    @property
    def counts(self) -> Counts:
        """How much was read."""
        plan = self.plan
        return Counts(
            len(plan.tracks),
            len(plan.milestones),
            len(plan.people),
            len(plan.teams),
            len(plan.channels),
            len(plan.policies),
        )

    def locate(self, path: KeyPath) -> Source:
        """Where a key path of the merged plan is written; reading the places takes time."""
        return self.sources.locate(path)

    def place(self, milestone: str) -> Source:
        """Where a milestone, by its full id, is written; `KeyError` where there is none."""
        return self.locate(self.paths[milestone])


def load(path: Path) -> Loaded:
    """The plan in a TOML file, or in the `*.toml` files of a folder (not of folders in it).

    Raises `ConfigError` with every mistake and warning where there is any mistake.
    """
    files, problems = _files(path)
    if not files:
        raise ConfigError(order(problems))
    octets: dict[str, bytes] = {}
    left = MOST_TOGETHER
    for file in files:
        try:
            octets[str(file)] = found = _octets(file, named=file == path)
        except OSError as error:
            problems.append(_unreadable(file, error))
            continue
        left -= len(found)
        if left < 0:
            most = MOST_TOGETHER // 1024 // 1024
            message = f"the files of the folder are larger than {most} MB together"
            raise ConfigError(order([Problem(str(path), 1, 1, message, "is it the plan's?")]))
    folder = path if path.is_dir() else path.parent
    return _load(octets, folder, files, lambda tables: read_templates(tables, folder), problems)


def load_texts(texts: Mapping[str, str], folder: Path = Path()) -> Loaded:
    """The plan in texts by their file names; files of secrets are looked for from `folder` on.

    Templates are among them, their names after `MARK`. Raises `ConfigError` as `load` does.
    """
    own = {name.removeprefix(MARK): texts[name] for name in texts if name.startswith(MARK)}
    names = [name for name in sorted(texts) if not name.startswith(MARK)]
    octets = {name: _encoded(texts[name]) for name in names}

    def given(tables: Tables) -> tuple[Templates | None, list[Problem]]:
        named = tables.messages.templates if tables.messages else None
        return (templates_of(str(folder / named), own) if named else None), []

    return _load(octets, folder, [Path(name) for name in octets], given, [])


def _encoded(text: str) -> bytes:
    """A text's octets, also those that were no UTF-8 and were kept as lone surrogates."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


def is_part(name: str) -> bool:
    """Whether a file of that name, in a plan's folder, is a part of the plan."""
    return name.endswith(".toml") and not name.startswith(".")


def _files(path: Path) -> tuple[list[Path], list[Problem]]:
    try:
        if not path.is_dir():
            return [path], []
        there = list(path.iterdir())  # which, other than `glob`, says that it may not be read
    except OSError as error:
        return [], [_unreadable(path, error)]
    files = sorted(one for one in there if is_part(one.name))
    if not files:
        message, hint = "there is no plan in this folder", "write a file such as plan.toml in it"
        return [], [Problem(str(path), 1, 1, message, hint)]
    if len(files) > MOST_FILES:
        message = f"the folder has more than {MOST_FILES} files; is it the plan's?"
        return [], [Problem(str(path), 1, 1, message)]
    return files, []


def _octets(file: Path, *, named: bool) -> bytes:
    """The octets of a file; one that somebody named may be a pipe."""
    if not named:
        return read_file(file, MOST_OCTETS + 1)
    with file.open("rb") as opened:
        return opened.read(MOST_OCTETS + 1)


def _unreadable(file: Path, error: OSError) -> Problem:
    reason = (error.strerror or "it cannot be read").lower()
    hint = "let this user read it" if isinstance(error, PermissionError) else "check its name"
    return Problem(str(file), 1, 1, f"the file cannot be read: {reason}", hint)


def _load(
    octets: Mapping[str, bytes],
    folder: Path,
    files: Iterable[Path],
    templates: Callable[[Tables], tuple[Templates | None, list[Problem]]],
    problems: list[Problem],
) -> Loaded:
    documents: list[Document] = []
    for name, content in octets.items():
        document, found = read_octets(name, content)
        documents.append(document)
        problems.extend(found)
    if not documents:
        raise ConfigError(order(problems))
    merged = merge(documents, problems)
    tables = parse(merged)
    channels = read_channels(tables, folder)
    plan = build(tables, channels, read_calendars(tables, folder), read_replies(tables, folder))
    own, wrong = templates(tables)
    plan = replace(plan, templates=own, operation=read_service(tables, folder))
    plan = with_requests(plan, tables)
    tables.faults.extend(unknown_references(tables, merged.data))
    tables.faults.extend(plan_faults(plan, tables))
    warnings = _judged(merged, tables, wrong)
    sources = Sources({document.name: document.text for document in documents})
    paths = {it.id: it.path for it in tables.milestones.values()}
    return Loaded(plan, warnings, tuple(files), _digest(octets, own), sources, paths)


def _judged(merged: Merged, tables: Tables, others: Iterable[Problem]) -> tuple[Problem, ...]:
    """The warnings; raises `ConfigError` where there is any error."""
    found = order([*merged.problems, *merged.problems_of(tables.faults), *others])
    if any(problem.severity == "error" for problem in found):
        raise ConfigError(found)
    return found


def _digest(octets: Mapping[str, bytes], templates: Templates | None) -> str:
    total = hashlib.sha256()
    for name, content in octets.items():
        total.update(f"{Path(name).name}\0{len(content)}\0".encode())
        total.update(content)
    if templates is not None:
        total.update(templates.digest.encode())
    return total.hexdigest()
