"""What the webhooks of chat services share: their addresses, their answers, links in Markdown."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from notifiers.chat import characters, line
from notifiers.errors import DeliveryError
from notifiers.http import Answer
from notifiers.message import Button
from notifiers.options import Problem
from notifiers.plain import Form, escaped
from notifiers.secret import Secret
from notifiers.urls import LOOPBACK, host_of

LABEL = 120
_ENDINGS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "()[]\\`|\"'"})


def links(buttons: Sequence[Button], limit: int, form: Form = escaped) -> str:
    """As many of the links as fit, as Markdown in one line; `limit` as JSON counts."""
    shown, length = [], 0
    for button in buttons:
        link = f"[{_label(button.label, form)}]({target(button.url)})"
        length += characters(link) + 2
        if length > limit:
            break
        shown.append(link)
    return " · ".join(shown)


def target(url: str) -> str:
    """A URL for Markdown: what could end it there is percent-encoded (RFC 3986 2.1)."""
    return url.translate(_ENDINGS)


def _label(text: str, form: Form) -> str:
    """A label in which no square bracket ends the link."""
    return line(text, LABEL, form).replace("[", "\\[").replace("]", "\\]")


def base_of(url: str) -> str:
    """The address of a server of one's own: what stands before `/hooks/` in that of its webhook."""
    before, hooks, _ = url.partition("?")[0].partition("/hooks/")
    parts = urlsplit(url)
    return before if hooks else f"{parts.scheme}://{parts.netloc}"


def with_query(url: str, query: str) -> str:
    """The URL with more in its query."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


def require(answer: Answer, good: bool, url: str, service: str) -> str:
    """The answer in one line; raises DeliveryError where it is not the service that answered.

    A page that asks for a login comes with the status 200, and the message is then lost.
    """
    if not good:
        raise DeliveryError(
            f"{host_of(url)} answered {answer.line}, which is not what {service} answers: "
            "check that nothing on the way answers in its place",
            permanent=False,
            scope="channel",
        )
    return answer.line


def host_problem(url: str, hosts: Sequence[str], service: str) -> str | None:
    """What is wrong with the address of a service that has its own hosts; never quotes it.

    This very machine may stand for the service, as a relay does.
    """
    if host_of(url) in (*hosts, *LOOPBACK):
        return None
    return f"is no webhook of {service}; its address begins with https://{hosts[0]}/"


def host_problems(url: Secret, hosts: Sequence[str], service: str) -> list[Problem]:
    """The same of one that stands in the plan; one by reference is not read."""
    problem = host_problem(url.reveal(), hosts, service) if url.is_plain else None
    return [] if problem is None else [("url", problem)]


def revealed(url: Secret, hosts: Sequence[str], service: str) -> str:
    """The address of a service that has its own hosts; raises DeliveryError where it is another."""
    found = url.reveal()
    problem = host_problem(found, hosts, service)
    if problem is not None:
        raise DeliveryError(f"the channel's `url` {problem}", permanent=True, scope="channel")
    return found
