"""Rules of a clock that change under a plan: what is planned is planned anew, at the next start."""

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from calendars import zones
from scheduler.operation.zone_data import ZoneData, newer_in_package, zone_data
from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
timezone = "UTC"
[people.amina]
email = "amina@example.org"
timezone = "Africa/Nairobi"
[people.ben]
email = "ben@example.org"
timezone = "Europe/Paris"
[channels.email]
type = "mailbox"
path = "mail"
[reminders.default]
before = ["7 days"]
on-the-day = true
at = "09:00"
only-working-days = false
[tracks.t]
owner = ["amina", "ben"]
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2024-04-10
[[tracks.t.milestones]]
id = "timed"
title = "A meeting"
starts = 2024-04-20T14:00:00
timezone = "Africa/Nairobi"
"""
Patch = Callable[[str, str], None]


@pytest.fixture
def patch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patch]:
    """Give one zone the rules of another, as newer zone data would, for a process that begins."""
    folder = tmp_path_factory.mktemp("zoneinfo")
    packaged = files("tzdata").joinpath("zoneinfo")

    def change(name: str, to: str) -> None:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packaged.joinpath(*to.split("/")).read_bytes())
        zoneinfo.reset_tzpath(to=[str(folder)])
        _begin_anew()

    yield change
    zoneinfo.reset_tzpath()
    _begin_anew()
    shutil.rmtree(folder)


def _begin_anew() -> None:
    zoneinfo.ZoneInfo.clear_cache()
    for cached in (zones.zone, zones.rules, zones.instant, zones.known_zones):
        cached.cache_clear()


def planned(stage: Stage) -> dict[tuple[str, str, str], datetime]:
    found = stage.service.history.outbox(states=["planned"])
    return {(one["occurrence"], one["stage"], one["recipient"]): one["at"] for one in found}


def test_what_is_planned_follows_the_clock_of_its_recipient(tmp_path: Path, patch: Patch) -> None:
    with rehearsal(tmp_path, PLAN, at("2024-03-01")) as stage:
        stage.until(at("2024-04-04"))
        before = planned(stage)
        assert before["t/m", "on-the-day", "amina"] == at("2024-04-10T06:00")
        assert before["t/m", "on-the-day", "ben"] == at("2024-04-10T07:00")
        mails = len(stage.mailbox)
        assert mails == 2
    patch("Africa/Nairobi", "Africa/Lagos")  # UTC+1 in place of UTC+3
    with rehearsal(tmp_path, PLAN, at("2024-04-04T01:00")) as stage:
        after = planned(stage)
        assert after["t/m", "on-the-day", "amina"] == at("2024-04-10T08:00")
        assert after["t/m", "on-the-day", "ben"] == before["t/m", "on-the-day", "ben"]
        assert after.keys() == before.keys()
        stage.until(at("2024-04-04T12:00"))
        assert len(stage.mailbox) == 0  # nobody is told: no date has moved
        sent = stage.service.history.outbox(states=["sent"])
        assert len(sent) == 2
        stage.until(at("2024-04-10T07:59"))
        assert [mail.recipient for mail in stage.mails()] == ["ben@example.org"]
        stage.until(at("2024-04-10T08:01"))
        assert {mail.recipient for mail in stage.mails()} == {
            "ben@example.org",
            "amina@example.org",
        }


def test_the_same_rules_plan_nothing_anew(tmp_path: Path, patch: Patch) -> None:
    with rehearsal(tmp_path, PLAN, at("2024-03-01")) as stage:
        stage.until(at("2024-03-02"))
    patch("Pacific/Apia", "Africa/Lagos")  # nobody of the plan is there
    with rehearsal(tmp_path, PLAN, at("2024-03-03")) as stage:
        considered = stage.service.force.start(at("2024-03-03"))
        assert (considered.verdict, considered.counts.milestones) == ("unchanged", 0)


def test_rules_differ_where_the_clock_does(patch: Patch) -> None:
    names = ["Africa/Nairobi", "Africa/Lagos", "Europe/Paris", "America/New_York", "Asia/Gaza"]
    before = {name: zones.rules(name) for name in names}
    assert len(set(before.values())) == len(names)
    assert zones.rules("Europe/Berlin") == zones.rules("Europe/Paris")
    patch("Europe/Paris", "Europe/London")
    assert zones.rules("Europe/Paris") != before["Europe/Paris"]
    assert zones.rules("Europe/Paris") == zones.rules("Europe/London")
    assert {name: zones.rules(name) for name in names if name != "Europe/Paris"} == {
        name: text for name, text in before.items() if name != "Europe/Paris"
    }


def test_which_data_are_in_use(tmp_path: Path) -> None:
    try:
        zoneinfo.reset_tzpath(to=[])
        assert zone_data().source == "the package tzdata"
        own = zone_data().version
        assert newer_in_package(ZoneData("2019a", "somewhere")) == own
        assert newer_in_package(ZoneData(own, "somewhere")) is None
        assert newer_in_package(ZoneData("unknown", "somewhere")) is None
        (tmp_path / "Etc").mkdir()
        (tmp_path / "Etc" / "UTC").write_bytes(b"TZif2")
        zoneinfo.reset_tzpath(to=[str(tmp_path)])
        assert zone_data() == ZoneData("unknown", str(tmp_path))
        (tmp_path / "tzdata.zi").write_text("# version 2024b\n# more\n", encoding="ascii")
        assert zone_data() == ZoneData("2024b", str(tmp_path))
    finally:
        zoneinfo.reset_tzpath()
