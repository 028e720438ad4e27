"""In which language a request is answered.

The reader's choice comes first: `?lang=fr` in the address, then the cookie that remembers it. A
page that anybody reads then goes by what the browser asks for, and last by the plan.
"""

from collections.abc import Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from scheduler.web.catalogues import known

PARAMETER = "lang"
COOKIE = "lang"
REMEMBERED = 365 * 24 * 60 * 60
"""So long, in seconds, a choice is remembered."""
_MOST_RANGES = 20


class Choice(NamedTuple):
    """What the reader has chosen, "" for nothing; `new` where the cookie does not say it yet."""

    language: str
    new: bool


def chosen(request: Request) -> Choice:
    """The language in the address, else that of the cookie; what is no language is no choice."""
    kept = known(request.cookies.get(COOKIE, "")) or ""
    asked = known(request.query_params.get(PARAMETER, "")) or ""
    return Choice(asked or kept, bool(asked) and asked != kept)


def accepted(header: str) -> str | None:
    """The language of an Accept-Language (RFC 9110, section 12.5.4) that is liked best of those
    that there are; None where there is none of them."""
    found = (_range(part) for part in header.split(",")[:_MOST_RANGES])
    liked = [(language, weight) for language, weight in found if language and weight > 0]
    return max(liked, key=lambda one: one[1])[0] if liked else None


def _range(part: str) -> tuple[str | None, float]:
    tag, _, parameter = part.partition(";")
    name, _, weight = parameter.partition("=")
    try:
        return known(tag), float(weight) if name.strip() == "q" else 1.0
    except ValueError:
        return None, 0.0


def language_of(request: Request, own: Callable[[], str | None]) -> str:
    """The language of the answer. own: that of a reader who is known, asked where she has chosen
    none."""
    header = request.headers.get("accept-language", "")
    return chosen(request).language or own() or accepted(header) or ""


def remember(request: Request, answer: Response) -> None:
    """Say in the answer what it depends on, and keep a new choice in the cookie."""
    answer.headers.add_vary_header("Accept-Language")
    answer.headers.add_vary_header("Cookie")
    choice = chosen(request)
    if choice.new:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, choice.language, REMEMBERED, httponly=True, samesite="lax", secure=secure
        )
