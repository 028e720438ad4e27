"""What holds for every request, and for whatever its form is sent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.asked import asking
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.request_values import LINK, NOTE, PERCENT, QUESTION, STATE, Statement
from scheduler.web.request_form import STATES, Amiss, of_form, read
from tests.scheduler.answering.linked import FORM, PLAN, Linked, linked
from tests.scheduler.requests.office import OFFICE, plan
from tests.scheduler.requests.test_forms_of_requests import REQUEST

FIRST = date(2024, 3, 1)
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
LEADS = st.lists(
    st.sampled_from(["40 days", "7 days", "2 working days", "1 day", "2 hours"]), unique=True
)


@st.composite
def requests(draw: st.DrawFn) -> str:
    """A request and its policy, as TOML."""
    closes = FIRST + timedelta(days=draw(st.integers(20, 60)))
    length = draw(st.sampled_from(['"3 days"', '"2 weeks"', '"1 month"', '"10 working days"']))
    opens = draw(st.sampled_from([length, str(closes - timedelta(days=draw(st.integers(0, 20))))]))
    timed = draw(st.booleans())
    repeats = draw(st.sampled_from(["", 'repeats = "weekly"', 'repeats = "monthly"']))
    leads = ", ".join(f'"{lead}"' for lead in draw(LEADS))
    return (
        f"[reminders.drawn]\nbefore = [{leads}]\non-the-day = {str(draw(st.booleans())).lower()}\n"
        f"only-working-days = {str(draw(st.booleans())).lower()}\n"
        'overdue = { every = "3 working days", at-most = 4 }\n'
        'escalate = [{ after = "2 days", to = "lead" }]\n'
        f'[requests.drawn]\nreminders = "drawn"\nopens = {opens}\n'
        f"closes = {closes}{'T15:00:00' if timed else ''}\n{repeats}\n"
    )


@some
@given(requests(), st.integers(0, 50))
def test_nobody_is_asked_before_it_opens_nor_once_the_next_round_has(text: str, day: int) -> None:
    drawn = plan(text)
    start = datetime(2024, 2, 20, tzinfo=UTC) + timedelta(days=day)
    found = [
        one
        for one in forecast(drawn, start, start + timedelta(days=150))
        if one.occurrence.startswith("request:")
    ]
    dates = Dates(drawn)
    keys = [one.key for one in found]
    assert len(keys) == len(set(keys))
    for one in found:
        part = drawn.parts[one.milestone]
        round_ = dates.find(one.occurrence)
        assert round_ is not None
        assert round_.opens is not None
        following = dates.opening_after(part.milestone, round_)
        assert round_.opens <= one.day
        assert following is None or one.day < following or one.late
        assert one.message.endswith(one.occurrence), "it shares its message with nothing else"
        assert one.digest is None
        assert one.recipient == part.focal or one.stage == "escalation:1"


NAMES = [f"{kind}{name}" for kind in (STATE, PERCENT, NOTE, LINK)
         for name in ("guidelines/draft", "guidelines/outlook", "x", "")] + [
    f"{QUESTION}{name}" for name in ("funds", "cost", "when", "x")]  # fmt: skip
QUESTIONS = """
questions = [
  { id = "funds", text = "Funded?", kind = "choice", choices = ["yes", "no"] },
  { id = "cost", text = "Cost?", kind = "number" },
  { id = "when", text = "Soon?", kind = "yes-no", required = true },
]
"""
TEXTS = st.sampled_from(
    ["done", "at-risk", "note", "50", "100 %", "-1", "1,5", "https://a.example", "yes", "//", "[::"]
)
SAID = st.dictionaries(st.sampled_from(NAMES), TEXTS | st.text(max_size=30))
ASKED = plan("[requests.march]\ncloses = 2024-03-15\n" + QUESTIONS, OFFICE)


@settings(max_examples=300, deadline=None)
@given(SAID, SAID)
def test_whatever_a_form_says_is_right_or_amiss(
    said: dict[str, str], before: dict[str, str]
) -> None:
    dates = Dates(ASKED)
    occurrence = dates.find("request:march/amina")
    assert occurrence is not None
    asked = asking(dates, occurrence, {})
    assert asked is not None
    fields = of_form(asked, said)
    assert set(fields) <= set(said)
    found = read(asked, fields, of_form(asked, before))
    if isinstance(found, Amiss):
        assert found.field in ("", *NAMES)
        return
    assert fields.get("question:when") in ("yes", "no")
    for one in found:
        assert isinstance(one, Statement)
        assert one.state in (*STATES, "note")
        assert one.percent is None or 0 <= one.percent <= 100
        assert one.link == "" or one.link.startswith(("http://", "https://"))
    assert read(asked, fields, fields) == [], "what was sent just so is no correction"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    """Pages on a real server while a request is open."""
    with linked(tmp_path_factory.mktemp("door"), PLAN + REQUEST) as made:
        yield made


@few
@given(
    st.dictionaries(st.sampled_from(["page", "mark", "send", "save", "fresh", *NAMES]), TEXTS),
    st.binary(max_size=80),
)
def test_whatever_is_sent_is_no_failure_of_ours(
    door: Linked, fields: dict[str, str], octets: bytes
) -> None:
    path = door.link("amina", "request")
    for answer in (
        door.client.post(path, data=fields),
        door.client.post(path, content=octets, headers=FORM),
        door.client.get(f"/request/{octets.hex()}"),
    ):
        assert isinstance(answer, httpx.Response)
        assert answer.status_code < 500
        assert "Traceback" not in answer.text
