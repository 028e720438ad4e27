"""`milestones demo`: the shipped plan in a rehearsal, with pages, feeds and a mailbox."""

import logging
import shutil
import sys
import webbrowser
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import config
from notifiers.mailbox import MemoryMailbox
from scheduler.commands.options import PORT
from scheduler.commands.run import parse_speed, run_rehearsal, span_of_rehearsal
from scheduler.logs import configure
from scheduler.outbox.database import Database
from scheduler.service import Rehearsed, rehearse
from scheduler.web.app import app
from scheduler.web.server import Server, address, bind

EXAMPLE = Path(config.__path__[0]) / "examples" / "un-habitat"
START = "2024-03-21"
"""The day of the briefing from which the plan was written."""
PORTS = 50
"""So many ports are tried, from the one that is named on."""
_URL = 'url = "https://tracker.example.org"'


@click.command
@click.option(
    "--port", type=PORT, default=8025, show_default=True, help="The pages' port, or one after it."
)
@click.option("--speed", default="1day/s", show_default=True, help="How fast the days pass.")
@click.option("--until", metavar="DAY", help="Where it ends (default: a year on).")
@click.option("--open/--no-open", "opens", default=None, help="Open the pages in a browser.")
def command(port: int, speed: str, until: str | None, opens: bool | None) -> None:
    """Show the UN-Habitat plan in a rehearsal that starts on 21 March 2024.

    It needs no set-up and sends nothing: every message goes into a mailbox that is read in the
    browser. What it writes is thrown away at its end.
    """
    configure(level=logging.WARNING)
    passing = parse_speed(speed)
    bound = bind("127.0.0.1", port, tries=PORTS)
    with bound, TemporaryDirectory(prefix="milestones-demo-") as folder:
        plan = plan_for(address(bound), Path(folder))
        begin, end = span_of_rehearsal(plan, START, until)
        rehearsed = Rehearsed(begin, end, passing, MemoryMailbox())
        database = Database(f"sqlite:///{folder}/demo.sqlite")
        service, rounds = rehearse(plan, database, rehearsed)
        pages = app(service.live, service.desk, operated=service.operated, console=service.console)
        server = Server(pages, bound)
        try:
            _welcome(server, passing, opens=sys.stdout.isatty() if opens is None else opens)
            run_rehearsal(rounds, end, stay=True)
        finally:
            server.stop()
            service.stop()


def plan_for(url: str, folder: Path) -> Path:
    """The shipped plan in a folder of its own, its links leading to `url`."""
    plan = folder / "plan"
    plan.mkdir()
    for file in sorted(EXAMPLE.glob("*.toml")):
        shutil.copyfile(file, plan / file.name)
    written = (plan / "plan.toml").read_text(encoding="utf-8")
    (plan / "plan.toml").write_text(written.replace(_URL, f'url = "{url}"'), encoding="utf-8")
    return plan


def _welcome(server: Server, speed: timedelta, *, opens: bool) -> None:
    days = speed / timedelta(days=1)
    click.echo(
        f"The UN-Habitat resolutions, rehearsed from 21 March 2024, {_speed(days)} a second.\n"
        f"\n"
        f"  {server.url}/                   where the resolutions stand\n"
        f"  {server.url}/mailbox            the messages, as the days pass\n"
        f"  {server.url}/login              the console: reports to review, what goes out next\n"
        f"                                 (as amina@example.org; the link is in the mailbox)\n"
        f"  {server.url}/subscribe          the feeds\n"
        f"  {server.url}/calendars/all.ics  the feed of all dates\n"
        f"\n"
        f"Nothing leaves this machine. Ctrl-C ends it."
    )
    if opens:
        webbrowser.open(f"{server.url}/")


def _speed(days: float) -> str:
    return "a day" if days == 1 else f"{days:g} days"
