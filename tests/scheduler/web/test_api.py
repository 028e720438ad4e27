"""The JSON interface: it answers what it describes, tells nothing private, and keeps well."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scheduler.web import openapi
from scheduler.web.app import app
from scheduler.web.search import STATUSES
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.conftest import Served
from tests.scheduler.web.shown import MemorySite

GOOD = {
    "/api/overview": "Overview",
    "/api/tracks/smart-cities": "Track",
    "/api/milestones": "Found",
    "/api/milestones?status=late&q=draft": "Found",
    "/api/milestones/smart-cities/third-draft": "Whole",
    "/api/milestones/world-cleanup-day/day": "Whole",
}


def described(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/api/openapi.json").json()
    return answer


@pytest.mark.parametrize("path", GOOD)
def test_an_answer_is_as_described(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    schema = {"$ref": f"#/components/schemas/{GOOD[path]}"} | {
        "components": described(client)["components"]
    }
    Draft202012Validator(schema).validate(answer.json())


def test_every_key_is_always_there(client: httpx.Client) -> None:
    schemas = described(client)["components"]["schemas"]
    for name, schema in schemas.items():
        assert set(schema["required"]) == set(schema["properties"]), name


def test_the_list_and_the_milestone_say_the_same(client: httpx.Client) -> None:
    listed = client.get("/api/milestones?limit=500").json()
    assert listed["total"] == len(listed["milestones"])
    assert listed["next"] is None
    for one in listed["milestones"][:10]:
        whole = client.get(f"/api/milestones/{one['milestone']}").json()
        assert {key: whole[key] for key in one} == one


def test_parts_follow_each_other(client: httpx.Client) -> None:
    path, seen = "/api/milestones?limit=20&q=a", []
    total = client.get(path).json()["total"]
    while path:
        answer = client.get(path).json()
        seen += [one["milestone"] for one in answer["milestones"]]
        path = answer["next"]
    assert len(seen) == len(set(seen)) == total > 20


def test_a_moved_date_is_told(client: httpx.Client) -> None:
    found = client.get("/api/milestones/smart-cities/third-draft").json()
    assert found["due"] == "2024-10-31"
    assert found["due_text"] == "October 2024"
    assert found["window"] == ["2024-10-01", "2024-10-31"]
    assert found["precision"] == "month"
    assert found["moved"] == 1
    assert found["moves"][0]["old_text"] == "September 2024"
    assert found["moves"][0]["at"] == "2024-05-03T09:00:00Z"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/tracks/nothing", 404, "/api/overview names all"),
        ("/api/milestones/smart-cities/nothing", 404, "/api/milestones lists all"),
        ("/api/nothing", 404, "/api/openapi.json describes all"),
        ("/api/milestones?status=lost", 400, "`status` takes planned"),
        ("/api/milestones?limit=0", 400, "`limit` takes a whole number from 1 to 500"),
        ("/api/milestones?from=20240321", 400, "`from` takes a day such as 2024-03-21"),
        ("/api/milestones?offset=-1", 400, "`offset` takes a whole number"),
    ],
)
def test_a_refusal_says_why(client: httpx.Client, path: str, status: int, said: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert said in answer.json()["detail"]


def test_it_is_kept_by_its_etag(client: httpx.Client, site: MemorySite) -> None:
    first = client.get("/api/overview")
    again = client.get("/api/overview", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.head("/api/overview").headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", GOOD)
def test_no_person_is_named(client: httpx.Client, site: MemorySite, path: str) -> None:
    text = client.get(path).text
    for person in site.plan().people.values():
        assert person.name not in text
        assert person.email is None or person.email not in text


def test_nothing_private_is_told(served: tuple[Served, httpx.Client]) -> None:
    plan = made(
        milestone("secret", more="public = false"),
        milestone("draft", more='needs = ["secret"]'),
        milestone("counted", '"secret + 2 weeks"'),
    )
    passing, client = served
    passing.inner = app(MemorySite(plan, NOW))
    paths = ["/api/overview", "/api/milestones", "/api/milestones/one/draft",
             "/api/milestones/one/counted"]  # fmt: skip
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "secret" not in answer.text
    assert client.get("/api/milestones/one/secret").status_code == 404


def test_the_description_names_every_address(client: httpx.Client) -> None:
    found = described(client)
    assert found["openapi"] == "3.1.0"
    assert list(found["paths"]) == [one.path for one in openapi.addresses(STATUSES)]
    operations = [one["get"]["operationId"] for one in found["paths"].values()]
    assert len(set(operations)) == len(operations)
    for schema in found["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


NAMES = st.sampled_from(["q", "status", "track", "owner", "tag", "paragraph", "from", "until",
                         "limit", "offset", "x"])  # fmt: skip
VALUES = st.text(max_size=30) | st.sampled_from(
    ["late", "smart-cities", "OP1", "2024-05-01", "10", "0", "99999999999"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_any_address_is_answered_or_refused(
    client: httpx.Client, pairs: list[tuple[str, str]]
) -> None:
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs)
    for path in ("/api/milestones", "/milestones"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code in (200, 400)
        if path.startswith("/api"):
            json.loads(answer.content)
