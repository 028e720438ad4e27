"""PURE. Money: what is required, mobilised and wanting, by track and currency, with totals.

Sums are exact decimals. Currencies are never added up with each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal, format_percent

from calendars.wording import locale
from config.plan import Milestone, Resources, Track
from scheduler.web.views import Picture, Summary

_CODE_FIRST = frozenset({"en", "zh"})
"""Where a currency's code stands before the amount; elsewhere after it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The money of one track in one currency; the track's own, and that of its milestones."""

    summary: Summary
    money: Resources


@dataclass(frozen=True, slots=True)
class Table:
    """All lines of one currency with their total."""

    currency: str
    lines: tuple[Line, ...]
    total: Resources

    @property
    def gap(self) -> Decimal:
        """The sum of the gaps: what one has too much fills no other's gap."""
        return sum((line.money.gap for line in self.lines), Decimal(0))


def tables(shown: Picture) -> list[Table]:
    """One table a currency, in the order of their names; empty where nothing has money."""
    lines = [
        Line(summary, money) for summary in shown.tracks.values() for money in of_track(summary)
    ]
    currencies = sorted({line.money.currency for line in lines})
    return [_table(one, [line for line in lines if line.money.currency == one])
            for one in currencies]  # fmt: skip


def of_track(summary: Summary) -> list[Resources]:
    """What a track needs and has by currency: what it says itself, else the sum of its milestones.

    A track that names its own sum includes what its milestones name.
    """
    return of_milestones(summary.track, (row.milestone for row in summary.rows))


def of_milestones(track: Track, milestones: Iterable[Milestone]) -> list[Resources]:
    """The same of a track and those of its milestones that are shown."""
    if track.resources is not None:
        return [track.resources]
    named = [one.resources for one in milestones if one.resources]
    return [
        total(currency, (one for one in named if one.currency == currency))
        for currency in sorted({one.currency for one in named})
    ]


def _table(currency: str, lines: list[Line]) -> Table:
    return Table(currency, tuple(lines), total(currency, (line.money for line in lines)))


def total(currency: str, moneys: Iterable[Resources]) -> Resources:
    """Sums of one currency, added up."""
    required = mobilised = Decimal(0)
    for one in moneys:
        required, mobilised = required + one.required, mobilised + one.mobilised
    return Resources(required, mobilised, currency)


def share(money: Resources) -> Decimal | None:
    """How much of what is required is mobilised, 1 for all of it; None where nothing is."""
    return money.mobilised / money.required if money.required else None


def amount_text(amount: Decimal, currency: str, language: str) -> str:
    """An amount in whole units with the currency's code: "USD 1,200,000", "1 200 000 USD"."""
    number = format_decimal(amount, format="#,##0", locale=locale(language))
    first = locale(language).language in _CODE_FIRST
    return f"{currency}\u00a0{number}" if first else f"{number}\u00a0{currency}"


def share_text(money: Resources, language: str) -> str:
    """The share mobilised in whole per cent, rounded down so that 100% is all; "" for none."""
    found = share(money)
    if found is None:
        return ""
    return format_percent(int(found * 100) / Decimal(100), locale=locale(language))
