"""One scenario from one number: the plan, what is done to it, who is killed when, and the moods.

Nodes are processes, one or two at a time, that are killed (SIGKILL) at any instant, transaction
or step of a delivery; a proxy cuts their connections to PostgreSQL. What the servers took is held
against the second reading of the rules (`tests.faults.simulation.model`): nothing lost, nothing
twice but as a copy with its identity; and against what the database says of it. What each message
says is held against the plan that was in force, or where another came into force beside the node
that sent it, against either.
"""

import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import make_url

from config.load import load
from scheduler.outbox import schema
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from tests.faults.contents.said import Standing, complaints
from tests.faults.lives import KILLED, Ward
from tests.faults.proxy import Proxy, proxy
from tests.faults.scenarios.lives import CUT_OFF, STEPS, TRANSACTION, UP, NodeLife
from tests.faults.scenarios.servers import PATIENCE, Far, Taken, hook, mail, serving
from tests.faults.simulation.model import Model
from tests.faults.simulation.plans import BROKEN, HEAD, Entries, Entry, end_of_month, written

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
HOPS = 4
TRIED_FOR = timedelta(hours=23)
PEACE = timedelta(minutes=70)
_SECRET = "whsec_" + "bWlsZXN0b25lcy1hcmUtZGF0ZWQtcHJvbWlzZXM="
PATIENT = 20.0
"""Seconds that the channels wait in the end, however busy the machine is."""
LIFE = 0.15
"""Seconds that a life takes, or less, on a machine that has nothing else to do."""
PAUSE = 0.1
"""Seconds that a node sometimes stops for, when it has planned."""
BEGUN = 55
"""Transactions that a life begins, or nearly."""
TITLES = ("", "Other words", "Third words")
NOT_OF_A_PLAN = ("moved", "cancelled", "done", "attention", "coordinators-digest")


@dataclass
class Result:
    """What came of a scenario."""

    complaints: list[str] = field(default_factory=list)
    lives: int = 0
    kills: int = 0
    faults: int = 0
    cuts: int = 0
    messages: int = 0
    copies: int = 0

    def plus(self, other: "Result") -> "Result":
        """Both together."""
        return Result(*(getattr(self, name) + getattr(other, name) for name in vars(self)))


class Lived(NamedTuple):
    """When a life was on the scenario's clock, and by which plans it may have sent: from the
    first of these numbers to the last."""

    now: datetime
    first: int
    last: int


Wards = tuple[Ward, Ward]
"""Where nodes are born, two at a time."""
Ports = tuple[int, int]
"""Of the mail server and of the hook."""


def play(seed: int, url: str, wards: Wards) -> Result:
    """Play a scenario on an empty database with its tables."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scenario-")))
        mails, hooks = Far(random.Random(seed + 1)), Far(random.Random(seed + 2))
        ports = stack.enter_context(serving(mails, mail)), stack.enter_context(serving(hooks, hook))
        database = Database(url)
        stack.callback(database.close)
        place = database.url.query.get("host")
        cutting = None if place is None else stack.enter_context(
            proxy(f"{place}/.s.PGSQL.5432", seed + 3, longest=250))  # fmt: skip
        played = Scenario(random.Random(seed), wards, folder / "plan.toml", url, cutting,
                          HistoryStore(database), mails, hooks, ports)  # fmt: skip
        return played.play()


@dataclass
class Scenario:
    """One scenario; `cutting` is a proxy before its database."""

    chance: random.Random
    wards: Wards
    path: Path
    url: str
    cutting: Proxy | None
    history: HistoryStore
    mails: Far
    hooks: Far
    ports: Ports
    now: datetime = START
    latest: datetime = START
    patience: float = PATIENCE
    entries: dict[str, Entry] = field(default_factory=dict)
    model: Model = field(default_factory=Model)
    ever: set[str] = field(default_factory=set)
    first_bad: dict[str, datetime] = field(default_factory=dict)
    result: Result = field(default_factory=Result)
    plans: list[Entries] = field(default_factory=list)
    lives: list[Lived] = field(default_factory=list)

    def play(self) -> Result:
        """What comes of it."""
        for number in range(self.chance.randint(2, 4)):
            self.entries[f"m{number}"] = Entry(
                f"m{number}", self.a_day(), self.chance.choice(("amina", "jonas")), watched=True
            )
        self.write()
        self.adopted()
        for _ in range(HOPS):
            self.hop()
        self.peace()
        self.judge()
        return self.result

    def peace(self) -> None:
        """Nothing fails any more, and the clock goes on from the latest it ever showed."""
        for far in (self.mails, self.hooks):
            far.bad = 0.0
        self.now = max(self.now, self.latest)
        self.patience = PATIENT
        self.write()
        for _ in range(3):
            self.now += PEACE
            self.live()
            self.look()

    def a_day(self) -> date | None:
        if self.chance.random() < 0.1:
            return None
        if self.chance.random() < 0.4:  # so that something is due at once
            return self.now.date() + timedelta(days=self.chance.randint(1, 29))
        return START.date() + timedelta(days=self.chance.randint(0, 60))

    # The plan

    def write(self) -> None:
        text = leading_to(written(self.entries), self.ports, self.patience)
        self.path.write_text(text, encoding="utf-8")

    def edit(self) -> None:
        """One edit of the plan, or none."""
        key = self.chance.choice(sorted(self.entries))
        before = dict(self.entries)
        match self.chance.randint(0, 8):
            case 0:
                self.entries[key] = self.dated(self.entries[key])
            case 1 if len(self.entries) > 1:
                del self.entries[key]
            case 2:
                name = f"m{self.chance.randint(0, 5)}"
                self.entries.setdefault(name, self.dated(Entry(name, None, watched=True)))
            case 3:
                status = self.chance.choice(("done", "planned"))
                self.entries[key] = replace(self.entries[key], status=status)
            case 4:
                self.path.write_text(BROKEN, encoding="utf-8")
                self.live(dies=True)
                self.live()
            case 5 | 6:
                title = self.chance.choice(TITLES)
                self.entries[key] = replace(self.entries[key], title=title and f"{title} of {key}")
        if self.entries != before and self.chance.random() < 0.7:
            self.edited_beside()
        self.write()
        self.adopted()

    def edited_beside(self) -> None:
        """A node is at work by the plan until now while another puts the new one in force."""
        ends = self.path.with_name(f"end-{len(self.lives)}")
        dies = self.chance.random() < 0.2
        if self.chance.random() < 0.2:
            self.path.write_text("", encoding="utf-8")  # as editors begin to save
        old = replace(self.life(dies=dies), until=str(ends))
        self.wards[0].begin(old)
        self.wait_for(Path(f"{ends}{UP}"), may_die=dies)
        self.write()
        self.plans.append(dict(self.entries))
        self.lives[-1] = self.lives[-1]._replace(last=len(self.plans) - 1)
        new = replace(self.life(dies=False), pause=self.chance.choice((0.0, PAUSE)))
        self.ended(new, self.wards[1].live(new))
        ends.touch()
        self.ended(old, self.wards[0].end())

    def wait_for(self, begun: Path, *, may_die: bool) -> None:
        """Mostly until a node has begun; or for any time, as where it may have died by then."""
        soon = may_die or self.chance.random() < 0.2
        most = self.chance.uniform(0.0, 2 * LIFE) if soon else PATIENT
        until = time.monotonic() + most
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.01)

    def dated(self, entry: Entry) -> Entry:
        """With another date: a day or a month, certain or not; or without one."""
        due, wide = self.a_day(), self.chance.random() < 0.2
        if due is None:
            return replace(entry, due=None, wide=False, sure=True)
        sure = self.chance.random() < 0.7
        return replace(entry, due=end_of_month(due) if wide else due, wide=wide, sure=sure)

    def adopted(self) -> None:
        """Let nodes start, some killed, until the plan is in force; no time passes."""
        if not self.plans or self.plans[-1] != self.entries:
            self.plans.append(dict(self.entries))
        while self.chance.random() < 0.4:
            self.live(dies=True)
        if self.history.digest_in_force() != load(self.path).digest:
            self.live()
        self.model.due(self.now)
        self.model.adopt(self.entries, self.now)
        self.look()

    # Time

    def hop(self) -> None:
        """To an instant at which something is due, or to any; then lives, with their faults."""
        due = sorted({one.at for one in self.model.wanted(self.now).values() if one.at > self.now})
        if due and self.chance.random() < 0.8:
            self.now = self.chance.choice(due[:4])
        else:
            self.now += timedelta(minutes=self.chance.randint(1, 20_000))
        if self.chance.random() < 0.2:
            self.now += timedelta(minutes=self.chance.randint(-360, 360))
        for far in (self.mails, self.hooks):
            far.bad = self.chance.choice((0.0, 0.0, 0.5, 1.0))
        self.latest = max(self.latest, self.now)
        for _ in range(self.chance.randint(0, 3)):
            if self.chance.random() < 0.3:
                self.live_together()
            else:
                self.live(dies=True)
        self.look()
        if self.chance.random() < 0.5:
            self.live()
            self.look()
        if self.chance.random() < 0.5:
            self.edit()

    # Nodes

    def live(self, *, dies: bool = False) -> None:
        """A node from its begin to its end."""
        life = self.life(dies=dies)
        self.ended(life, self.wards[0].live(life))

    def live_together(self) -> None:
        """Two nodes at the same time, either of which may die."""
        lives = [self.life(dies=self.chance.random() < 0.6) for _ in self.wards]
        for one, place in zip(lives, self.wards, strict=True):
            place.begin(one)
        for one, place in zip(lives, self.wards, strict=True):
            self.ended(one, place.end())

    def life(self, *, dies: bool) -> NodeLife:
        """One that dies has its fate: an instant, a step, or connections that are cut."""
        self.lives.append(Lived(self.now, len(self.plans) - 1, len(self.plans) - 1))
        number = len(self.lives) - 1
        life = NodeLife(str(self.path), self.url, self.now.isoformat(), number=number)
        if not dies:
            return life
        fate = self.chance.random()
        if fate < 0.3 and self.cutting is not None:
            url = make_url(self.url).set(host="127.0.0.1", port=self.cutting.port, query={})
            return replace(life, url=url.render_as_string(hide_password=False), frail=True)
        if fate < 0.55:
            return replace(life, delay=self.chance.uniform(0.0, LIFE))
        step = self.chance.choice(STEPS)
        most = BEGUN if step == TRANSACTION else 2
        return replace(life, step=step, count=self.chance.randint(1, most))

    def ended(self, life: NodeLife, how: int) -> None:
        """Count a life; one ends well, killed, or given up where it may be."""
        self.result.lives += 1
        self.result.kills += how in (KILLED, CUT_OFF)
        if how not in (0, KILLED, CUT_OFF if life.frail else KILLED):
            self.result.complaints.append(f"a node ended with {how}: {life}")

    # What follows

    @property
    def got(self) -> set[str]:
        return {key for far in (self.mails, self.hooks) for one in far.taken for key in one.keys}

    def look(self) -> None:
        """Note what is wanted, and what may have been put away or given up."""
        due, got = self.model.due(self.now), self.got
        bad = bool(self.mails.bad or self.hooks.bad)
        self.ever |= self.model.wanted(self.now).keys()
        for one in due:
            if one.key not in got:
                first = self.first_bad.setdefault(one.key, self.now)
                if self.now - (min(one.at, first) if bad else first) > TRIED_FOR:
                    self.model.spent.add(one.key)

    def judge(self) -> None:
        """Hold what was taken against the model."""
        says, got = self.result.complaints.append, self.got
        for key in sorted(self.model.must(self.now).keys() - got):
            says(f"lost: {key}")
        for key in sorted(got - self.ever):
            if key.rsplit("|", 3)[1] not in NOT_OF_A_PLAN:
                says(f"never wanted: {key}")
        taken = [*self.mails.taken, *self.hooks.taken]
        first: dict[str, tuple[str, ...]] = {}
        of_key: dict[str, str] = {}
        for identity, keys, *_ in taken:
            known = first.setdefault(identity, keys)
            if not set(keys) <= set(known):
                says(f"a copy holds more than the first: {keys}, {known}")
            for key in keys:
                if of_key.setdefault(key, identity) != identity:
                    says(f"doubled: {key}")
        self.result.messages = len(taken)
        self.result.copies = len(taken) - len(first)
        self.result.faults = self.mails.met + self.hooks.met
        self.result.cuts = self.cutting.cuts if self.cutting else 0
        if self.result.copies > self.result.kills * 16 + self.result.faults:
            says("more copies than deaths and faults can explain")
        for one in taken:
            self.read(one)
        self.kept(got)

    def read(self, one: Taken) -> None:
        """Hold what a message says against the plans by which it may have been made."""
        lived = self.lives[one.life]
        standings = [Standing(self.plans[at], self.plans[:at])
                     for at in range(lived.first, lived.last + 1)]  # fmt: skip
        for line in complaints(one.content, one.keys, standings, lived.now):
            self.result.complaints.append(f"said wrongly: {line}")

    def kept(self, got: set[str]) -> None:
        """Hold what the database says against what was taken: all is done, what is sent went."""
        says = self.result.complaints.append
        for row in self.history.outbox():
            if row["next_at"] is not None and row["next_at"] <= self.now:
                says(f"left: {row['key']} {row['state']}: {row['cause']}")
            if row["state"] == "sent" and row["key"] not in got:
                says(f"said to be sent, and nobody has it: {row['key']}")


def leading_to(plan: str, ports: Ports, patience: float) -> str:
    """The plan with our servers as its channels, which wait so many seconds for an answer."""
    mail_port, hook_port = ports
    plan = plan.replace('host = "mail.example.org"\n',
                        f'host = "127.0.0.1"\nport = {mail_port}\nsecurity = "none"\n'
                        f"command-timeout = {patience}\n"
                        f"data-timeout = {patience}\n")  # fmt: skip
    return plan.replace('url = "https://hooks.example.org/h"\n',
                        f'url = "http://127.0.0.1:{hook_port}/h"\nallow-private = true\n'
                        f'secret = "{_SECRET}"\nread-timeout = {patience}\n')  # fmt: skip


def prepare(url: str) -> None:
    """Give a database its tables."""
    database = Database(url)
    schema.prepare(database)
    database.close()


assert 'host = "mail.example.org"' in HEAD
