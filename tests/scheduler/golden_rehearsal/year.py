"""The shipped plan rehearsed from its briefing to the end of 2024, with what people did meanwhile.

Everything in it is fixed, so that the transcript is the same each time: what several threads send
at one instant is sorted.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import config
from notifiers.mailbox import MemoryMailbox, MemoryRoom
from notifiers.message import Message
from notifiers.mime import Sender
from notifiers.secret import Secret
from notifiers.slack import Slack, SlackOptions
from scheduler.clock import Clock
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.schema import prepare
from scheduler.service import Rehearsed, rehearse
from tests.scheduler.rehearsing import FAST, Stage, at

HERE = Path(__file__).parent
SHIPPED = Path(config.__path__[0]) / "examples" / "un-habitat"
_POLICIES = "# ---------------------------------------------------------------- reminder policies"
START, END = datetime(2024, 3, 21, 6, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
ROOM = "smart-chat"
TOLD = {"attention", "coordinators-digest"}
"""The stages of what coordinators are told of the plan and the service as a whole."""
DEAD = (datetime(2024, 6, 10, tzinfo=UTC), datetime(2024, 6, 24, tzinfo=UTC))
"""From when until when the room refuses everything."""

REPORTED = (
    ("2024-05-03T08:00", "smart-cities/zero-draft", "done"),
    ("2024-05-28T08:00", "executive-board/confirmation", "done"),
    ("2024-05-30T08:00", "adequate-housing/draft-agenda", "done"),
    ("2024-06-06T12:00", "adequate-housing/announcement", "done"),
    ("2024-06-18T08:00", "adequate-housing/dates-and-duration", "done"),
    ("2024-06-20T12:00", "gender-equality/advisory-group", "done"),
    ("2024-06-27T12:00", "climate-resilience/gcf-stage-1", "done"),
    ("2024-07-05T12:00", "smart-cities/first-draft", "at-risk"),
    ("2024-07-18T12:00", "smart-cities/first-draft", "done"),
    ("2024-08-29T12:00", "smart-cities/second-draft", "done"),
    ("2024-11-05T12:00", "smart-cities/third-draft", "done"),
    ("2024-11-15T12:00", "climate-resilience/cities-day", "done"),
    ("2024-11-20T12:00", "biodiverse-cities/results-wuf12", "done"),
    ("2024-11-29T07:00", "smart-cities/final-draft", "done"),
    ("2024-12-10T12:00", "gender-equality/unswap-scores", "done"),
    ("2024-12-10T12:00", "urban-action-fund/contribution-template", "done"),
)
"""When what was reported of which milestone."""
EDITED = (
    ("2024-06-12T10:00", "forums.toml", 'title = "WUF12"\ndue = "tbc"',
     'title = "WUF12"\ndue = "2024-11-04/2024-11-08"'),
    ("2024-06-12T10:00", "forums.toml", 'title = "COP29"\ndue = "tbc"',
     'title = "COP29"\ndue = "2024-11-11/2024-11-22"'),
    ("2024-09-02T10:00", "crisis-framework.toml", 'id = "emergency-fund"',
     'status = "cancelled"\nid = "emergency-fund"'),
    ("2024-10-01T10:00", "ha2-res1-smart-cities.toml", 'due = "2024-11"', 'due = "2024-12-06"'),
)  # fmt: skip
"""When which words of which file were written anew."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that arrived: on which channel, and the message itself."""

    channel: str
    message: Message


class Post(MemoryMailbox):
    """The rehearsal's mailbox, in which the room lives on a real server beside it."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.arrived: list[Sent] = []
        self._url, self._now = url, now

    def room(self, name: str) -> MemoryRoom:
        """The way to a channel."""
        return _Way(self, name, Slack(SlackOptions(Secret(plain=self._url)), self._now))


class _Way(MemoryRoom):
    """Notes down what arrives; to the room by its server, all else into the mailbox."""

    def __init__(self, post: Post, name: str, slack: Slack) -> None:
        super().__init__(post, Sender(MemoryMailbox()._sender.address, room=name))
        self._post, self._name, self._slack = post, name, slack

    def send(self, message: Message) -> str:
        """Deliver it."""
        answer = self._slack.send(message) if self._name == ROOM else super().send(message)
        self._post.arrived.append(Sent(self._name, message))
        return answer


@contextmanager
def chat_server(now: Callable[[], datetime]) -> Iterator[str]:
    """A server of rooms that takes everything, but refuses while it is `DEAD`; yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            dead = DEAD[0] <= now() < DEAD[1]
            body = b"no_service" if dead else b"ok"
            self.send_response(503 if dead else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/services/room"
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class _Watch:
    """What the room's server looks at; it is there before the service and its clock are."""

    clock: Clock | None = None

    def now(self) -> datetime:
        """The present instant of the rehearsal."""
        return self.clock.now() if self.clock else START


@dataclass(slots=True)
class Year:
    """What happened: the messages that arrived, and the outbox at the end."""

    arrived: list[Sent] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def stages(self, sent: Sent) -> Counter[str]:
        """How many reminders of each stage are in a message."""
        key = sent.message.key
        return Counter(row["stage"] for row in self.rows if row["delivery"] == key)

    def recipient(self, sent: Sent) -> str:
        """Who got it."""
        key = sent.message.key
        return str(next(row["recipient"] for row in self.rows if row["delivery"] == key))


def lived(folder: Path) -> Year:
    """Rehearse the year."""
    plan = _plan(folder / "plan")
    url = f"sqlite:///{folder / 'year.sqlite'}"
    database = Database(url)
    prepare(database)
    HistoryStore(database).put("signing-key", "5e" * 32)
    watch = _Watch()
    with chat_server(watch.now) as room:
        post = Post(room, watch.now)
        service, rounds = rehearse(plan, database, Rehearsed(START, END, FAST, post))
        stage = Stage(service, rounds, post, plan)
        watch.clock = service.clock
        try:
            for when, act in _acts(stage):
                stage.until(when)
                act()
            stage.until(END)
            return Year(post.arrived, service.history.outbox())
        finally:
            service.stop()


def _plan(folder: Path) -> Path:
    folder.mkdir()
    for file in sorted(SHIPPED.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        if file.name == "plan.toml":
            people = (HERE / "people.toml").read_text(encoding="utf-8")
            text = people + _POLICIES + text.partition(_POLICIES)[2]
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder


def _acts(stage: Stage) -> Sequence[tuple[datetime, Callable[[], object]]]:
    """What people do, by time."""

    def report(what: str, word: Any) -> Callable[[], object]:
        return lambda: stage.report(what, word)

    def edit(name: str, old: str, new: str) -> Callable[[], object]:
        def write() -> None:
            file = stage.path / name
            text = file.read_text(encoding="utf-8")
            if text.count(old) != 1:
                raise ValueError(f"{name} does not have once: {old}")
            file.write_text(text.replace(old, new), encoding="utf-8")
            considered = stage.service.reload(stage.service.clock.now())
            if considered.verdict not in ("applied", "unchanged"):
                raise ValueError(considered.text)

        return write

    acts = [(at(when), report(what, word)) for when, what, word in REPORTED]
    acts += [(at(when), edit(name, old, new)) for when, name, old, new in EDITED]
    return sorted(acts, key=lambda one: one[0])


def transcript(year: Year) -> str:
    """One line for each message; with its text where it is the first of its stages and language.

    What coordinators are told is shown for each kind of thing that it tells.
    """
    lines: list[str] = []
    known: set[str] = set()
    for one in sorted(year.arrived, key=lambda sent: _order(year, sent)):
        message, stages = one.message, year.stages(one)
        listed = ", ".join(
            f"{count} {stage}" if count > 1 else stage for stage, count in sorted(stages.items())
        )
        when = message.date.astimezone(UTC)
        lines.append(
            f"{when:%Y-%m-%d %H:%M}  {year.recipient(one)}  {one.channel}  [{listed}]  "
            f"{message.subject}"
        )
        kind = "".join(filter(str.isalpha, message.lead)) if stages.keys() & TOLD else ""
        kinds = (sorted({stage.partition(":")[0] for stage in stages}), message.language, kind)
        if str(kinds) not in known:
            known.add(str(kinds))
            lines += ["", *(f"    | {line}".rstrip() for line in message.text.splitlines()), ""]
    return "\n".join(lines) + "\n"


def _order(year: Year, sent: Sent) -> tuple[datetime, str, str, str, str]:
    message = sent.message
    return message.date, year.recipient(sent), sent.channel, message.subject, message.key
