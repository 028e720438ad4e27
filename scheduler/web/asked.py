"""The parameters of a feed's address -> what is wanted.

Unknown names are ignored, since some programs add their own to every address; an unknown value of
a known name is refused, since the answer would be another than the one that was meant.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from starlette.datastructures import QueryParams

from calendars.feeds.registry import DEFAULT, FORMATS
from calendars.workdays import FIRST_YEAR, LAST_YEAR
from scheduler.published import Wanted, WantedError, parse_language, parse_statuses

_ALARMS = "policy"


def asked(plain: Wanted, parameters: QueryParams) -> Wanted:
    """What an address wants beside its scope and format; raises `WantedError`."""
    first, last = _day(parameters, "from"), _day(parameters, "until")
    if first and last and last < first:
        raise WantedError("`until` lies before `from`: swap them")
    statuses = parameters.getlist("status")
    language = parameters.get("lang")
    return replace(
        plain,
        form=_form(plain.form, parameters.get("as")),
        language="" if language is None else parse_language(language),
        statuses=parse_statuses(statuses) if statuses else frozenset(),
        first=first,
        last=last,
        windows=_flag(parameters, "windows", {"0": False, "1": True}.get),
        alarms=_flag(parameters, "alarms", {_ALARMS: True}.get),
    )


def _form(own: str, given: str | None) -> str:
    """The format: a calendar can be asked for as to-dos, all others have addresses of their own."""
    if given is None or given == own:
        return own
    if own == DEFAULT and given in FORMATS and FORMATS[given].suffix == FORMATS[own].suffix:
        return given
    raise WantedError(
        "`as` takes ical or todo, and only with .ics; the other forms have addresses of their "
        "own, that end in .atom, .json and .csv"
    )


def _flag(parameters: QueryParams, name: str, read: Callable[[str], bool | None]) -> bool:
    text = parameters.get(name)
    found = False if text is None else read(text)
    if found is None:
        known = _ALARMS if name == "alarms" else "0 or 1"
        raise WantedError(f"`{name}` is {known}")
    return found


def _day(parameters: QueryParams, name: str) -> date | None:
    text = parameters.get(name)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.max
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise WantedError(f"`{name}` takes a day such as 2024-03-21")
    return found
