"""Programs of others that are no Python packages, each a process that is asked in JSON.

A request is a line `{"question": …}`; the answer is a line too, with `refused` and the reason
where the program does not accept the calendar.

read: `body`, `first`, `last` (days) -> `shown`, [title, start] of each occurrence between the
days, the start a day or an instant in UTC, for a to-do where it is due; `texts`, the words of
each component in the order of the file.
mailparser, PostalMime: `mail`, its octets in base64 -> what that parser reads in it.
offsets: `body`, `name` (a TZID), `times` (local) -> `offsets` from UTC, in seconds.
"""

import atexit
import contextlib
import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.judges import libical as c_library
from tests.needs import missing

_HERE = Path(__file__).parent
_NPM = ("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")


class Program:
    """A running program that answers one request after the other."""

    def __init__(self, command: Sequence[str]) -> None:
        self._running = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_HERE
        )
        atexit.register(self._end)

    def ask(self, question: str, **about: object) -> dict[str, Any]:
        """The answer. Raises `RuntimeError` where the program ended in place of answering."""
        assert self._running.stdin is not None and self._running.stdout is not None
        self._running.stdin.write(json.dumps({"question": question, **about}).encode() + b"\n")
        self._running.stdin.flush()
        line = self._running.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._running.args!r} ended with {self._running.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self) -> None:
        self._running.communicate()


@cache
def ical_js() -> Program:
    """ical.js, the parser of Thunderbird; fetched by npm at the first use."""
    return _in_javascript("icaljs.mjs")


@cache
def mail_parsers() -> Program:
    """mailparser and PostalMime; fetched by npm at the first use."""
    return _in_javascript("mails.mjs")


@cache
def html() -> Program:
    """html-validate, fetched likewise. `body` -> `faults`, one text each."""
    return _in_javascript("html.mjs")


@cache
def axe() -> str:
    """The script of axe-core, which judges a page in a browser by WCAG; fetched likewise."""
    _fetch()
    return (_HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def _in_javascript(script: str) -> Program:
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        missing("Node.js", "nodejs")
    _fetch()
    return Program([node, script])


@cache
def libical() -> Program:
    """libical, the parser of Evolution and GNOME; in a process, since it is C."""
    if c_library.library() is None:
        missing("libical", "libical3")
    return Program([sys.executable, "-P", str(Path(c_library.__file__))])


def _fetch() -> None:
    """What `package-lock.json` names, into `node_modules`, by one process at a time."""
    with (_HERE / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages = json.load(lock)["packages"]
        wanted = {place: one["version"] for place, one in packages.items() if place}
        if _fetched(wanted) == wanted:
            return
        npm = shutil.which("npm")
        if npm is None:
            missing("npm", "npm")
        subprocess.run([npm, *_NPM], cwd=_HERE, stdin=subprocess.DEVNULL, check=False)
        if _fetched(wanted) != wanted:
            missing("what `npm ci` in tests/judges did not bring", "npm")


def _fetched(places: Iterable[str]) -> dict[str, str]:
    """The version that is there of each package, by its place."""
    found = {}
    for place in places:
        with contextlib.suppress(FileNotFoundError):
            text = (_HERE / place / "package.json").read_text(encoding="utf-8")
            found[place] = json.loads(text)["version"]
    return found
