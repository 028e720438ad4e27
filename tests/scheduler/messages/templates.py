"""Messages by an organisation's own words and templates."""

from collections.abc import Mapping
from dataclasses import replace

from config.plan import Plan, Templates
from config.templates import templates_of
from notifiers.message import Message
from scheduler.messages.compose import compose
from scheduler.messages.facts import item
from tests.scheduler.messages.scenes import KEY, occurrence, plan, reminder, speaking


def own(texts: Mapping[str, str], folder: str = "templates") -> Templates:
    """Templates out of texts by their places."""
    return templates_of(folder, texts)


def with_own(texts: Mapping[str, str]) -> Plan:
    """The plan of these tests with templates of its own."""
    return replace(plan(), templates=own(texts))


def sent(texts: Mapping[str, str], stage: str = "overdue:1", language: str = "en") -> Message:
    """A reminder of the zero draft to José by these templates, in his language."""
    with speaking(language):
        one = reminder("cities/zero-draft", stage, "jose")
        chosen = with_own(texts)
        shown = [item(chosen, occurrence("cities/zero-draft"), one, one.at)]
        return compose(chosen, "jose", "email", shown, one.at, key=KEY)
