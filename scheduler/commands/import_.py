"""`milestones import`: the dates of somebody's file into the plan, each once however often."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from calendars.foreign.scanning import MOST_OCTETS
from calendars.foreign.values import ImportingError
from calendars.zones import local_day
from config.edit import EditError, TrackEdit, edited, read_file, save
from config.fields import ID, slug
from config.load import Loaded
from scheduler.commands.options import json_option, load_plan, moment, now, plan_option, plan_path
from scheduler.commands.output import console, counted, print_json, table
from scheduler.errors import OutsideFailed, PlanRefused, WrongUsage
from scheduler.foreign.reading import SAVE_AS, Foreign, read_foreign
from scheduler.taking_up import Outcome, taken_up

_ORDER = ("added", "updated", "unchanged", "kept", "skipped", "missing")
_WORDS = {
    "kept": "kept in another",
    "missing": "in the plan, not in the file",
}


@click.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@plan_option
@click.option("--track", metavar="ID", help="The track; default: named after the calendar or file.")
@click.option("--into", type=click.Path(path_type=Path), help="The plan's file for a new track.")
@click.option("--from", "start", metavar="DAY", help="Take up nothing new that is past by then.")
@click.option("--dry-run", is_flag=True, help="Say what would become of it, and write nothing.")
@json_option
def command(
    file: Path,
    plan: Path | None,
    track: str | None,
    into: Path | None,
    start: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Turn the dates in FILE into milestones of a track, and say what became of each.

    FILE is a calendar (.ics), a table (.csv, .tsv, .xlsx) or a briefing (.txt, .md, .docx, .pdf),
    of which each milestone keeps the sentence that it was promised in. Look at it first, with
    --dry-run. A second import of the same updates what changed, and nothing comes twice.
    """
    path = plan_path(plan)
    loaded = load_plan(path)
    _checked(track)
    foreign = _foreign(file, loaded, track)
    since = moment(start, loaded.plan)
    first = local_day(since, loaded.plan.timezone) if since else None
    outcomes = taken_up(loaded.plan, foreign.track, foreign.reading, first, foreign.mine)
    target = _target(loaded, path, foreign.track, into)
    if not dry_run:
        _write(loaded, path, target, foreign, outcomes)
    if as_json:
        print_json(line(one) for one in outcomes)
        return
    _print(loaded, foreign, outcomes)
    written = any(one.values for one in outcomes) and not dry_run
    click.echo(f"written to {target}" if written else f"nothing was written to {target}")


def _foreign(file: Path, loaded: Loaded, track: str | None) -> Foreign:
    ending = file.suffix.lower()
    if ending in SAVE_AS:
        raise WrongUsage(f"{file.name} is of a kind that is not read; save it as {SAVE_AS[ending]}")
    try:
        with file.open("rb") as opened:
            octets = opened.read(MOST_OCTETS + 1)
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {(error.strerror or '').lower()}") from None
    today = local_day(now(), loaded.plan.timezone)
    try:
        return read_foreign(file.name, octets, loaded.plan, track, today)
    except ImportingError as error:
        raise OutsideFailed(f"{file}: {error}") from None


def _checked(track: str | None) -> None:
    if track is not None and not ID.fullmatch(track):
        hint = f'; write "{slug(track)}"' if slug(track) else ""
        raise WrongUsage(f'"{track}" is no id of a track{hint}')


def _target(loaded: Loaded, path: Path, track: str, into: Path | None) -> Path:
    """The file of the plan that holds the track, or will."""
    if track in loaded.plan.tracks:
        home = _home(loaded, track)
        if into is not None and into.resolve() != home.resolve():
            raise WrongUsage(f'the track "{track}" stands in {home}: leave --into out')
        return home
    if into is None:
        return path / f"{track}.toml" if path.is_dir() else path
    good = into.suffix == ".toml" and not into.name.startswith(".")
    if path.is_dir() and good and into.resolve().parent == path.resolve():
        return path / into.name
    if into.resolve() == path.resolve():
        return path
    where = f"a .toml file in {path}" if path.is_dir() else str(path)
    raise WrongUsage(f"{into} is no file of this plan: name {where}")


def _home(loaded: Loaded, track: str) -> Path:
    """The file that has the milestones of a track; where it has none yet, that of its own keys."""
    milestones = loaded.plan.tracks[track].milestones
    place = loaded.place(milestones[0]) if milestones else loaded.locate(("tracks", track))
    return Path(place.file)


def _write(
    loaded: Loaded,
    path: Path,
    target: Path,
    foreign: Foreign,
    outcomes: Sequence[Outcome],
) -> None:
    changes = {
        one.milestone.partition("/")[2]: one.values for one in outcomes if one.became == "updated"
    }
    additions = [one.values for one in outcomes if one.became == "added"]
    if not changes and not additions:
        return
    track = foreign.track
    title = " ".join(foreign.reading.name.split()) or track.replace("-", " ").capitalize()
    folder = path if path.is_dir() else path.parent
    try:
        before = read_file(target)
        after = edited(before, TrackEdit(track, title, changes, additions))
        save(loaded, target, before, after, folder)
    except EditError as error:
        raise PlanRefused(str(error)) from None


def line(one: Outcome) -> dict[str, object]:
    """One line of `import --json`."""
    return {
        "became": one.became,
        "line": one.line or None,
        "uid": one.uid or None,
        "title": one.title,
        "milestone": one.milestone or None,
        "changes": {key: _plain(value) for key, value in one.values.items()},
        "reason": one.reason or None,
        "notes": list(one.notes),
    }


def _plain(value: object) -> object:
    """A value of a plan as JSON has it: dates as text."""
    if isinstance(value, dict):
        return {key: _plain(it) for key, it in value.items()}
    if isinstance(value, list):
        return [_plain(it) for it in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _print(loaded: Loaded, foreign: Foreign, outcomes: Sequence[Outcome]) -> None:
    for note in foreign.reading.notes:
        click.echo(f"note: {note}")
    by_sentence = foreign.what == "sentence"
    said = {one.uid: one.said for one in foreign.reading.imported} if by_sentence else {}
    rows = [
        (
            str(one.line or ""),
            _WORDS.get(one.became, one.became),
            one.milestone,
            said.get(one.uid) or one.title,
            _remark(loaded, one, read_as=by_sentence),
        )
        for one in outcomes
    ]
    of = "Sentence" if by_sentence else "Title"
    if rows:
        heads = (foreign.place.capitalize(), "Became", "Milestone", of, "Remark")
        console().print(table(heads, rows))
    counts = Counter[str](one.became for one in outcomes)
    told = [f"{counts[it]:,} {_WORDS.get(it, it)}" for it in _ORDER if counts[it]]
    number = counted(len(foreign.reading.items), foreign.what)
    click.echo(f"\n{number}: {', '.join(told) or 'nothing'}")


def _remark(loaded: Loaded, one: Outcome, *, read_as: bool) -> str:
    """read_as: whether its notes say what its date is."""
    parts = [one.reason] if one.reason else []
    if one.became == "added" and not read_as:
        parts.append(str(_plain(one.values.get("starts") or one.values.get("due"))))
    if one.became == "updated":
        parts.append(", ".join(f"`{key}`" for key in one.values))
        old = loaded.plan.milestones[one.milestone].due.text
        new = one.values.get("starts") or one.values.get("due")
        if new:
            parts.append(f"{old} became {_plain(new)}")
    return "; ".join([*parts, *one.notes])
