"""PURE. A mistake in the plan as a value, and how it reads.

    plan.toml:12:1: `befor` is no key of a reminder policy
      befor = ["30 days"]
      ^
      did you mean `before`?

It does not find mistakes, nor where they stand; a `Problem` never holds a secret, since its
source line is masked before it gets here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal
from unicodedata import combining, east_asian_width

Severity = Literal["error", "warning"]
WIDEST = 100
"""The longest piece of a source line that is shown, in characters."""
LONGEST = 1000
"""The most of a message that is shown, in characters: it may quote what the plan says."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what is wrong, where, and what to write instead.

    `line` and `column` count from 1, the column in characters. `source` is the line as written,
    with secrets masked; empty where there is none. `caret` is the offset in it that is pointed at.
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = "error"
    source: str = ""
    caret: int = 0

    def __str__(self) -> str:
        return "\n".join([self.headline, *self._excerpt(), *self._advice()])

    @property
    def headline(self) -> str:
        """The first line: `FILE:LINE:COLUMN: what is wrong`."""
        mark = "warning: " if self.severity == "warning" else ""
        cut = len(self.message) > LONGEST
        message = f"{self.message[:LONGEST]}…" if cut else self.message
        return f"{self.file}:{self.line}:{self.column}: {mark}{message}"

    def _excerpt(self) -> list[str]:
        if not self.source.strip():
            return []
        piece, before = _window(self.source, self.caret)
        return [f"  {piece}".rstrip(), f"  {_blank(before)}^"]

    def _advice(self) -> list[str]:
        return [f"  {line}" for line in self.hint.splitlines()]


class ConfigError(Exception):
    """The plan cannot be used. `problems` holds all mistakes, and the warnings with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n\n".join(str(problem) for problem in self.problems))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by file, line and column, each once."""
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda it: (it.file, it.line, it.column, it.severity, it.message),
        )
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a misspelt one; None where nothing is near."""
    names = {name.lower().replace("_", "-"): name for name in sorted(known, reverse=True)}
    found = get_close_matches(word.lower().replace("_", "-"), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names as a sentence lists them: "a, b and c"."""
    *head, tail = names
    return f"{', '.join(head)} {last} {tail}" if head else tail


def _window(line: str, offset: int) -> tuple[str, str]:
    """The piece of a line that is shown, and what of it stands before the caret."""
    visible = "".join(sign if sign.isprintable() or sign == "\t" else "\ufffd" for sign in line)
    bare = visible.lstrip()
    offset = max(0, min(offset, len(visible)) - (len(visible) - len(bare)))
    if len(bare) <= WIDEST:
        return bare, bare[:offset]
    start = max(0, min(offset - WIDEST // 2, len(bare) - WIDEST))
    left = "… " if start else ""
    right = " …" if start + WIDEST < len(bare) else ""
    return left + bare[start : start + WIDEST] + right, left + bare[start:offset]


def _blank(text: str) -> str:
    return "".join(_blank_sign(sign) for sign in text)


def _blank_sign(sign: str) -> str:
    if sign == "\t":
        return sign
    if combining(sign):
        return ""
    return "  " if east_asian_width(sign) in "WF" else " "
