"""Schemathesis asks all that the description of the JSON interface allows, and what it forbids,
over real HTTP: each answer is one that is described, and none is a failure.
"""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, GenerationMode

from scheduler.web import openapi
from scheduler.web.search import LISTS, STATUSES, choices
from scheduler.web.views import picture
from tests.scheduler.web.shown import MemorySite

ADDRESSES = openapi.addresses(STATUSES)
MODES = [
    (one.path, mode)
    for one in ADDRESSES
    for mode in GenerationMode
    if mode == GenerationMode.POSITIVE or one.parameters
]
"""What takes no parameter cannot be asked wrongly."""


@pytest.fixture(scope="module")
def schema(busy: MemorySite) -> BaseSchema:
    """The description, with the values that this plan has: others are refused, as it says."""
    told = openapi.description("The plan", "", STATUSES)
    known = choices(picture(busy.plan(), {}, [], busy.now()))
    for one in told["paths"]["/api/milestones"]["get"]["parameters"]:
        if one["name"] in LISTS:
            one["schema"]["items"] = {"type": "string", "enum": list(known[one["name"]])}
    return schemathesis.openapi.from_dict(told)


@pytest.mark.parametrize(("path", "mode"), MODES)
@settings(max_examples=50, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_answer_is_as_described(
    client: httpx.Client, schema: BaseSchema, path: str, mode: GenerationMode, data: st.DataObject
) -> None:
    case = data.draw(schema[path]["GET"].as_strategy(generation_mode=mode))
    answer = case.call(base_url=str(client.base_url))
    asked = parse_qsl(urlsplit(str(answer.request.url)).query, keep_blank_values=True)
    days = dict(asked)
    assume(mode == GenerationMode.POSITIVE or all(value.strip() for _, value in asked))
    assume(days.get("from", "") <= days.get("until", "9"))
    case.validate_response(answer)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", [one.path for one in ADDRESSES])
def test_nothing_can_be_changed(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, path.format(track="smart-cities", milestone="third-draft"))
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 405
