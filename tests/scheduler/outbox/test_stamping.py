"""Stamps are read again only where they changed."""

from datetime import timedelta

from scheduler.entry_stamps import stamps_of
from scheduler.outbox.values import SeenMilestone
from scheduler.stamping import Stamps
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import START

DAY = timedelta(days=1)


def _write(stores: Stores, key: str, days: int = 0, sequence: int = 0) -> None:
    stamp = {"created": START, "modified": START + days * DAY, "sequence": sequence}
    words = {"look": f"l{days}", "placing": "p", "shown": "{}"}
    stores.history.save_stamps([{"id": key, **stamp, **words}])


def _see(stores: Stores, *keys: str, gone: bool = False) -> None:
    at = START + DAY if gone else None
    rows = [SeenMilestone(key, "t", "A title", "f", "planned", False, START, at) for key in keys]
    stores.planning.save_seen(rows, [], [], START)


def test_what_did_not_change_is_the_very_same(stores: Stores) -> None:
    reading = Stamps(stores.history)
    assert reading.read() == ({}, [])
    _see(stores, "t/a", "t/b")
    _write(stores, "t/a")
    _write(stores, "t/b")
    first = reading.read()
    assert reading.read().stamps is first.stamps
    _write(stores, "t/b", 1, 1)
    second = reading.read()
    assert second.stamps["t/a"] is first.stamps["t/a"]
    assert (second.stamps["t/b"].modified, second.stamps["t/b"].sequence) == (START + DAY, 1)
    assert list(second.stamps) == list(first.stamps)


def test_what_left_the_plan_and_what_came_back(stores: Stores) -> None:
    reading = Stamps(stores.history)
    _see(stores, "t/a", "t/b")
    _write(stores, "t/a")
    _write(stores, "t/b")
    assert reading.read().left == []
    _see(stores, "t/a", gone=True)
    (row,) = reading.read().left
    assert (row["id"], row["gone_at"], row["shown"]) == ("t/a", START + DAY, "{}")
    assert [one["id"] for one in reading.read().left] == ["t/a"]
    _see(stores, "t/a")
    assert reading.read().left == []


def test_it_reads_what_reading_everything_gives(stores: Stores) -> None:
    reading = Stamps(stores.history)
    for number in range(5):
        _see(stores, f"t/{number}")
        _write(stores, f"t/{number}")
        _write(stores, "t/0", number)
        assert reading.read().stamps == stamps_of(stores.history.stamp_rows())
