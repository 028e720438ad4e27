"""PURE. A message as a page, and an index of many: files that need nothing beside them.

The mail's HTML stands in a frame without scripts, exactly as it is sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from calendars.wording import clock_text, day_text, month_text
from notifiers.message import Message

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1c2126; --soft: #56616c; --line: #d9dde2;
  --paper: #fff; --ground: #f3f5f7; --link: #0b5394;
  --late: #a4201b; --today: #8a4600; --soon: #0b5394; --info: #3a4550; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #a9b2bc; --line: #343b43;
  --paper: #1e2328; --ground: #15181c; --link: #8cc0f5;
  --late: #ff9c96; --today: #ffbf70; --soon: #8cc0f5; --info: #d3d9df; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: var(--link); } p { margin: .25rem 0 1rem; } .soft { color: var(--soft); }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: .35rem 1rem; margin: 1rem 0 0;
  padding: 1rem 0; border-block: 1px solid var(--line); }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
dd ul { margin: 0; padding-inline-start: 1.1rem; }
iframe { display: block; width: 100%; height: calc(90px + 22px * var(--lines));
  border: 1px solid var(--line); border-radius: 6px; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; margin: 0;
  padding: 1rem 1.25rem; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2;
  unicode-bidi: plaintext; text-align: start;
  font: .875rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
ol.days, ol.days ol { list-style: none; margin: 0; padding: 0; }
ol.days > li { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0 1rem;
  border-top: 1px solid var(--line); padding: .6rem 0; }
ol.days h3 { font-size: 1rem; font-weight: 600; margin: .1rem 0; }
ol.days ol li { display: grid; grid-template-columns: 3.5rem 12rem 1fr; gap: 0 1rem;
  padding: .2rem 0; overflow-wrap: anywhere; }
ol.days a { text-decoration-thickness: 1px; text-underline-offset: 3px; }
.lead, .by { display: block; font-size: .9rem; } .by { color: var(--soft); }
.late { color: var(--late); font-weight: 600; } .today { color: var(--today); font-weight: 600; }
.soon { color: var(--soon); } .info { color: var(--info); }
@media (max-width: 640px) {
  iframe { height: calc(120px + 27px * var(--lines)); }
  ol.days > li, dl { grid-template-columns: 1fr; gap: .1rem; }
  ol.days ol li { grid-template-columns: 3.5rem 1fr; }
  .by { display: inline; }
  ol.days ol li > :last-child { grid-column: 1 / -1; padding-bottom: .4rem; } }
@media print { body { background: #fff; } main { max-width: none; } a { color: inherit; } }
"""


@dataclass(frozen=True, slots=True)
class Previewed:
    """A message with what a preview says about it: to whom, on which channel, and why."""

    message: Message
    to: str
    channel: str
    why: tuple[str, ...]

    def light(self) -> "Previewed":
        """The same without the bodies, for a list of very many."""
        return replace(self, message=replace(self.message, text="", html=None))


def mail_page(shown: Previewed, index: str = "") -> str:
    """A page of one message: its headers and why it is sent, then its two parts.

    index: a relative link to the page that lists all; "" for none.
    """
    message = shown.message
    back = f'<p><a href="{escape(index)}">All messages</a></p>' if index else ""
    parts = [
        back,
        f"<h1 {_tongue(message)}>{escape(message.subject)}</h1>",
        f'<p class="{message.urgency}" {_tongue(message)}>{escape(message.lead)}</p>',
        _headers(shown),
    ]
    if message.html:
        parts += ["<h2>As HTML</h2>", _frame(message)]
    text = f"<pre {_tongue(message)}>{escape(message.text)}</pre>"
    parts += ["<h2>As plain text</h2>", text]
    return _page(message.subject, "\n".join(filter(None, parts)))


def index_page(title: str, listed: Sequence[tuple[str, Previewed]]) -> str:
    """A page that lists messages by month and day; each comes with the relative link to its own.

    They are listed by the day and time of their recipients.
    """
    listed = sorted(listed, key=lambda one: one[1].message.date.replace(tzinfo=None))
    people = len({shown.to for _, shown in listed})
    summary = f"{_count(len(listed), 'message')} to {_count(people, 'recipient')}."
    if listed:
        first, last = (day_text(listed[at][1].message.date.date()) for at in (0, -1))
        summary = f"{summary} {first} to {last}." if first != last else f"{summary} {first}."
    parts = [f"<h1>{escape(title)}</h1>", f'<p class="soft">Preview: {summary}</p>']
    for month, group in groupby(listed, lambda one: month_text(one[1].message.date.date())):
        parts.append(f"<h2>{escape(month)}</h2>\n{_days(group)}")
    return _page(f"Preview: {title}", "\n".join(parts))


def _days(listed: Iterable[tuple[str, Previewed]]) -> str:
    days = []
    for day, group in groupby(listed, lambda one: one[1].message.date.date()):
        rows = "\n".join(_row(link, shown) for link, shown in group)
        heading = day_text(day, weekday=True).rsplit(" ", 2)[0]
        days.append(f"<li><h3>{escape(heading)}</h3>\n<ol>\n{rows}\n</ol></li>")
    return '<ol class="days">\n' + "\n".join(days) + "\n</ol>"


def _row(link: str, shown: Previewed) -> str:
    message = shown.message
    return (
        f'<li><span class="soft">{clock_text(message.date)}</span>'
        f'<span>{escape(shown.to)} <span class="by">{escape(shown.channel)}</span></span>'
        f'<span><a href="{escape(link)}"><bdi>{escape(message.subject)}</bdi></a>'
        f'<span class="lead {message.urgency}">{escape(message.lead)}</span></span></li>'
    )


def _headers(shown: Previewed) -> str:
    message = shown.message
    to = str(message.to) if message.to else shown.to
    date = f"{day_text(message.date.date(), weekday=True)}, {_clock(message)}"
    why = "".join(f"<li>{escape(one)}</li>" for one in shown.why)
    rows = [
        ("To", f'{escape(to)} <span class="soft">by {escape(shown.channel)}</span>'),
        ("Subject", escape(message.subject)),
        ("Date", escape(date)),
        ("Why", f"<ul>{why}</ul>" if len(shown.why) > 1 else escape("".join(shown.why))),
    ]
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def _clock(message: Message) -> str:
    """The time of day, and in whose zone it is."""
    return f"{clock_text(message.date)} ({message.date.tzinfo})"


def _frame(message: Message) -> str:
    """The HTML part in a frame of its own, about as tall as it is (no script may measure it)."""
    lines = message.text.count("\n") + 1
    return (
        f'<iframe sandbox="allow-popups" title="The mail as HTML" style="--lines:{lines}" '
        f'srcdoc="{escape(message.html or "")}"></iframe>'
    )


def _tongue(message: Message) -> str:
    """The language of what a message says, on a page that is in English itself."""
    return f'lang="{escape(message.language)}" dir="auto"'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
