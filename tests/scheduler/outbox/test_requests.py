"""Drafts and answers of update requests: two at once, twice the same, what is withdrawn."""

import threading
from datetime import timedelta

from scheduler.outbox.request_store import RequestStore
from scheduler.outbox.retention import KEPT, clean_up
from scheduler.outbox.values import State
from scheduler.request_values import Sent
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import HOUR, START, reminder

PART = "request:march/amina"


def both(first: object, second: object, work: object) -> list[object]:
    """What two threads come to that do the same at once."""
    found: list[object] = []
    gate = threading.Barrier(2)

    def run(given: object) -> None:
        gate.wait()
        found.append(work(given))  # type: ignore[operator]

    threads = [threading.Thread(target=run, args=(one,)) for one in (first, second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def test_of_two_drafts_after_the_same_one_is_kept(stores: Stores) -> None:
    store = RequestStore(stores.database)
    for known, version in ((0, 1), (1, 2), (2, 3)):
        found = both(
            "phone",
            "desk",
            lambda text, known=known: store.save_draft(
                PART, "amina", {"note:a/b": str(text)}, known, START
            ),
        )
        assert sorted(found, key=str) == [version, None]
    draft = store.draft(PART, "amina")
    assert draft is not None
    assert draft.version == 3
    assert draft.fields["note:a/b"] in ("phone", "desk")
    assert store.save_draft(PART, "jonas", {}, 0, START) == 1, "another reader's is her own"
    assert store.save_draft(PART, "amina", {}, 0, START) is None


def test_what_is_sent_twice_at_once_counts_once(stores: Stores) -> None:
    store = RequestStore(stores.database)
    sent = Sent(PART, "amina", START, False, {"state:a/b": "done"}, "form:1")
    assert sorted(both(sent, sent, store.send), key=str) == [0, None]
    assert store.sent() == store.sent(PART) == [sent]
    assert store.answered() == {PART}


def test_an_answer_takes_back_its_reminders_and_the_draft(stores: Stores) -> None:
    store = RequestStore(stores.database)
    planned = [
        reminder(PART, recipient="amina"),
        reminder(PART, recipient="jonas", stage="escalation:1"),
        reminder("request:march/jonas", recipient="jonas"),
        reminder("request:march/lea", recipient="lea"),
    ]
    stores.planning.insert(planned, START)
    store.save_draft(PART, "amina", {"note:a/b": "x"}, 0, START)
    store.save_draft(PART, "jonas", {"note:a/b": "y"}, 0, START)
    sent = Sent(PART, "amina", START + HOUR, True, {}, "form:1")
    assert store.send(sent, ["request:march/jonas"]) == 3
    assert [(one.occurrence, one.person) for one in store.drafts()] == [(PART, "jonas")]
    states = {row["key"]: (row["state"], row["cause"]) for row in stores.history.outbox()}
    assert [states[one.key][0] for one in planned] == [State.WITHDRAWN] * 3 + [State.PLANNED]
    assert states[planned[0].key][1] == "answered by amina"


def test_old_drafts_go_and_answers_stay(stores: Stores) -> None:
    store = RequestStore(stores.database)
    store.save_draft(PART, "amina", {}, 0, START)
    store.send(Sent(PART, "jonas", START, False, {}, "form:1"))
    clean_up(stores.database, START + KEPT - timedelta(days=1))
    assert len(store.drafts()) == 1
    clean_up(stores.database, START + KEPT + timedelta(days=1))
    assert (store.drafts(), len(store.sent())) == ([], 1)
