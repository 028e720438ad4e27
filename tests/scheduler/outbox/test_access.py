"""Links, sessions, limits and the trail, on both databases."""

import threading
from datetime import timedelta

import pytest

from scheduler.outbox.access_store import AccessStore, LoginLink, Session
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.console_store import ConsoleStore
from scheduler.outbox.database import Database
from scheduler.outbox.retention import clean_up
from scheduler.outbox.trail_store import Act, TrailStore
from scheduler.outbox.values import ChannelState, State
from scheduler.outbox.verdict import failed
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, HOUR, LEASE, MINUTE, START, crowd, reminder

PER = timedelta(minutes=15)


@pytest.fixture
def access(database: Database) -> AccessStore:
    """The store, with a link for Cora that is good for an hour."""
    store = AccessStore(database)
    store.add_link(LoginLink("link", "cora", START, START + HOUR, "192.0.2.1"))
    return store


def session(digest: str, person: str = "cora", at: timedelta = MINUTE) -> Session:
    return Session(digest, person, START + at, START + at + HOUR, 0)


LOGIN = Act(START, "cora", "login")


def test_a_link_is_used_once_also_by_many_at_once(access: AccessStore) -> None:
    ready, found = threading.Barrier(6), list[bool]()

    def enter(number: int) -> None:
        ready.wait()
        found.append(access.log_in("link", session(f"s{number}"), LOGIN))

    threads = [threading.Thread(target=enter, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 5 + [True]
    kept = [access.session(f"s{number}", START + HOUR) for number in range(6)]
    assert len([one for one in kept if one]) == 1
    assert len(TrailStore(access.database).newest(9)) == 1


def test_the_same_twice_is_done_once(access: AccessStore) -> None:
    """As where the answer to the commit was lost."""
    assert access.log_in("link", session("s"), LOGIN)
    assert access.log_in("link", session("s"), LOGIN)
    assert len(TrailStore(access.database).newest(9)) == 1


def test_what_no_link_opens(access: AccessStore) -> None:
    assert not access.log_in("other", session("s"), LOGIN)
    assert not access.log_in("link", session("s", "omar"), LOGIN)
    assert not access.log_in("link", session("s", at=HOUR), LOGIN), "its time is over"
    assert access.session("s", START) is None
    assert access.link("other") is None


def test_a_session_ends(access: AccessStore) -> None:
    access.log_in("link", session("s"), LOGIN)
    assert access.session("s", START + HOUR) == session("s")
    assert access.session("s", START + HOUR + MINUTE) is None
    left = Act(START, "cora", "logout")
    access.log_out("s", left)
    access.log_out("s", left)
    assert access.session("s", START + HOUR) is None
    assert [act.did for _, act in TrailStore(access.database).newest(9)] == ["logout", "login"]


def test_what_ended_long_ago_is_forgotten(access: AccessStore) -> None:
    access.log_in("link", session("s"), LOGIN)
    later = START + 2 * DAY
    access.add_link(LoginLink("new", "cora", later, later + HOUR, ""))
    assert access.link("link") is None
    assert access.session("s", START) is None
    assert access.link("new") is not None


def test_tries_are_counted_for_all_and_forgotten_after_a_while(access: AccessStore) -> None:
    limits = {"link|cora": 2, "from|192.0.2.1": 3}
    second = AccessStore(Database(access.database.url.render_as_string(hide_password=False)))
    allowed = [one.allows(limits, PER, START) for one in (access, second, access)]
    assert allowed == [True, True, False]
    other = {"link|omar": 2, "from|192.0.2.1": 3}
    assert [access.allows(other, PER, START) for _ in range(2)] == [True, False]
    assert not access.allows(limits, PER, START + PER - MINUTE)
    assert access.allows(limits, PER, START + PER)
    second.database.close()


def test_the_trail_is_kept_for_400_days(database: Database) -> None:
    trail = TrailStore(database)
    for number in range(5):
        trail.add(Act(START, "cora" if number % 2 else "", "retry", str(number), "<words>"))
    numbers = [number for number, _ in trail.newest(9)]
    assert numbers == sorted(numbers, reverse=True)
    assert [act.of for _, act in trail.newest(2)] == ["4", "3"]
    assert [act.of for _, act in trail.newest(2, before=numbers[1])] == ["2", "1"]
    assert [act.of for _, act in trail.newest(9, who="cora")] == ["3", "1"]
    assert clean_up(database, START + 400 * DAY)["trail"] == 0
    assert clean_up(database, START + 400 * DAY + MINUTE)["trail"] == 5


def test_what_is_to_come_is_found_by_whom_channel_and_milestone(stores: Stores) -> None:
    stores.planning.insert([*crowd(30), reminder("t/m1", channel="slack")], START)
    store = ConsoleStore(stores.database)
    assert len(store.coming(50)) == 31
    assert [one.at for one in store.coming(50)] == sorted(one.at for one in store.coming(50))
    assert len(store.coming(7)) == 7
    assert [one.channel for one in store.coming(50, channel="slack")] == ["slack"]
    assert {one.milestone for one in store.coming(50, milestones={"t/m1", "t/m3"})} == {
        "t/m1", "t/m3",
    }  # fmt: skip
    first = store.coming(1)[0]
    mine = store.coming(50, recipient=first.recipient)
    assert mine
    assert {one.recipient for one in mine} == {first.recipient}
    assert store.coming(50, states=[State.RETRYING]) == []
    assert store.one(first.key) == first
    assert store.one("no such key") is None


def test_what_failed_is_found_newest_first_until_it_is_tried_again(stores: Stores) -> None:
    stores.planning.insert(crowd(3), START)
    store, acts = ConsoleStore(stores.database), ActsStore(stores.database)
    for number, one in enumerate(stores.delivery.claim("email", START, "w", LEASE, 9)):
        stores.delivery.record([failed(one, one.ids, f"55{number}", START, instead=None)])
    found = store.failed(9)
    assert [one.said for one in found] == ["552", "551", "550"]
    assert store.failed(1) == found[:1]
    assert acts.retry(Act(START, "cora", "retry"), delivery=found[0].delivery) == 1
    assert store.failed(9) == found[1:]
    assert [one.key for one in store.coming(9, states=[State.RETRYING])] == [found[0].key]
    (line,) = TrailStore(stores.database).newest(9)
    assert line[1] == Act(START, "cora", "retry", "", "1 reminder")


def test_a_pause_is_ended_with_a_line_in_the_trail(stores: Stores) -> None:
    stores.history.save_channel(ChannelState("email", 5, START, START + HOUR, "503"))
    ActsStore(stores.database).resume(Act(START, "cora", "resume", "email"), "email")
    assert stores.delivery.channel_state("email") == ChannelState("email")
    assert [act.of for _, act in TrailStore(stores.database).newest(9)] == ["email"]
