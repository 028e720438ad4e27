"""`milestones requests`: who has answered an update request, and who has not."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.console import Group

from calendars.wording import day_text
from calendars.zones import zone
from config.plan import Plan
from config.problems import nearest
from scheduler.commands.history import exists, with_dates, with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    now,
    plan_option,
    plan_path,
    stamp,
)
from scheduler.commands.output import console, counted, print_json, table
from scheduler.errors import WrongUsage
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.request_store import RequestStore
from scheduler.planning.explain import name_of
from scheduler.planning.occurrences import Dates
from scheduler.reports.told import states_of
from scheduler.request_values import QUESTION
from scheduler.standing import States
from scheduler.who_answered import Came, PartStands, RoundStands, rounds_of


@click.command
@click.argument("request_id", metavar="[ID]", required=False)
@click.option("--answers", is_flag=True, help="Also what was answered to the questions.")
@plan_option
@database_option
@json_option
def command(
    request_id: str | None,
    answers: bool,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """The update requests of the plan; of one, named by its ID, who has answered.

    An answer is a form that was sent, or a report on each milestone since the request opened.
    """
    url = database_url(database, plan_path(plan))
    loaded = with_dates(load_plan(plan).plan, url)
    _check(loaded, request_id)
    at = now()
    states, came = _past(url, loaded)
    dates = Dates(loaded)
    which = [request_id] if request_id else list(loaded.requests)
    found = [one for key in which for one in rounds_of(dates, key, states, came, at)]
    if as_json:
        print_json(_lines(found, answers=answers))
    elif request_id:
        _print_rounds(loaded, found, answers=answers)
    else:
        _print_list(found)


def _check(plan: Plan, request: str | None) -> None:
    if request is None or request in plan.requests:
        return
    near = nearest(request, plan.requests)
    known = ", ".join(plan.requests) or "none"
    hint = f'did you mean "{near}"?' if near else f"there are: {known}"
    raise WrongUsage(f'there is no update request "{request}"; {hint}')


def _past(url: str, plan: Plan) -> tuple[States, Came]:
    """What was reported and what came in; nothing where there is no database yet."""
    if not exists(url):
        return {}, Came()

    def read(history: HistoryStore) -> tuple[States, Came]:
        store = RequestStore(history.database)
        came = Came(store.sent(), store.drafts(), store.reminded(list(plan.parts)))
        return states_of(history.last_heard().values()), came

    return with_history(url, read)


def _lines(found: Sequence[RoundStands], *, answers: bool) -> Iterator[dict[str, object]]:
    for one in found:
        for part in one.parts:
            line: dict[str, object] = {
                "request": one.request,
                "title": one.title,
                "opens": one.opens.isoformat() if one.opens else None,
                "closes": one.closes.isoformat() if one.closes else None,
                "closed": one.closed,
                "occurrence": part.occurrence,
                "person": part.focal,
                "state": part.state,
                "by": part.by or None,
                "at": _stamp(part.at),
                "milestones": part.milestones,
                "confirmed": part.confirmed,
                "reminded": part.reminded,
                "last_reminded": _stamp(part.last),
                "away": part.away,
            }
            yield line | {"answers": dict(_answers(part))} if answers else line


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _answers(part: PartStands) -> Iterator[tuple[str, str]]:
    """What was answered to the questions, by their ids."""
    for name, text in part.answers.items():
        if name.startswith(QUESTION):
            yield name.removeprefix(QUESTION), text


def _print_list(found: Sequence[RoundStands]) -> None:
    if not found:
        click.echo("the plan has no update request that asks anybody")
        return
    rows = [
        (
            one.request,
            day_text(one.opens) if one.opens else "",
            day_text(one.closes) if one.closes else "",
            "closed" if one.closed else "",
            f"{one.answered} of {len(one.parts)}",
        )
        for one in found
    ]
    console().print(table(("Request", "Opens", "Closes", "", "Answered"), rows))


def _print_rounds(plan: Plan, found: Sequence[RoundStands], *, answers: bool) -> None:
    if not found:
        click.echo("it asks nobody at present")
        return
    shown: list[object] = []
    for one in found:
        rows = [_row(plan, part) for part in one.parts]
        columns = ("Who", "Answer", "When", "Milestones", "Reminded", "")
        closes = day_text(one.closes) if one.closes else ""
        shown.append(table(columns, rows, f"{one.title}, until {closes}"))
        summary = f"{one.answered} of {counted(len(one.parts), 'person', 'people')} answered"
        shown.append(f"{summary}{'; it has closed' if one.closed else ''}")
        if answers:
            shown.append(table(("Who", "Question", "Answer"), list(_answer_rows(plan, one))))
    console().print(Group(*shown))  # type: ignore[arg-type]  # what a table is, rich can show


def _row(plan: Plan, part: PartStands) -> tuple[str, ...]:
    timezone = zone(plan.timezone)
    when = f"{part.at.astimezone(timezone):%a %-d %b %Y %H:%M}" if part.at else ""
    by = f" by {name_of(plan, part.by)}" if part.by and part.by != part.focal else ""
    last = f", last {part.last.astimezone(timezone):%-d %b}" if part.last else ""
    return (
        name_of(plan, part.focal),
        f"{part.state.replace('open', 'not answered')}{by}",
        when,
        f"{part.confirmed} of {part.milestones}",
        f"{part.reminded}{last}",
        "away" if part.away else "",
    )


def _answer_rows(plan: Plan, one: RoundStands) -> Iterator[tuple[str, ...]]:
    known = plan.requests.get(one.request)
    texts = {question.id: question.text for question in known.questions} if known else {}
    for part in one.parts:
        for key, text in _answers(part):
            yield name_of(plan, part.focal), texts.get(key, key), text
