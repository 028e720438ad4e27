"""`milestones init`: a first plan with comments, or a copy of a shipped one."""

import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from calendars.zones import ZoneError, zone
from config.load import load, load_texts
from scheduler.errors import OutsideFailed, WrongUsage

EXAMPLES = ("small", "un-habitat")
_FIRST = """\
# {name}: what was promised, and who is reminded of it.
# Every key is described in docs/reference/plan.md; `milestones check` finds what is wrong.

[plan]
name = "{name}"
timezone = "{timezone}"
language = "en"
coordinators = ["{person}"]          # who hears of failures and of dates that are wanted
# url = "https://tracker.example.org"  # where pages and feeds are reached from outside
# holidays = ["KE"]                    # days without work: countries or subdivisions
# closed = ["2026-12-24/2026-12-31"]   # further days without work

[people.{person}]
name = "{person_name}"
email = "{email}"
# language = "fr"
# quiet = "19:00-07:00"                # nothing is sent then
# away = ["2026-08-01/2026-08-21"]     # a deputy gets the reminders then
# deputy = "another-person"

[reminders.default]
before = ["30 days", "7 days", "1 working day"]
on-the-day = true
overdue = {{ every = "3 working days", at-most = 10 }}
at = "09:00"                           # in each recipient's own time zone

# How mail leaves. Until this is filled in, check, next and preview work all the same.
# [channels.email]
# type = "email"
# host = "smtp.example.org"
# port = 587
# security = "starttls"
# username = "tracker"
# password = {{ env = "SMTP_PASSWORD" }}  # a secret never stands in the plan
# from = "Milestones <tracker@example.org>"

[tracks.first]
title = "A first track: one resolution, project or workstream"
owner = "{person}"

[[tracks.first.milestones]]
id = "draft"
title = "A first draft"
due = "2027-04"                        # a month; also 2027-04-30, "2027-Q2", "2027", "tbc"
said = "First draft: April 2027"       # the words as promised

[[tracks.first.milestones]]
id = "comments"
title = "Comments on the draft"
due = "draft + 10 working days"        # counted from the other's due day
"""


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--example", metavar="NAME", help=f"Copy a shipped plan: {', '.join(EXAMPLES)}.")
@click.option("--name", help="The plan's name.")
@click.option("--timezone", help='The time zone, as in "Africa/Nairobi".')
@click.option("--person", help="The first person's name.")
@click.option("--email", help="The first person's e-mail address.")
def command(
    folder: Path,
    example: str | None,
    name: str | None,
    timezone: str | None,
    person: str | None,
    email: str | None,
) -> None:
    """Write a first plan with comments into DIR; asks for what the options do not say."""
    if folder.is_dir() and any(folder.glob("*.toml")):
        raise WrongUsage(f"{folder} has a plan already; nothing was changed")
    if example is not None:
        _copy(example, folder)
    else:
        _write(folder, name, timezone, person, email)
    loaded = load(folder)
    click.echo(f"{loaded.counts.milestones} milestones written to {folder}; next:")
    click.echo(f"  milestones check {folder}\n  milestones preview {folder}")


def _copy(example: str, folder: Path) -> None:
    if example not in EXAMPLES:
        raise WrongUsage(f'there is no example "{example}"; there are: {", ".join(EXAMPLES)}')
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with as_file(files("config") / "examples" / example) as source:
            for file in sorted(source.glob("*.toml")):
                shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise OutsideFailed(f"{folder} cannot be written: {error.strerror}") from None


def _write(
    folder: Path, name: str | None, timezone: str | None, person: str | None, email: str | None
) -> None:
    name = name or click.prompt("Name of the plan", default="Our milestones")
    timezone = timezone or click.prompt("Time zone", default="UTC", value_proc=_zone)
    person_name = person or click.prompt("Your name")
    email = email or click.prompt("Your e-mail address")
    text = _FIRST.format(
        name=_quoted(name),
        timezone=_zone(timezone),
        person=_id(person_name),
        person_name=_quoted(person_name),
        email=_quoted(email),
    )
    load_texts({str(folder / "plan.toml"): text}, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.toml").write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutsideFailed(f"{folder} cannot be written: {error.strerror}") from None


def _zone(text: str) -> str:
    try:
        zone(text)
    except ZoneError as error:
        raise click.UsageError(str(error)) from None
    return text


def _quoted(text: str) -> str:
    return (
        "".join(char for char in text if char.isprintable())
        .replace("\\", "\\\\")
        .replace('"', '\\"')
    )


def _id(name: str) -> str:
    """An id from a name: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "me"
