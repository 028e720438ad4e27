"""PURE. What is to be told -> the document: summary, money, then each resolution."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from calendars.durations import add_months
from calendars.wording import day_text, month_text, range_text, year_text
from config.plan import Resources
from scheduler.briefing.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    of,
)
from scheduler.briefing.items import Chapter, Item, Outlook
from scheduler.briefing.period import Period
from scheduler.briefing.sections import (
    PARTS,
    count,
    is_done,
    is_late,
    is_moved,
    is_promised,
    is_undated,
    items,
    next_of,
)
from scheduler.briefing.telling import Telling, capital
from scheduler.briefing.words import Words
from scheduler.messages.clean import clean
from scheduler.planning.explain import name_of
from scheduler.web.money import amount_text, of_milestones, share_text, total

_AHEAD = ("next", "undated")
"""The parts that tell nothing of the period itself."""
_FIGURES = (
    ("promised", is_promised),
    ("done", is_done),
    ("late", is_late),
    ("moved", is_moved),
    ("undated", is_undated),
)


def compose(
    shown: Outlook,
    words: Words,
    *,
    title: str = "",
    meeting: str = "",
    base: str | None = None,
) -> Document:
    """The whole document in the words of a language.

    title: in place of the usual one. meeting: for which it is made. base: see `Telling`.
    """
    telling = Telling(shown, words, base)
    plan = shown.plan
    return Document(
        language=words.language,
        plan_language=plan.language,
        direction=words.direction,
        author=clean(plan.name),
        title=clean(title) or words("title"),
        above=tuple(one for one in (clean(plan.name), clean(meeting)) if one),
        below=(
            words.say("period", period=_span(shown.period, words.language)),
            words.say("as-of", day=telling.day(shown.day)),
        ),
        warning=words("internal") if shown.internal else "",
        modified=shown.changed,
        blocks=tuple(_blocks(shown, words, telling)),
    )


def _span(period: Period, language: str) -> str:
    """The period in words: "April to June 2024", "June 2024", "2024", "6 May 2024"."""
    first, last = period.first, period.last
    if first == last:
        return day_text(first, language)
    if (first.month, first.day, last) == (1, 1, first.replace(month=12, day=31)):
        return year_text(first.year, language)
    if first.day == 1 and last == add_months(first, 1) - timedelta(days=1):
        return month_text(first, language)
    return range_text(first, last, language)


def _blocks(shown: Outlook, words: Words, telling: Telling) -> Iterator[Block]:
    yield Heading(2, of(words("summary")), "summary")
    yield Bullets(tuple(_figures(shown, words)))
    if shown.chapters:
        yield Heading(3, of(words("by-resolution")))
        yield _overview(shown, words, telling)
    yield from _money(shown, words)
    for chapter in shown.chapters:
        yield from _chapter(shown, chapter, words, telling)


def _figures(shown: Outlook, words: Words) -> Iterator[Text]:
    for name, part in _FIGURES:
        many = count(shown, shown.chapters, part)
        number = Run(words.number(many), bold=True, late=bool(many) and name == "late")
        yield words.say("label", label=words(f"figure-{name}"), value=number)


def _overview(shown: Outlook, words: Words, telling: Telling) -> Table:
    """A row a track: how many were due, are done, late, moved or without a date; what is next."""
    head = ("track", "promised", "done", "late", "moved", "undated", "next")
    rows = (
        (
            (_named(chapter, f"#{anchor_of(chapter)}"),),
            *_counts(shown, words, (chapter,)),
            _next(shown, chapter, words, telling),
        )
        for chapter in shown.chapters
    )
    return Table(
        words("by-resolution"),
        tuple(words(f"col-{name}") for name in head),
        tuple(rows),
        (of(words("total")), *_counts(shown, words, shown.chapters), ()),
        frozenset(range(1, 6)),
        (28, 10, 9, 9, 10, 10, 24),
    )


def anchor_of(chapter: Chapter) -> str:
    """The name of a track's heading."""
    return f"track-{chapter.track.id}"


def _named(chapter: Chapter, href: str = "") -> Run:
    return Run(clean(chapter.track.title), foreign=True, href=href)


def _counts(shown: Outlook, words: Words, chapters: Sequence[Chapter]) -> Iterator[Text]:
    for name, part in _FIGURES:
        number = count(shown, chapters, part)
        yield (Run(words.number(number), late=bool(number) and name == "late"),)


def _next(shown: Outlook, chapter: Chapter, words: Words, telling: Telling) -> Text:
    item = next_of(shown, chapter)
    if item is None:
        return of(words("none-ahead"))
    title = telling.title(item.milestone)
    return words.say("label", label=title, value=telling.date(item, item.when))


# Money


def _of(chapter: Chapter) -> list[Resources]:
    return of_milestones(chapter.track, chapter.milestones)


def _money(shown: Outlook, words: Words) -> Iterator[Block]:
    """A table a currency with its total; sums of two currencies are never added up."""
    lines = [(chapter, money) for chapter in shown.chapters for money in _of(chapter)]
    for currency in sorted({money.currency for _, money in lines}):
        mine = [(chapter, money) for chapter, money in lines if money.currency == currency]
        yield Heading(3, of(f"{words('money')} ({currency})"))
        yield _money_table(currency, mine, words)


def _money_table(currency: str, lines: Sequence[tuple[Chapter, Resources]], words: Words) -> Table:
    rows = [((_named(chapter),), *_sums(money, money.gap, words)) for chapter, money in lines]
    whole = total(currency, (money for _, money in lines))
    gap = sum((money.gap for _, money in lines), Decimal(0))
    foot = (of(words("total")), *_sums(whole, gap, words)) if len(lines) > 1 else ()
    head = tuple(
        words(f"col-{name}") for name in ("track", "required", "mobilised", "share", "gap")
    )
    return Table(
        words("money"), head, tuple(rows), foot, frozenset(range(1, 5)), (40, 17, 17, 9, 17)
    )


def _sums(money: Resources, gap: Decimal, words: Words) -> Iterator[Text]:
    yield of(amount_text(money.required, money.currency, words.language))
    yield of(amount_text(money.mobilised, money.currency, words.language))
    yield of(share_text(money, words.language) or "–")
    yield of(amount_text(gap, money.currency, words.language))


# A resolution


def _chapter(shown: Outlook, chapter: Chapter, words: Words, telling: Telling) -> Iterator[Block]:
    track = chapter.track
    heading: Text = (_named(chapter),)
    if track.reference:
        reference = Run(clean(track.reference), foreign=True)
        heading = words.say("reference", reference=reference, title=_named(chapter))
    yield Heading(2, heading, anchor_of(chapter))
    yield from _about(shown, chapter, words)
    promised = items(shown, chapter, is_promised)
    if promised:
        yield Heading(3, of(words("promised")))
        yield _promised(promised, words, telling)
    told = [(part.key, items(shown, chapter, part.holds)) for part in PARTS]
    if not promised and not any(found for key, found in told if key not in _AHEAD):
        yield Paragraph(of(words("quiet")))
    for part, (_, found) in zip(PARTS, told, strict=True):
        lines = [part.told(telling, item) for item in found]
        if part.key == "dropped":
            lines += [telling.gone(one) for one in chapter.gone]
        if lines:
            yield Heading(3, of(words(part.key)))
            yield Bullets(tuple(lines))


def _about(shown: Outlook, chapter: Chapter, words: Words) -> Iterator[Block]:
    """Its summary, who is responsible, and its money."""
    track = chapter.track
    for part in (track.summary or "").split("\n\n"):
        if part.strip():
            yield Paragraph((Run(clean(part), foreign=True),))
    if names := _owners(shown, chapter):
        listed = words.listed((Run(clean(name), foreign=True),) for name in names)
        yield Paragraph(words.say("responsible", names=listed), quiet=True)
    for money in _of(chapter):
        sums = {
            "required": money.required, "mobilised": money.mobilised, "gap": money.gap
        }  # fmt: skip
        texts = {key: amount_text(one, money.currency, words.language) for key, one in sums.items()}
        yield Paragraph(words.say("money-line", **texts), quiet=True)


def _owners(shown: Outlook, chapter: Chapter) -> list[str]:
    """The owning teams; people are named only inside."""
    plan = shown.plan
    return [
        name_of(plan, one) for one in chapter.track.owner if shown.internal or one in plan.teams
    ]


def _promised(promised: Iterable[Item], words: Words, telling: Telling) -> Table:
    """What was promised for the period, in the words of the promise, and what became of it."""
    rows = tuple(
        (
            telling.promise(item),
            capital(telling.date(item, item.before if item.before.due else item.when)),
            telling.outcome(item),
        )
        for item in promised
    )
    head = tuple(words(f"col-{name}") for name in ("what", "when", "outcome"))
    return Table(words("promised"), head, rows, widths=(56, 20, 24))
