"""The review of reports in the database: of two who decide at once one is first; files are kept."""

import threading
from hashlib import sha256
from typing import Any

from scheduler.outbox.report_values import ReviewStep, Upload
from scheduler.outbox.values import Review
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import MINUTE, START

FILE = Upload("минуты.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff" + b"x" * 1000)

SUBMITTED: tuple[Review, ...] = ("submitted",)
APPROVED: tuple[Review, ...] = ("approved",)


def say(stores: Stores, state: str, minute: int = 0, **more: Any) -> int:
    at = START + minute * MINUTE
    stores.history.add_report("t/a", "t/a", state=state, by="ben", at=at, said_at=at, **more)
    return stores.history.every_report()[-1].id


def step(number: int, state: Review, by: str = "cora", word: str = "") -> ReviewStep:
    return ReviewStep(number, START, by, state, word)


def test_every_step_is_kept_with_who_and_when(stores: Stores) -> None:
    number = say(stores, "at-risk", review="submitted", link="https://example.org/a")
    assert [one.id for one in stores.history.reports_in(SUBMITTED)] == [number]
    assert stores.history.decide(step(number, "approved"), SUBMITTED)
    assert stores.history.decide(step(number, "published", ""), APPROVED)
    report = stores.history.report(number)
    assert report is not None
    assert (report.review, report.link, report.state) == (
        "published", "https://example.org/a", "at-risk",
    )  # fmt: skip
    kept = stores.history.steps_of([number])
    assert kept == [step(number, "approved"), step(number, "published", "")]
    assert stores.history.steps_of([number + 1]) == []
    assert stores.history.steps_of() == kept


def test_what_was_returned_does_not_count(stores: Stores) -> None:
    say(stores, "at-risk")
    number = say(stores, "done", 1, review="submitted")
    assert stores.history.latest_reports()["t/a"].state == "done"
    assert stores.history.decide(step(number, "returned", word="no"), SUBMITTED)
    assert stores.history.latest_reports()["t/a"].state == "at-risk"
    assert len(stores.history.every_report()) == 2


def test_of_many_who_decide_at_once_one_is_first(stores: Stores) -> None:
    number = say(stores, "at-risk", review="submitted")
    start, taken = threading.Barrier(8), []

    def decide(turn: int) -> None:
        start.wait()
        state: Review = "published" if turn % 2 else "returned"
        if stores.history.decide(step(number, state, f"p{turn}", "w"), SUBMITTED):
            taken.append((f"p{turn}", state))

    threads = [threading.Thread(target=decide, args=(turn,)) for turn in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    report = stores.history.report(number)
    assert report is not None
    assert len(taken) == 1
    assert [(one.by, one.state) for one in stores.history.steps_of()] == taken
    assert report.review == taken[0][1]


def test_what_follows_a_decision_stands_beside_what_follows_the_report(stores: Stores) -> None:
    """One that is returned while another node still does what follows from its coming in."""
    number = say(stores, "done", review="submitted")
    stores.history.decide(step(number, "returned", word="no"), SUBMITTED)
    stores.history.followed(number)
    ((report, state),) = stores.history.decided()
    assert (report.id, state) == (number, "returned")
    stores.history.decision_followed(number, state)
    assert stores.history.decided() == []


def test_a_file_is_kept_as_it_came(stores: Stores) -> None:
    number = say(stores, "note", upload=FILE)
    (kept,) = stores.history.attachments_of([number])
    assert stores.history.attachments_of() == [kept]
    assert stores.history.attachments_of([number + 1]) == []
    assert (kept.name, kept.kind, kept.size) == (FILE.name, FILE.kind, len(FILE.octets))
    assert kept.digest == sha256(FILE.octets).hexdigest()
    found = stores.history.attachment(kept.id)
    assert found is not None
    assert (found[0], found[1].id, found[2]) == (kept, number, FILE.octets)
    assert stores.history.attachment(kept.id + 1) is None


def test_the_same_source_twice_keeps_one_file(stores: Stores) -> None:
    for _ in range(2):
        say(stores, "note", source="form:1", upload=FILE)
    assert len(stores.history.attachments_of()) == 1
