"""Whatever is said and not published, nothing of it is seen anywhere in public: pages, feeds, the
JSON interface and the briefing are what they would be if it had not been said, but for one line."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import get_args

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from calendars.feeds.registry import FORMATS
from scheduler.feeds import Scope, feed_path
from scheduler.outbox.report_values import Upload
from scheduler.outbox.tables import attachments, reports
from scheduler.outbox.values import Review
from scheduler.web.app import app
from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
name = "The plan"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina"
[people.cora]
name = "Cora"
[tracks.t]
title = "Track"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "2024-06-28"
[[tracks.t.milestones]]
id = "n"
title = "Second draft"
due = "2024-05-10"
needs = ["m"]
[[tracks.t.milestones]]
id = "r"
title = "Meeting"
due = "2024-05-14"
repeats = "FREQ=MONTHLY;COUNT=3"
"""
START, NOW = at("2024-05-01T08:00"), at("2024-05-20T10:00")
OCCURRENCES = ("t/m", "t/n", "t/r@2024-05-14", "t/r@2024-06-14")
SCOPES = (Scope("all"), Scope("track", "t"))
PATHS = (
    "/", "/milestones", "/milestones?status=done", "/tracks/t", "/tracks/t/m", "/tracks/t/n",
    "/tracks/t/r", "/calendar", "/subscribe", "/briefing", "/briefing.md", "/api/overview",
    "/api/tracks/t", "/api/milestones", "/api/milestones/t/m", "/api/milestones/t/n",
    "/api/milestones/t/r", *(feed_path(one, form=form) for one in SCOPES for form in FORMATS),
)  # fmt: skip
IN_REVIEW = re.compile(r'\s*<div><dt>In review</dt>.*?</div>|"in_review":(true|false)')


CHANGES = re.compile(
    r"(?m)^(SEQUENCE|LAST-MODIFIED|DTSTAMP):.*|<updated>.*?</updated>|[0-9T:-]+Z,\d+\r?$"
    r'|"(date_modified|changed|sequence)": ?("[^"]*"|\d+)'
)
"""When an entry changed, and how often: to unsay something is a change too."""


@dataclass(frozen=True)
class Told:
    """A report that somebody makes."""

    occurrence: str
    state: str
    percent: int | None
    review: Review


TOLD = st.builds(
    Told,
    st.sampled_from(OCCURRENCES),
    st.sampled_from(["done", "cancelled", "on-track", "at-risk", "delayed", "note"]),
    st.none() | st.integers(0, 100),
    st.sampled_from(get_args(Review)),
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A rehearsal on 20 May."""
    folder: Path = tmp_path_factory.mktemp("unseen")
    with rehearsal(folder, PLAN, START) as made:
        made.until(NOW)
        yield made


def say(stage: Stage, said: Sequence[Told]) -> None:
    history = stage.service.history
    for number, one in enumerate(said):
        upload = Upload(f"file-{number}-.txt", "text/plain", b"x")
        then = NOW - timedelta(hours=20 - number)
        history.add_report(
            one.occurrence, one.occurrence.partition("@")[0], state=one.state, by="amina", at=then,
            said_at=then, percent=one.percent, note=f"words-{number}-", review=one.review,
            link=f"https://link-{number}-.example/", upload=upload,
        )  # fmt: skip
    # that the calendars show it is stamped when it follows; the instant is the same each time
    stage.service.reporting.make_up(NOW)


def forget(stage: Stage, which: object = True) -> None:
    """Take reports out as if they had never been made."""
    for table, condition in ((reports, which), (attachments, True)):
        statement = delete(table)
        if condition is not True:
            statement = statement.where(condition)  # type: ignore[arg-type]
        if table is reports or which is True:
            stage.service.database.write(lambda connection, one=statement: connection.execute(one))  # type: ignore[misc]
    stage.service.force.stamp_some(stage.service.plan.milestones, NOW)


def seen(stage: Stage) -> dict[str, str]:
    """Everything that anybody can read, as the service answers it now."""
    live = stage.service.live
    live.refresh(NOW)

    async def look() -> dict[str, str]:
        transport = httpx.ASGITransport(app(live))
        async with httpx.AsyncClient(transport=transport, base_url="http://x.example") as client:
            found = {path: await client.get(path) for path in PATHS}
        assert {one.status_code for one in found.values()} == {200}
        return {path: one.text for path, one in found.items()}

    return asyncio.run(look())


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes long
)
@example([Told("t/m", "done", None, "submitted"), Told("t/n", "note", 40, "published")])
@example([Told("t/m", "at-risk", 40, "published"), Told("t/m", "done", None, "returned")])
@given(st.lists(TOLD, min_size=1, max_size=6))
def test_nothing_unpublished_is_seen(stage: Stage, said: list[Told]) -> None:
    forget(stage)
    say(stage, said)
    with_all = seen(stage)
    for number, one in enumerate(said):
        shown = "\n".join(with_all.values())
        for mark in (f"words-{number}-", f"link-{number}-", f"file-{number}-"):
            assert (mark in shown) is (one.review == "published"), mark
    forget(stage, reports.c.review != "published")
    without = seen(stage)
    for path, text in with_all.items():
        assert _plain(text) == _plain(without[path]), path


def _plain(text: str) -> str:
    """Without what says that an answer is being reviewed, and calendars' numbers of changes."""
    plain = CHANGES.sub("", IN_REVIEW.sub("", text))
    return re.sub(r">\s+<", "><", plain)
