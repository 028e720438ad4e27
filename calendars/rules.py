"""PURE. What RFC 5545 (section 3.3.10) says of a rule and the library does not check.

The library takes parts of its own, parts twice, and parts that do not go together; other
programs, which read the rule in a feed, do not. Whether a rule ever fires is not asked here.
"""

import re

_PARTS = frozenset(
    {
        "FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYDAY", "BYMONTHDAY", "BYYEARDAY",
        "BYWEEKNO", "BYMONTH", "BYSETPOS",
    }
)  # fmt: skip
_ONLY_WITH = {
    "BYWEEKNO": ("YEARLY",),
    "BYYEARDAY": ("YEARLY",),
    "BYMONTHDAY": ("YEARLY", "MONTHLY", "DAILY"),
}
"""The frequencies that a part may stand with, where these are not all."""
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_ZERO = re.compile(r"(?:^|,)[+-]?0+(?:[A-Z]|,|$)")


def broken_by(rule: str) -> str | None:
    """What of RFC 5545 a rule in capitals breaks, in words; None where it breaks nothing."""
    pairs = [part.partition("=")[::2] for part in rule.split(";")]
    names = [name for name, _ in pairs]
    parts = dict(pairs)
    for name, value in pairs:
        if not value:
            return f"{name or 'a part'} has no value"
        if name not in _PARTS:
            return f"it has no {name}"
        if names.count(name) > 1:
            return f"{name} stands in it twice"
        if name.startswith("BY") and _ZERO.search(value):
            return f"{name} cannot be 0"
    until = parts.get("UNTIL")
    if until is not None and not _UNTIL.fullmatch(until):
        return "UNTIL is written as 20241231 or 20241231T235959Z"
    return _at_odds(parts)


def _at_odds(parts: dict[str, str]) -> str | None:
    """Which of its parts do not go together."""
    often = parts.get("FREQ", "")
    for name, frequencies in _ONLY_WITH.items():
        if name in parts and often not in frequencies:
            return f"{name} does not go with FREQ={often}"
    if re.search(r"\d", parts.get("BYDAY", "")):
        if often not in ("MONTHLY", "YEARLY"):
            return f"a number in BYDAY does not go with FREQ={often}, but with FREQ=MONTHLY"
        if "BYWEEKNO" in parts:
            return "a number in BYDAY does not go with BYWEEKNO"
    others = [name for name in parts if name.startswith("BY") and name != "BYSETPOS"]
    if "BYSETPOS" in parts and not others:
        return "BYSETPOS chooses among the days of another part, and there is none"
    return None
