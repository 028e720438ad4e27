"""Workers and planners at once, in threads and in processes: nothing doubled, nothing lost."""

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import Claimed, State
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import HOUR, LEASE, MINUTE, START, crowd, keys, reminder, sent


def _at_once(*work: Callable[[], None]) -> None:
    """Run each in a thread; raises what one of them raised."""
    troubles: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:  # noqa: BLE001  told below
            troubles.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def test_many_workers_claim_each_message_once(stores: Stores) -> None:
    rows = [reminder(f"t/m{n}", recipient=f"p{n // 3}") for n in range(300)]
    stores.planning.insert(rows, START)
    claimed: list[Claimed] = []

    def work(number: int) -> Callable[[], None]:
        def claim() -> None:
            empty = 0
            while empty < 3:
                found = stores.delivery.claim("email", START, f"w{number}", LEASE, 7)
                claimed.extend(found)
                empty = 0 if found else empty + 1

        return claim

    _at_once(*(work(number) for number in range(6)))
    assert keys(claimed) == sorted(one.key for one in rows)
    assert all(len(one.reminders) == 3 for one in claimed)
    assert len({one.delivery for one in claimed}) == 100


def test_a_message_that_grows_while_it_is_claimed_is_sent_once_in_all_its_parts(
    stores: Stores,
) -> None:
    """Rows come and go on the lead's place, so that workers see different leads."""
    rows = [reminder(f"t/m{n}", recipient=f"p{n % 4}") for n in range(200)]
    claimed: list[Claimed] = []
    planned = threading.Event()

    def plan() -> None:
        chance = random.Random(1)
        for start in range(0, 200, 5):
            some = rows[start : start + 5]
            stores.planning.insert(some, START)
            if chance.random() < 0.5:
                stores.planning.withdraw([some[0].key], "gone", START)
                stores.planning.revive([some[0]], START)
        planned.set()

    def work(number: int) -> Callable[[], None]:
        def claim() -> None:
            last = False
            while True:
                found = stores.delivery.claim("email", START, f"w{number}", LEASE, 2)
                for one in found:
                    wanted = stores.delivery.still_wanted(one, START)
                    stores.delivery.record([sent(one, START, wanted)])
                claimed.extend(found)
                if last and not found:
                    return
                last = planned.is_set()

        return claim

    _at_once(plan, *(work(number) for number in range(4)))
    for late in (LEASE, 2 * LEASE):  # what was wanted again under a worker's hands
        for one in stores.delivery.claim("email", START + late, "end", LEASE, 999):
            stores.delivery.record([sent(one, START + late)])
    assert stores.history.counts() == {"sent": 200}
    sendings = Counter(
        row["key"]
        for row in stores.history.outbox()
        for _, state, _ in stores.history.transitions_of(row["key"])
        if state == State.SENT
    )
    assert set(sendings.values()) == {1}


def test_a_withdrawal_wins_or_comes_too_late_and_never_in_between(stores: Stores) -> None:
    rows = crowd(150)
    stores.planning.insert(rows, START)
    went: list[int] = []

    def work() -> None:
        while found := stores.delivery.claim("email", START, "w", LEASE, 5):
            for one in found:
                if wanted := stores.delivery.still_wanted(one, START):
                    went.append(wanted[0])
                    stores.delivery.record([sent(one, START, wanted)])
                else:
                    stores.delivery.release([one], START)

    def withdraw() -> None:
        for one in reversed(rows):
            stores.planning.withdraw([one.key], "done", START)

    _at_once(work, work, withdraw)
    counts = stores.history.counts()
    assert counts.keys() <= {"sent", "withdrawn"}
    assert sum(counts.values()) == 150
    assert counts.get("sent", 0) == len(went) == len(set(went))


def test_two_planners_plan_each_reminder_once(stores: Stores) -> None:
    rows = crowd(900)
    counts: list[int] = []
    shuffled = random.Random(2).sample(rows, len(rows))

    _at_once(
        lambda: counts.append(stores.planning.insert(rows, START)),
        lambda: counts.append(stores.planning.insert(shuffled, START)),
    )
    assert sum(counts) == 900
    assert stores.history.counts() == {"planned": 900}


@pytest.mark.slow
def test_withdrawals_in_opposite_order_end(stores: Stores) -> None:
    rows = crowd(400)
    stores.planning.insert(rows, START)
    names = [one.key for one in rows]

    def shift(order: list[str]) -> Callable[[], None]:
        def work() -> None:
            for n in range(6):
                stores.planning.withdraw(order, f"turn {n}", START)
                stores.planning.revive([r for r in rows if r.key in order], START)

        return work

    _at_once(shift(names), shift(names[::-1]))
    stores.planning.revive(rows, START)
    assert stores.history.counts() == {"planned": 400}


def test_one_signing_key_for_all_that_ask_at_once(stores: Stores) -> None:
    found: list[bytes] = []
    _at_once(*[lambda: found.append(stores.history.signing_key())] * 5)
    assert len(set(found)) == 1
    assert len(found[0]) == 32


_WORKER = """
import sys
from datetime import timedelta
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from tests.scheduler.outbox.made import START, keys, sent
store = DeliveryStore(Database(sys.argv[1]))
while found := store.claim("email", START, sys.argv[2], timedelta(minutes=1), 5):
    for one in found:
        if store.still_wanted(one, START) == one.ids:
            print("\\n".join(keys([one])))
            assert store.record([sent(one)]) == [True]
"""


def test_processes_share_a_database(stores: Stores, url: str) -> None:
    rows = [reminder(f"t/m{n}", recipient=f"p{n // 2}") for n in range(240)]
    stores.planning.insert(rows, START)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER, url, f"w{number}"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for number in range(3)
    ]
    said = [worker.communicate(timeout=60)[0].split("\n") for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sorted(key for some in said for key in some if key) == sorted(one.key for one in rows)
    assert stores.history.counts() == {"sent": 240}


def test_planning_does_not_stall_delivery(stores: Stores, url: str) -> None:
    """While thousands of rows are planned, a claim gets its turn between two transactions."""
    stores.planning.insert(crowd(200), START)
    delivered_while_planning: list[int] = []
    planning = threading.Event()
    other = Database(url)

    def plan() -> None:
        later = [one._replace(occurrence=f"{one.occurrence}x", at=START + HOUR, message=f"m{n}")
                 for n, one in enumerate(crowd(20_000))]  # fmt: skip
        planning.set()
        PlanningStore(other).insert(later, START)
        planning.clear()

    def deliver() -> None:
        assert planning.wait(30)
        store = DeliveryStore(stores.database)
        while planning.is_set():
            for one in store.claim("email", START, "w", MINUTE, 3):
                store.record([sent(one)])
                delivered_while_planning.append(one.ids[0])

    _at_once(plan, deliver)
    other.close()
    assert delivered_while_planning


@pytest.mark.parametrize("lease", [timedelta(seconds=1)])
def test_a_lease_that_ends_between_two_workers_is_taken_by_one(
    stores: Stores, lease: timedelta
) -> None:
    stores.planning.insert(crowd(60), START)
    stores.delivery.claim("email", START, "dead", lease, 99)
    taken: list[Claimed] = []
    _at_once(
        *[
            lambda name=f"w{n}": taken.extend(
                stores.delivery.claim("email", START + lease, name, MINUTE, 60)
            )
            for n in range(4)
        ]
    )
    assert len(taken) == len({one.delivery for one in taken}) == 60
