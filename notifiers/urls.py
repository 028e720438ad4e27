"""The address of a service: what may be in it, and which part of it may be shown."""

import re
from urllib.parse import urlsplit

from notifiers.options import Problem
from notifiers.secret import Secret

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LONGEST_TIMEOUT = 600


def url_problem(url: str, *, http_allowed: bool = False) -> str | None:
    """What is wrong with a service's URL, to be read after its key; never quotes it.

    It must be https; http only to this very machine, or to any where `http_allowed`.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "is no URL: copy it again from the service"
    if not host or not url.isascii() or re.search(r"[\x00-\x20\x7f]", url):
        return "is no URL: copy it again from the service"
    http_is_safe = http_allowed or host in LOOPBACK
    if parts.scheme == "https" or (parts.scheme == "http" and http_is_safe):
        return None
    return "must begin with https://, else anybody on the way can read it"


def host_of(url: str) -> str:
    """The host of a URL, the only part that may be shown."""
    try:
        return urlsplit(url).hostname or "the server"
    except ValueError:
        return "the server"


def url_problems(key: str, url: Secret, *, http_allowed: bool = False) -> list[Problem]:
    """What is wrong with a URL that stands in the plan; one by reference is not read."""
    if not url.is_plain:
        return []
    problem = url_problem(url.reveal(), http_allowed=http_allowed)
    return [] if problem is None else [(key, problem)]


def timeout_problems(connect: float, read: float) -> list[Problem]:
    """What is wrong with the time-outs of a kind that uses HTTP, in seconds."""
    return [
        (key, f"takes a number of seconds above 0, at the most {LONGEST_TIMEOUT}")
        for key, value in (("connect-timeout", connect), ("read-timeout", read))
        if not 0 < value <= LONGEST_TIMEOUT
    ]
