"""`milestones doctor`: what is wrong with the set-up, and how to mend it."""

import shutil
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from config.load import Loaded
from config.plan import Channel, Replies
from config.problems import ConfigError
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.mail_records import LookUp, NoAnswerError, dns_look_up, remarks
from notifiers.registry import make_notifier
from scheduler.clock import SystemClock
from scheduler.commands.history import exists
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    plan_argument,
    plan_path,
)
from scheduler.commands.output import print_json
from scheduler.errors import Failure
from scheduler.failures import first_line
from scheduler.log_texts import without_secrets
from scheduler.mailbox import MailboxError, check
from scheduler.operation.findings import Finding, of_service, of_watchers, of_zones
from scheduler.outbox.database import Database
from scheduler.outbox.schema import current, newest

OURS = ("calendars", "config", "notifiers", "scheduler")
DISTRIBUTION = "milestone-scheduler"
_LEAST_FREE = 200_000_000
_EARLIEST_YEAR = 2024


@click.command
@plan_argument
@database_option
@click.option(
    "--offline", is_flag=True, help="Do not connect to mail servers, hooks and mailboxes."
)
@json_option
def command(plan: Path | None, database: str | None, offline: bool, as_json: bool) -> int:
    """Look at the plan, the database, the clock, each channel's login, the mail domains' SPF, DKIM
    and DMARC records, the mailbox of answers, the service that runs, who watches over it, and the
    package names."""
    findings = list(_findings(plan, database, offline=offline))
    if as_json:
        print_json(
            {"what": f.what, "state": f.state, "text": f.text, "hint": f.hint} for f in findings
        )
    else:
        for one in findings:
            mark = {"good": "ok  ", "bad": "BAD ", "look": "look"}[one.state]
            click.echo(f"{mark}  {one.what}: {one.text}")
            if one.hint:
                click.echo(f"        {one.hint}")
    return 3 if any(one.state == "bad" for one in findings) else 0


def _findings(plan: Path | None, database: str | None, *, offline: bool) -> Iterator[Finding]:
    yield from _packages()
    yield _clock()
    yield of_zones()
    path = plan_path(plan)
    try:
        loaded = load_plan(path)
    except ConfigError as error:
        count = len(error.errors)
        yield Finding("plan", "bad", f"{count} mistakes", f"milestones check {path}")
        return
    yield _plan(loaded, path)
    yield from _database(database_url(database, path))
    yield _address(loaded)
    yield from of_watchers(loaded.plan.operation)
    for channel in loaded.plan.channels.values():
        yield _channel(channel, offline=offline)
        if not offline:
            yield from records(channel)
    if loaded.plan.replies is not None:
        yield mailbox(loaded.plan.replies, offline=offline)


def _packages() -> Iterator[Finding]:
    known = packages_distributions()
    for name in OURS:
        others = sorted({one for one in known.get(name, ()) if one != DISTRIBUTION})
        if others:
            hint = "install this program in an environment of its own"
            yield Finding("package", "bad", f"{', '.join(others)} also installs {name}/", hint)
            return
    yield Finding("package", "good", "its import names are its own")


def _clock() -> Finding:
    now = SystemClock().now()
    if now.year < _EARLIEST_YEAR:
        return Finding("clock", "bad", f"it says {now:%Y-%m-%d}", "set the machine's clock")
    return Finding("clock", "good", f"{now:%Y-%m-%d %H:%M} UTC")


def _plan(loaded: Loaded, path: Path) -> Finding:
    counts = loaded.counts
    text = (
        f"{counts.milestones} milestones, {counts.people} people, {len(loaded.warnings)} warnings"
    )
    if loaded.warnings:
        return Finding("plan", "look", text, f"milestones check {path}")
    return Finding("plan", "good", text)


def _database(url: str) -> Iterator[Finding]:
    opened = None
    try:
        if not exists(url):
            yield Finding("database", "look", "there is none yet", "`milestones run` makes it")
            return
        opened = Database(url)
        yield from _opened(opened)
    except (Failure, OSError) as error:
        yield Finding("database", "bad", str(error))
    except SQLAlchemyError as error:
        hint = "look at its address, its server, and whether this user may use it"
        yield Finding("database", "bad", f"it does not answer: {first_line(error)}", hint)
    finally:
        if opened is not None:
            opened.close()


def _opened(opened: Database) -> Iterator[Finding]:
    version, wanted = current(opened), newest()
    if version != wanted:
        hint = "milestones database upgrade"
        yield Finding("database", "bad", f"version {version}, needed {wanted}", hint)
        return
    shown = without_secrets(opened.url.render_as_string(hide_password=True))
    yield Finding("database", "good", f"{shown}, version {version}")
    if opened.is_sqlite:
        folder = Path(str(opened.url.database)).resolve().parent
        free = shutil.disk_usage(folder).free
        if free < _LEAST_FREE:
            yield Finding("disk", "bad", f"{free // 1_000_000} MB free in {folder}", "make room")
    yield from of_service(opened, SystemClock().now())


def _address(loaded: Loaded) -> Finding:
    url = loaded.plan.url
    if url is None:
        hint = 'write url = "https://…" under [plan], so that messages can link to the pages'
        return Finding("address", "look", "the plan has no public address", hint)
    if not url.startswith("https://"):
        return Finding("address", "look", f"{url} is not encrypted", "put it behind https")
    return Finding("address", "good", url)


def _channel(channel: Channel, *, offline: bool) -> Finding:
    what = f"channel {channel.id}"
    if channel.options is None:
        return Finding(what, "bad", "not set up completely", "milestones check")
    if offline:
        return Finding(what, "look", f"{channel.kind}, not tried (--offline)")
    notifier = make_notifier(channel.kind, channel.options, SystemClock().now)
    try:
        return Finding(what, "good", notifier.check())
    except DeliveryError as error:
        return Finding(what, "bad", str(error))
    finally:
        notifier.close()


def mailbox(replies: Replies, *, offline: bool = False) -> Finding:
    """Whether the mailbox of answers and bounces can be read; no mail in it is."""
    what = "mailbox of [replies]"
    if offline:
        return Finding(what, "look", f"{replies.host}, not tried (--offline)")
    try:
        return Finding(what, "good", check(replies))
    except MailboxError as error:
        hint = "look at `host`, `username`, `password` and `folder` under [replies]"
        return Finding(what, "bad", str(error), hint)


def records(channel: Channel, look_up: LookUp | None = None) -> Iterator[Finding]:
    """What the DNS says of the domain that a mail channel sends for."""
    if not isinstance(channel.options, EmailOptions) or channel.options.problems():
        return
    what = f"records of {channel.options.sender.domain}"
    try:
        for one in remarks(channel.options, look_up or dns_look_up()):
            yield Finding(f"{one.what} of {channel.id}", one.state, one.text, one.hint)
    except NoAnswerError as error:
        yield Finding(what, "look", str(error))
