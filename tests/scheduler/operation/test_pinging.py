"""The dead man's ping: asked while all is well, else not; and never shown."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import structlog
from structlog.testing import LogCapture

from config.plan import Operation
from notifiers.errors import DeliveryError
from notifiers.secret import Secret
from scheduler.operation.pinging import Pinging, ask
from tests.notifiers.answering import Service, answering
from tests.notifiers.served import Request

NOW = datetime(2024, 3, 21, 9, tzinfo=UTC)
PLACE = "7f3a-secret-51c2"
WELL: list[str] = []


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """Everything that is logged meanwhile."""
    captured = LogCapture()
    before = structlog.get_config()
    structlog.configure(
        processors=[captured], wrapper_class=structlog.BoundLogger, cache_logger_on_first_use=False
    )
    yield captured
    structlog.configure(**before)


def operation(service: Service, *, private: bool = True) -> Operation:
    url = Secret(plain=f"{service.address}/{PLACE}")
    return Operation(ping=url, allow_private=private)


def well(request: Request) -> tuple[int, object]:
    return 200, b"OK"


def rounds(pinging: Pinging, asked: Operation, reasons: list[str]) -> datetime | None:
    following = pinging.round(asked, lambda: reasons, NOW)
    pinging.stop()
    return following


def test_it_is_asked_while_all_is_well(log: LogCapture) -> None:
    with answering(well) as service:
        following = rounds(Pinging(lambda: NOW), operation(service), WELL)
        assert following == NOW + timedelta(minutes=5)
        (request,) = service.requests
        assert (request.method, request.path) == ("GET", f"/{PLACE}")
    assert [one["event"] for one in log.entries] == ["ping"]
    assert PLACE not in str(log.entries)


def test_it_is_not_asked_when_something_is_wrong(log: LogCapture) -> None:
    with answering(well) as service:
        reasons = ["the channel email is paused", "the round ahead failed"]
        following = rounds(Pinging(lambda: NOW), operation(service), reasons)
        assert following == NOW + timedelta(seconds=30)
        assert service.requests == []
    (entry,) = log.entries
    assert entry["event"] == "no ping"
    assert entry["reasons"] == "the channel email is paused; the round ahead failed"


def test_it_is_asked_soon_after_a_start_and_a_lasting_reason_is_not_said_all_the_time(
    log: LogCapture,
) -> None:
    """A restart would else put the ping off by a whole turn, and whoever waits for it warns."""
    with answering(well) as service:
        asked, pinging, now = operation(service), Pinging(lambda: NOW), NOW
        for reason, number in (("it is starting", 1), ("the channel email is paused", 11)):
            for _ in range(number):
                now = pinging.round(asked, partial(list, [reason]), now) or now
        assert now == NOW + timedelta(minutes=6)
        assert pinging.round(asked, lambda: WELL, now) == now + timedelta(minutes=5)
        pinging.stop()
        assert len(service.requests) == 1
    said = [one["reasons"] for one in log.entries if one["event"] == "no ping"]
    assert said == ["it is starting", *["the channel email is paused"] * 2]


def test_without_an_address_nothing_is_looked_at() -> None:
    def never() -> list[str]:
        raise AssertionError("looked")

    assert Pinging(lambda: NOW).round(Operation(), never, NOW) is None


@pytest.mark.parametrize(
    ("status", "says"),
    [(404, "127.0.0.1 answered 404"), (503, "127.0.0.1 answered 503"), (302, "answered 302")],
)
def test_a_refusal_is_logged_without_the_address(status: int, says: str, log: LogCapture) -> None:
    with answering(lambda request: (status, {"place": request.path})) as service:
        rounds(Pinging(lambda: NOW), operation(service), WELL)
    (entry,) = log.entries
    assert says in entry["problem"]
    assert PLACE not in str(entry)


def test_a_dead_server_is_logged_without_the_address(log: LogCapture) -> None:
    with answering(well) as service:
        asked = operation(service)
    rounds(Pinging(lambda: NOW), asked, WELL)
    (entry,) = log.entries
    assert entry["event"] == "ping failed"
    assert PLACE not in str(entry)


def test_a_secret_that_is_missing_is_said(log: LogCapture) -> None:
    rounds(Pinging(lambda: NOW), Operation(ping=Secret(env="NO_SUCH_PING_URL")), WELL)
    (entry,) = log.entries
    assert "NO_SUCH_PING_URL" in entry["problem"]


def test_a_private_address_needs_leave() -> None:
    with answering(well) as service, pytest.raises(DeliveryError) as caught:
        ask(operation(service, private=False), lambda: NOW)
    assert "[service]" in str(caught.value)
    assert "channel" not in str(caught.value)
    assert service.requests == []


def test_a_slow_server_holds_up_no_round_and_is_not_asked_twice(log: LogCapture) -> None:
    released = threading.Event()

    def slow(request: Request) -> tuple[int, object]:
        assert released.wait(60)
        return 200, b"OK"

    with answering(slow) as service:
        pinging = Pinging(lambda: NOW)
        for _ in range(5):
            pinging.round(operation(service), lambda: WELL, NOW)
        released.set()
        pinging.stop()
        assert len(service.requests) == 1
