"""`milestones briefing`: the progress over a period, as a document for the governing bodies."""

from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click

from calendars.wording import LANGUAGES
from calendars.zones import local_day
from config.plan import Plan
from scheduler.briefing.making import FORMATS, Wanted, made
from scheduler.briefing.period import Period, PeriodError, period
from scheduler.commands.history import with_dates
from scheduler.commands.options import (
    database_option,
    database_url,
    load_plan,
    now,
    plan_argument,
    plan_path,
)
from scheduler.commands.recorded import past
from scheduler.errors import WrongUsage

_BINARY = "docx"
_USUAL = "md"


@click.command
@plan_argument
@click.option("--from", "first", metavar="DAY", help="The first day (default: three months back).")
@click.option("--until", "last", metavar="DAY", help="The last day (default: today).")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="The form; default that of FILE's ending, else md.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write it; default standard output.",
)
@click.option("--track", "tracks", multiple=True, metavar="ID", help="Only this track.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    metavar="LANGUAGE",
    help=f"One of {', '.join(LANGUAGES)}; default the plan's.",
)
@click.option("--title", default="", metavar="TEXT", help='The title, as in "Agenda item 3: …".')
@click.option("--meeting", default="", metavar="TEXT", help="The meeting that it is made for.")
@click.option("--internal", is_flag=True, help="Also what is not public, and who reported it.")
@database_option
def command(
    plan: Path | None,
    first: str | None,
    last: str | None,
    form: str | None,
    output: Path | None,
    tracks: tuple[str, ...],
    language: str | None,
    title: str,
    meeting: str,
    internal: bool,
    database: str | None,
) -> None:
    """Write the progress briefing over a period: HTML, Markdown or .docx.

    For each resolution: what was promised for the period, what is done, what is late and why,
    which dates moved, what comes next. The period ends today where --until is not given, and
    begins three months before its end where --from is not. --track may be given several times.
    """
    url = database_url(database, plan_path(plan))
    found = with_dates(load_plan(plan).plan, url)
    chosen = form or _form_of(output)
    if chosen == _BINARY and output is None:
        raise WrongUsage("a .docx is no text: name a file with --output")
    at = now()
    wanted = Wanted(
        _period(first, last, local_day(at, found.timezone)),
        language=language or "",
        tracks=_tracks(found, tracks, internal=internal),
        internal=internal,
        title=title,
        meeting=meeting,
    )
    base = found.url.rstrip("/") if found.url else None
    content = FORMATS[chosen].write(made(found, past(url), wanted, at, base))
    if output is None:
        click.echo(content, nl=False)
        return
    output.write_bytes(content)
    click.echo(f"{output}: {wanted.period.first} to {wanted.period.last}")


def _form_of(output: Path | None) -> str:
    """The form that a file's ending says."""
    if output is None:
        return _USUAL
    ending = output.suffix.lower().lstrip(".")
    known = {**{form: form for form in FORMATS}, "htm": "html", "markdown": "md"}
    if ending not in known:
        raise WrongUsage(f"{output} does not end as .html, .md or .docx: say which with --format")
    return known[ending]


def _period(first: str | None, last: str | None, today: date) -> Period:
    try:
        return period(_day("--from", first), _day("--until", last), today)
    except PeriodError as error:
        text = str(error).replace("`until`", "--until").replace("`from`", "--from")
        raise WrongUsage(text) from None


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f'{name} takes a day such as 2024-03-21, not "{text}"') from None


def _tracks(plan: Plan, tracks: tuple[str, ...], *, internal: bool) -> tuple[str, ...]:
    """The tracks that are asked for, each of which can be shown."""
    for one in tracks:
        track = plan.tracks.get(one)
        if track is None:
            near = get_close_matches(one, plan.tracks, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise WrongUsage(f'the plan has no track "{one}"{hint}')
        if not (track.public or internal):
            raise WrongUsage(f'the track "{one}" is not public: add --internal')
    return tracks
