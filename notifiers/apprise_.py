"""Any of the services that the optional library apprise knows, by one of its URLs.

https://github.com/caronc/apprise lists them. What it does not hand over is the service's answer,
so every failure counts as passing. Its own habits are switched off: retries and the wait between
two messages, which are this product's; several targets in one URL, of which some might fail; other
forms than text, since it would read markup in a title; splitting into several messages; files of
its own on the disk. Marks that some services read as Markdown even in plain text are shown by
signs that look like them.
"""

import importlib
import logging
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import quote

from notifiers.chat import line
from notifiers.errors import DeliveryError, Scope
from notifiers.headers import one_line
from notifiers.message import Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.personal import body, fact_lines, still
from notifiers.plain import units
from notifiers.secret import Secret, redact
from notifiers.urls import timeout_problems

EXTRA: Final = "the extra `apprise` (pip install apprise, in the program's environment)"
PLACE: Final = "{to}"
"""Stands in the URL for the person's own address on the channel."""
TITLE, BODY = 250, 3000
"""UTF-16 units, where the service has no narrower limits; most chat services take so much."""
LINKS: Final = 5
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://\S+")
_NO_URL = "is no URL of apprise, as in service://token/target"
_TWINS = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼", "|": "∣", "[": "［", "]": "］", "_": "＿"})
_WORDS_JOINED = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_JOINT = "\x00"
_LOG = logging.getLogger("apprise")
_LOG.propagate = False
_LOG.addFilter(lambda record: record.levelno >= logging.WARNING)
"""It logs addresses, tokens and all, at the lower levels; the others are read from its results."""


@dataclass(frozen=True, slots=True)
class AppriseOptions:
    """The keys of a channel of the kind `apprise`."""

    url: Secret = field(
        metadata={
            "doc": "One URL of apprise for one target; `{to}` in it stands for a person's own"
            " address on the channel.",
            "example": '{ env = "SIGNAL_URL" }',
        }
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        found: list[Problem] = []
        if self.url.is_plain and not _SCHEME.fullmatch(self.url.reveal()):
            found.append(("url", _NO_URL))
        return [*found, *timeout_problems(self.connect_timeout, self.read_timeout)]


class Apprise:
    """One of the services that the library apprise knows."""

    Options: ClassVar[type[AppriseOptions]] = AppriseOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: AppriseOptions, now: Clock) -> None:
        self._options = options
        self._now = now

    def send(self, message: Message) -> str:
        """Hand one message to the library; the answer says only that it succeeded."""
        url = self._address(message)
        library, service, scheme = self._service(url)
        title, text = shown(message, service.title_maxlen, service.body_maxlen)
        kinds = library.NotifyType
        sent = library.Apprise(asset=service.asset)
        sent.add(service)
        result = sent.notify(
            body=text,
            title=title,
            notify_type=kinds.WARNING if message.urgency == "late" else kinds.INFO,
            body_format=library.NotifyFormat.TEXT,
        )
        if not result:
            why = redact(_reasons(result), (url, self._options.url.reveal()))
            raise DeliveryError(
                f"apprise could not deliver by {scheme}://{f' ({why})' if why else ''}: "
                "it is tried again",
                permanent=False,
                scope="channel",
            )
        return f"apprise delivered by {scheme}://"

    def check(self) -> str:
        """Whether the library knows the URL, and where that names a port, whether one answers."""
        url = self._options.url.reveal().replace(PLACE, "0")
        _library, service, scheme = self._service(url)
        host, port = getattr(service, "host", None), getattr(service, "port", None)
        if not (isinstance(host, str) and isinstance(port, int)):
            return (
                f"apprise knows {scheme}:// URLs; only `milestones test-send` shows that one works"
            )
        try:
            socket.create_connection((host, port), self._options.connect_timeout).close()
        except OSError:
            raise DeliveryError(
                f"the server of the {scheme}:// URL cannot be connected to: check its host and "
                "port, and the network",
                permanent=False,
                scope="channel",
            ) from None
        return f"apprise knows the {scheme}:// URL, and its server answers"

    def close(self) -> None:
        """Nothing: the library keeps no connection."""

    def _address(self, message: Message) -> str:
        url = self._options.url.reveal()
        if PLACE not in url:
            return url
        if message.to is None or not message.to.email:
            raise DeliveryError(
                "this channel needs a person: its `url` has a place for her address",
                permanent=True,
                scope="recipient",
            )
        return url.replace(PLACE, quote(message.to.email, safe=""))

    def _unknown(self, text: str) -> DeliveryError:
        """Where persons have addresses in the URL, hers may be at fault, and others' be good."""
        personal = PLACE in self._options.url.reveal()
        scope: Scope = "recipient" if personal else "channel"
        hint = "; look at the person's address on this channel" if personal else ""
        return DeliveryError(text + hint, permanent=True, scope=scope)

    def _service(self, url: str) -> tuple[Any, Any, str]:
        """The library, its object for the URL, and the URL's scheme. Raises DeliveryError."""
        matched = _SCHEME.fullmatch(url)
        if matched is None:
            raise _fault(f"the channel's `url` {_NO_URL}")
        library, scheme = _library(), matched[1].lower()
        service = library.Apprise.instantiate(url, asset=_asset(library), suppress_exceptions=True)
        if service is None or len(service) == 0:
            raise self._unknown(
                f"apprise does not know the `url`, or it lacks a part: see {scheme}:// in its "
                "documentation"
            )
        service.retry, service.request_rate_per_sec = 0, 0.0
        service.notify_format = library.NotifyFormat.TEXT
        service.overflow_mode = library.OverflowMode.TRUNCATE
        service.socket_connect_timeout = self._options.connect_timeout
        service.socket_read_timeout = self._options.read_timeout
        if len(service) != 1:
            raise _fault(f"the `url` names {len(service)} targets: make a channel of each")
        return library, service, scheme


def shown(message: Message, title_limit: int, body_limit: int) -> tuple[str, str]:
    """Title and text within a service's limits; without a place for titles both are the text."""
    head = line(f"{message.lead} · {message.subject}", min(title_limit or TITLE, TITLE), plain)
    links = [f"{line(one.label, 100, plain)}: {one.url}" for one in message.buttons[:LINKS]]
    limit = min(body_limit or BODY, BODY) - (0 if title_limit > 0 else units(head) + 2)
    while links and sum(map(units, links)) + len(links) > limit // 2:
        links.pop()
    foot = "\n".join(links)
    room = max(limit - units(foot) - 2, 0)
    facts = [f"{label}: {value}" for label, value in fact_lines(message, room, plain)]
    text = "\n".join(facts) if message.facts else body(message, room, plain)
    return head, "\n\n".join(part for part in (text, foot) if part) or "…"


def plain(text: str) -> str:
    """`still`, and no mark of Markdown: these are shown by signs that look like them."""
    kept = _WORDS_JOINED.sub(_JOINT, still(text))
    return kept.translate(_TWINS).replace(_JOINT, "_")


def _reasons(result: Any) -> str:
    """What the library said on the way, in one line; older ones say nothing."""
    logs: Sequence[Any] = list(result.logs()) if hasattr(result, "logs") else []
    return one_line("; ".join(str(getattr(one, "message", "")) for one in logs))[:200]


def _asset(library: Any) -> Any:
    """The settings: one thread, nothing read into a text, nothing on the disk, no redirects."""
    asset = library.AppriseAsset(storage_mode=library.PersistentStoreMode.MEMORY)
    wanted = {
        "async_mode": False,
        "interpret_emojis": False,
        "interpret_escapes": False,
        "default_service_retry": 0,
        "http_redirects": False,
        "_allow_templates": False,
        "_secure_logging": True,
    }
    for name, value in wanted.items():
        if hasattr(asset, name):
            setattr(asset, name, value)
    return asset


def _library() -> Any:
    try:
        return importlib.import_module("apprise")
    except ImportError:
        raise _fault(f"for channels of the kind `apprise` install {EXTRA}") from None


def _fault(text: str) -> DeliveryError:
    return DeliveryError(text, permanent=True, scope="channel")
