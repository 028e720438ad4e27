"""Plans from files, folders and texts: what is read, what is refused, and every default."""

import os
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from calendars.dates import Precision
from calendars.durations import Duration, Unit
from config.load import MOST_FILES, Loaded, load, load_texts
from config.plan import (
    BUILT_IN_POLICY,
    Escalation,
    Overdue,
    Policy,
    Quiet,
    Rate,
    Resources,
    Source,
)
from config.problems import ConfigError, Problem
from config.reading import MOST_OCTETS, read_octets

PLAN = """\
[plan]
name = "Résolutions de l'Assemblée"
timezone = "Africa/Nairobi"
language = "fr"
url = "https://tracker.example.org/"
coordinators = "amina"
holidays = ["KE"]
weekend = ["friday", "saturday"]
closed = ["2024-12-24/2024-12-31", 2024-06-03]

[people.amina]
name = "Amina Otieno"
email = "amina@example.org"

[people.jonas]
name = "Jonas"
email = "jonas@example.org"
timezone = "Europe/Paris"
language = "en"
delivery = "daily"
quiet = "19:00-07:00"
away = ["2024-08-01/2024-08-21"]
deputy = "amina"
addresses = { chat = "@jonas" }

[teams.crew]
name = "Crew"
members = ["amina", "jonas"]
lead = "jonas"
channels = ["chat"]

[channels.email]
type = "email"
host = "smtp.example.org"
from = "Tracker <tracker@example.org>"
rate = "10/second"

[channels.chat]
type = "slack"
url = { env = "CHAT_URL" }

[reminders.default]
before = ["30 days", "1 working day", "30 days"]
overdue = { every = "3 working days" }
escalate = [{ after = "5 working days", to = "lead" }]
at = "08:30"

[tracks.cities]
title = "Cities"
owner = "crew"
watchers = "amina"
tags = ["normative"]
timezone = "Europe/Paris"
resources = { required = 1200000, mobilised = 450000.5, currency = "USD" }

[[tracks.cities.milestones]]
id = "draft"
title = "Zero draft"
due = "2024-04?"
paragraphs = "OP1"

[[tracks.cities.milestones]]
id = "meeting"
title = "Meeting"
starts = 2024-01-16T15:00:00
duration = "90 minutes"
repeats = "FREQ=MONTHLY;BYDAY=3TU;UNTIL=20241231"
except = ["2024-08-20", 2024-09-17]
moved = { "2024-10-15" = 2024-10-22T15:00:00 }
reminders = "default"

[[tracks.cities.milestones]]
id = "print"
title = "Print"
due = "draft + 10 working days"
needs = ["draft", "cities/meeting"]
owner = ["jonas"]
watchers = ["jonas"]
tags = ["print", "normative"]
public = false
percent = 40
"""


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_texts({"plan.toml": PLAN})


def test_the_plan(loaded: Loaded) -> None:
    plan = loaded.plan
    assert loaded.warnings == ()
    assert (plan.id, plan.url) == ("resolutions-de-l-assemblee", "https://tracker.example.org")
    assert (plan.coordinators, plan.holidays) == (("amina",), ("KE",))
    assert plan.weekend == {4, 5}
    days = ((date(2024, 12, 24), date(2024, 12, 31)), (date(2024, 6, 3), date(2024, 6, 3)))
    assert plan.closed == days
    assert loaded.counts == loaded.counts.__class__(1, 3, 2, 1, 2, 1)


def test_people_and_teams(loaded: Loaded) -> None:
    amina, jonas = loaded.plan.people["amina"], loaded.plan.people["jonas"]
    assert (amina.timezone, amina.language, amina.channels) == ("Africa/Nairobi", "fr", ("email",))
    assert (jonas.timezone, jonas.language) == ("Europe/Paris", "en")
    assert jonas.quiet == Quiet(time(19), time(7))
    assert jonas.away == ((date(2024, 8, 1), date(2024, 8, 21)),)
    assert (jonas.deputy, jonas.delivery, jonas.addresses) == ("amina", "daily", {"chat": "@jonas"})
    crew = loaded.plan.teams["crew"]
    assert (crew.timezone, crew.language, crew.lead) == ("Africa/Nairobi", "fr", "jonas")


def test_channels(loaded: Loaded) -> None:
    email, chat = loaded.plan.channels["email"], loaded.plan.channels["chat"]
    assert (email.kind, email.rate) == ("email", Rate(10, 1))
    assert getattr(email.options, "from_") == "Tracker <tracker@example.org>"  # noqa: B009
    assert (chat.kind, chat.rate) == ("slack", None)


def test_a_policy_takes_what_it_leaves_out_from_the_built_in_one(loaded: Loaded) -> None:
    assert loaded.plan.policies["default"] == Policy(
        id="default",
        before=(Duration(30, Unit.DAYS), Duration(1, Unit.WORKING_DAYS)),
        on_the_day=False,
        overdue=Overdue(Duration(3, Unit.WORKING_DAYS), 10),
        escalate=(Escalation(Duration(5, Unit.WORKING_DAYS), "lead"),),
        at=time(8, 30),
        only_working_days=True,
        date_wanted=BUILT_IN_POLICY.date_wanted,
    )


def test_a_track_and_what_its_milestones_take_from_it(loaded: Loaded) -> None:
    plan = loaded.plan
    track = plan.tracks["cities"]
    assert track.milestones == ("cities/draft", "cities/meeting", "cities/print")
    assert track.resources == Resources(Decimal(1200000), Decimal("450000.5"), "USD")
    draft, printed = plan.milestones["cities/draft"], plan.milestones["cities/print"]
    assert (draft.owner, draft.watchers, draft.tags) == (("crew",), ("amina",), ("normative",))
    assert (draft.policy, draft.timezone, draft.public) == ("default", "Europe/Paris", True)
    assert (draft.due.precision, draft.due.certain) == (Precision.MONTH, False)
    assert draft.paragraphs == ("OP1",)
    assert (printed.owner, printed.watchers) == (("jonas",), ("amina", "jonas"))
    assert (printed.tags, printed.public, printed.percent) == (("normative", "print"), False, 40)
    assert printed.needs == ("cities/draft", "cities/meeting")
    assert printed.hangs_on == "cities/draft"


def test_a_meeting_that_repeats(loaded: Loaded) -> None:
    meeting = loaded.plan.milestones["cities/meeting"]
    assert meeting.due.instant == datetime(2024, 1, 16, 15)
    assert meeting.duration == Duration(90, Unit.MINUTES)
    assert meeting.repeats and meeting.repeats.rule.endswith("UNTIL=20241231")
    assert meeting.exceptions == {date(2024, 8, 20), date(2024, 9, 17)}
    assert meeting.moved == {date(2024, 10, 15): datetime(2024, 10, 22, 15)}


def test_where_things_stand(loaded: Loaded) -> None:
    assert loaded.place("cities/meeting") == Source("plan.toml", 62, 17)
    assert loaded.locate(("people", "jonas", "email")) == Source("plan.toml", 17, 1)


def test_where_something_would_stand(loaded: Loaded) -> None:
    assert loaded.locate(("people", "jonas", "zzz")) == loaded.locate(("people", "jonas"))
    assert loaded.locate(("zzz",)) == Source("plan.toml", 1, 1)
    with pytest.raises(KeyError):
        loaded.place("cities/zzz")


def test_a_plan_of_almost_nothing() -> None:
    text = '[[tracks.a.milestones]]\nid = "m"\ntitle = "M"\ndue = "tbc"\nowner = "p"\n[people.p]\n'
    loaded = load_texts({"plan.toml": text + 'name = "P"\nemail = "p@example.org"\n'})
    assert (loaded.plan.id, loaded.plan.name, loaded.plan.timezone) == ("plan", "Milestones", "UTC")
    assert loaded.plan.tracks["a"].title == "A"
    assert loaded.plan.policy("default") == BUILT_IN_POLICY
    messages = [problem.message for problem in loaded.warnings]
    assert messages == ['the channel "email" is not set up yet']


def test_a_file_and_a_folder_give_the_same_plan(tmp_path: Path) -> None:
    single = tmp_path / "plan.toml"
    single.write_text(PLAN, encoding="utf-8")
    folder = tmp_path / "plan"
    (folder / "deeper").mkdir(parents=True)
    (folder / "deeper" / "not-read.toml").write_text("wrong", encoding="utf-8")
    (folder / ".hidden.toml").write_text("wrong", encoding="utf-8")
    (folder / "notes.txt").write_text("wrong", encoding="utf-8")
    people, mark, tracks = PLAN.partition("[tracks.cities]")
    (folder / "b.toml").write_text(people, encoding="utf-8")
    (folder / "a.toml").write_text(mark + tracks, encoding="utf-8")
    one, several = load(single), load(folder)
    assert several.files == (folder / "a.toml", folder / "b.toml")
    assert one.plan.milestones == several.plan.milestones
    assert one.plan.people == several.plan.people
    assert one.digest != several.digest
    assert load(single).digest == one.digest
    assert several.place("cities/draft").file == str(folder / "a.toml")


def problems(texts: dict[str, str]) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load_texts(texts)
    return caught.value.problems


def test_a_key_of_two_files_names_both_places() -> None:
    found = problems(
        {"a.toml": PLAN, "b.toml": '# more\n[people.amina]\nemail = "x@example.org"\n'}
    )
    assert [problem.headline for problem in found] == [
        "b.toml:3:1: `people.amina.email` is defined twice, first in a.toml:13:1"
    ]


def test_milestones_of_two_files_are_refused_and_judged_all_the_same() -> None:
    more = """[[tracks.cities.milestones]]
id = "more"
title = "More"
due = "2024-02-30"
needs = ["draft", "last"]
[[tracks.cities.milestones]]
id = "last"
title = "Last"
due = "2024-05"
ownr = "amina"
"""
    found = problems({"a.toml": PLAN, "b.toml": more, "c.toml": more.replace('"last"', '"end"')})
    assert [(problem.file, problem.line) for problem in found] == [
        *(("b.toml", line) for line in (1, 4, 10)),
        *(("c.toml", line) for line in (1, 2, 4, 10)),
    ]
    assert found[0].message.startswith("`tracks.cities.milestones` is defined twice, first in a.")
    assert found[0].hint == "write all of them in one file"


def test_a_table_may_be_spread_over_files() -> None:
    rest = '[people.amina]\nquiet = "20:00-06:00"\n'
    assert load_texts({"a.toml": PLAN, "b.toml": rest}).plan.people["amina"].quiet


def test_a_file_that_cannot_be_read_does_not_hide_the_others() -> None:
    found = problems(
        {
            "a.toml": "[people.amina\n",
            "b.toml": '[tracks.t]\ntitle = "T"\nowner = "amina"\nzzz = 1\n',
        }
    )
    assert [(problem.file, problem.line) for problem in found] == [("a.toml", 1), ("b.toml", 4)]


def test_a_lost_line_hides_only_what_it_may_explain() -> None:
    text = PLAN.replace('title = "Zero draft"', "title = Zero draft").replace(
        'due = "draft + 10', 'du = "drft + 10'
    )
    found = problems({"p.toml": text.replace('owner = ["jonas"]', 'owner = ["jon"]')})
    assert [problem.message for problem in found] == [
        "the value of `title` is no number or date, and a text stands in quotes",
        "`du` is no key of a milestone",
        'there is no person or team "jon"',
    ]


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"\xef\xbb\xbf[plan]\n", "the file starts with a byte order mark"),
        ("[plan]\n".encode("utf-16"), "the file is written in UTF-16"),
        (
            '[plan]\nname = "Café"\n'.encode("latin-1"),
            "the octet 0xE9 is no UTF-8: the file has another encoding",
        ),
        (b"a = " + b"[" * 5000, "tables or lists are nested too deeply"),
        (b"a = " + b"9" * 5000, "a number is too long"),
    ],
)
def test_files_that_are_no_text_for_us(tmp_path: Path, octets: bytes, message: str) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_bytes(octets)
    with pytest.raises(ConfigError) as caught:
        load(plan)
    assert [problem.message for problem in caught.value.problems] == [message]


def test_a_file_that_is_too_large() -> None:
    document, found = read_octets("p.toml", b"#" * (MOST_OCTETS + 1))
    assert document.data is None
    assert [problem.message for problem in found] == ["the file is larger than 32 MB"]


def test_where_a_file_is_no_utf8(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_bytes('[plan]\nname = "é'.encode() + b'\xe9"\n')
    with pytest.raises(ConfigError, match=r"plan\.toml:2:10: the octet"):
        load(plan)


def test_files_and_folders_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        load(tmp_path / "plan.toml")
    with pytest.raises(ConfigError, match="there is no plan in this folder"):
        load(tmp_path)


def test_a_folder_of_too_many_files(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.toml").touch()
    with pytest.raises(ConfigError, match="more than 1000 files"):
        load(tmp_path)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    """A pipe would be waited for, and a device may be without an end."""
    (tmp_path / "a.toml").write_text('[plan]\nname = "P"\n', encoding="utf-8")
    os.mkfifo(tmp_path / "b.toml")
    (tmp_path / "c.toml").symlink_to("/dev/zero")
    with pytest.raises(ConfigError) as refused:
        load(tmp_path)
    told = [(Path(one.file).name, one.message) for one in refused.value.errors]
    said = "the file cannot be read: it is no regular file"
    assert told == [("b.toml", said), ("c.toml", said)]


def test_a_plan_that_somebody_names_may_come_out_of_a_pipe() -> None:
    end, begin = os.pipe()
    os.write(begin, b'[plan]\nname = "Piped"\n')
    os.close(begin)
    try:
        assert load(Path(f"/dev/fd/{end}")).plan.name == "Piped"
    finally:
        os.close(end)


def test_a_folder_that_is_too_large_together(tmp_path: Path) -> None:
    for number in range(5):
        with (tmp_path / f"{number}.toml").open("wb") as file:
            file.truncate(MOST_OCTETS)
    with pytest.raises(ConfigError, match="larger than 128 MB together"):
        load(tmp_path)


def test_files_are_named_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.toml").write_text("[pln]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        load(Path("plans"))
    assert str(caught.value) == (
        "plans/a.toml:1:2: `pln` is no table of the plan\n  [pln]\n   ^\n  did you mean [plan]?"
    )


def test_a_long_line_is_cut_around_the_mistake() -> None:
    text = f'plan = {{ name = "{"a" * 300}", zone = "UTC", timezone = "UTC" }}\n'
    found = problems({"p.toml": text})
    _, shown, caret, _ = str(found[0]).split("\n")
    assert len(shown) < 110
    assert shown[caret.index("^") :].startswith("zone")


def test_many_misspelt_names_in_a_large_plan_are_reported_soon() -> None:
    tracks = "".join(
        f'[[tracks.t.milestones]]\nid = "m{at}"\ntitle = "M"\ndue = "m{at}x + 1 day"\n'
        for at in range(1500)
    )
    assert len(problems({"p.toml": tracks})) >= 1500
