"""PURE. Pages made for a server -> pages that work from a folder.

Every link to a page or feed of the service becomes one to its file, relative to the page it is
on; a link to what is not published becomes plain text. Where an address is to be read or handed to
a calendar program, it becomes that of the file. A whole address that the plan names stays where
nothing is published under it: somebody else's file may be there.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from html import escape, unescape
from urllib.parse import quote, unquote

_LONGEST = 200
_INDEX = "index.html"
_ANCHOR = re.compile(r"<a\b(?P<rest>[^>]*)>(?P<inner>.*?)</a>", re.DOTALL)
_LINK = re.compile(r'(?P<name>\b(?:href|src))="(?P<to>[^"]*)"')
_UNSAFE = re.compile(r'[/\\:*?"<>|%#\x00-\x1f]')


def page_file(path: str) -> str:
    """The file of a page: "/tracks/a" is tracks/a/index.html, so that any server finds it there;
    "/calendar?month=2024-04" is calendar/2024-04/index.html."""
    place, _, query = path.partition("?")
    parts = [*place.strip("/").split("/"), query.partition("=")[2]]
    return "/".join([*filter(None, parts), _INDEX])


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
    webcal = f"webcal://{base.partition('://')[2]}"

    def anchor(found: re.Match[str]) -> str:
        link = _LINK.search(found["rest"])
        to = unescape(link["to"]) if link else ""
        lost = to.startswith("/") and _bare(to) not in places
        if lost or (base == nowhere and to.startswith("webcal:")):
            return f"<span>{found['inner']}</span>"
        shown = feed(to, base) if link and found["inner"] == link["to"] else ""
        return f"<a{found['rest']}>{escape(shown)}</a>" if shown else found[0]

    def feed(to: str, before: str) -> str:
        """The whole address of a feed's file, with what stands before it; "" for none."""
        place = places.get(_bare(to.removeprefix(before))) if to.startswith(f"{before}/") else None
        return "" if place is None or place.endswith(_INDEX) else f"{before}/{quote(place)}"

    def link(found: re.Match[str]) -> str:
        whole = unescape(found["to"])
        to = _path(whole, base)
        place = places.get(_bare(to)) if to.startswith("/") else None
        if place is None:
            called = feed(whole, webcal)
            return f'{found["name"]}="{escape(called)}"' if called else found[0]
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
