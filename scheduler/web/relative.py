"""PURE. Pages made for a server -> pages that work from a folder.

Every link to a page or feed of the service becomes one to its file, relative to the page it is
on; a link to what is not published becomes plain text.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from html import escape, unescape
from urllib.parse import quote, unquote

_LONGEST = 200
_ANCHOR = re.compile(r"<a\b(?P<rest>[^>]*)>(?P<inner>.*?)</a>", re.DOTALL)
_LINK = re.compile(r'(?P<name>\b(?:href|src))="(?P<to>[^"]*)"')
_UNSAFE = re.compile(r'[/\\:*?"<>|%#\x00-\x1f]')


def page_file(path: str) -> str:
    """The file of a page: "/tracks/a" is tracks/a/index.html, so that any server finds it there;
    "/calendar?month=2024-04" is calendar/2024-04/index.html."""
    place, _, query = path.partition("?")
    parts = [*place.strip("/").split("/"), query.partition("=")[2]]
    return "/".join([*filter(None, parts), "index.html"])


def feed_file(path: str, name: str) -> str:
    """The file of a feed: its address, with the last part made a plain file name.

    name: the id of its scope as it is, "" for all. What no file name can hold is
    percent-encoded, so that no tag leads out of the folder; a very long one is cut.
    """
    if not name:
        return path.lstrip("/")
    folder = "/".join(path.split("/")[1:3])
    suffix = path[path.rindex(".") :]
    plain = _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name)
    if len(plain.encode()) > _LONGEST:
        short = blake2b(name.encode(), digest_size=6).hexdigest()
        plain = f"{plain.encode()[:150].decode(errors='ignore')}-{short}"
    return f"{folder}/{plain}{suffix}"


def relative(html: str, here: str, places: Mapping[str, str], base: str, nowhere: str) -> str:
    """A page with links to files. here: its own file. places: address -> file.

    base: the public address of the service, which may stand before the addresses; equal to
    `nowhere` where it has none, and then no `webcal:` link can be made.
    """

    folder = here.split("/")[:-1]

    def anchor(found: re.Match[str]) -> str:
        link = _LINK.search(found["rest"])
        to = _path(unescape(link["to"]), base) if link else ""
        lost = to.startswith("/") and _bare(to) not in places
        if lost or (base == nowhere and to.startswith("webcal:")):
            return f"<span>{found['inner']}</span>"
        return found[0]

    def link(found: re.Match[str]) -> str:
        to = _path(unescape(found["to"]), base)
        place = places.get(_bare(to)) if to.startswith("/") else None
        if place is None:
            return found[0]
        mark = to.partition("#")[2]
        shown = _between(folder, place) + (f"#{mark}" if mark else "")
        return f'{found["name"]}="{escape(shown)}"'

    made = _LINK.sub(link, _ANCHOR.sub(anchor, html))
    return made.replace(f"{escape(nowhere)}/", "")


def _between(folder: Sequence[str], place: str) -> str:
    """The way from a folder, given by its parts, to a file; percent-encoded."""
    parts = place.split("/")
    same = 0
    while same < min(len(folder), len(parts) - 1) and folder[same] == parts[same]:
        same += 1
    return quote("/".join([*[".."] * (len(folder) - same), *parts[same:]]))


def _path(to: str, base: str) -> str:
    return to.removeprefix(base) if to.startswith(f"{base}/") else to


def _bare(to: str) -> str:
    """An address as the keys of `places` are: decoded, without what follows a `#`."""
    return unquote(to.partition("#")[0])
