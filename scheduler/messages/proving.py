"""Proves an organisation's words and templates before anybody gets a message by them.

Every stage is rendered for every language that somebody in the plan reads, with texts that would
break out of any page; what fails, what lets a text become markup, and what leaves out what the
reader needs is told with its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from config.plan import Plan, Templates
from config.problems import ConfigError, Problem, Severity, order
from config.templates import FORMS, STAGES, WORDS
from notifiers.message import Button
from scheduler.messages.clean import clean
from scheduler.messages.languages import available, language, words_of
from scheduler.messages.looks import OwnLooks, fault_of
from scheduler.messages.own import Fault
from scheduler.messages.page import Page
from scheduler.messages.sections import Section
from scheduler.messages.shown import Block
from scheduler.messages.words import Words

MARK = "x-hostile"
HOSTILE = clean(
    f"\">'><{MARK} {MARK}='1' a=\"</title></style></script> {MARK}=2 {{{{ 7 * 7 }}}} & 草案 مسودة"
)
"""A title that is markup, wherever it is not escaped."""
LINK = "https://plan.example.org/tracks/a/b?c=d&e=f"
MOST_BYTES = 95_000
_HINTS = {
    "page.lead": "put {{ page.lead }} first: it says what is asked and by when",
    "the title of the milestone": "put {{ block.title }} where section.blocks are shown",
    "the link to the milestone": "put {{ block.page }} into an href",
    "the link that ends the messages": "show page.links at the foot",
}


def prove(plan: Plan, warnings: Iterable[Problem] = ()) -> tuple[Problem, ...]:
    """The warnings of a plan's own words and templates, after `warnings`.

    Raises `ConfigError`, with all of them, where one cannot be used.
    """
    found = order([*warnings, *problems_of(plan)])
    if any(problem.severity == "error" for problem in found):
        raise ConfigError(found)
    return found


def problems_of(plan: Plan) -> list[Problem]:
    """What is wrong with the plan's own words and templates; nothing where it has none."""
    own = plan.templates
    if own is None:
        return []
    found = [_problem(own, fault) for name in available() for fault in words_of(name, own).faults]
    for name in languages_of(plan):
        found += _of_language(own, name)
    return list(order(found))


def languages_of(plan: Plan) -> tuple[str, ...]:
    """The languages in which somebody in the plan reads messages, and those of its templates."""
    tags = {plan.language}
    tags |= {person.language for person in plan.people.values()}
    tags |= {team.language for team in plan.teams.values()}
    own = plan.templates.texts if plan.templates else ()
    tags |= {folder for folder, _, name in (place.partition("/") for place in own) if name}
    return tuple(sorted({language(tag).words.language for tag in tags}))


def _of_language(own: Templates, name: str) -> Iterator[Problem]:
    words = language(name, own).words
    looks = OwnLooks(own, name, words.say("colon"))
    pages = {stage: list(_pages(words, stage)) for stage in STAGES}
    for form in FORMS:
        for stage in STAGES:
            place = looks.chosen(stage, form)
            if place is not None:
                yield from _of_template(own, looks, place, pages[stage])


def _of_template(
    own: Templates, looks: OwnLooks, place: str, pages: Sequence[Page]
) -> Iterator[Problem]:
    for page in pages:
        try:
            made = looks.try_out(place, page)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in it is to be told
            yield _problem(own, fault_of(error, place, own.texts))
            return
        yield from _judged(own, place, page, made)


def _judged(own: Templates, place: str, page: Page, made: str) -> Iterator[Problem]:
    """What is wrong with a page that was made."""
    html = place.endswith(".html")
    if html and _Read(made).broken:
        message = "a text of the plan can become markup here"
        yield _problem(
            own, Fault(place, 1, 1, message, 'write attributes in quotes, href="{{ … }}"')
        )
    if len(made.encode()) > MOST_BYTES:
        message = f"a mail on one milestone has {len(made.encode()) // 1000} kB"
        yield _problem(own, Fault(place, 1, 1, message, "mail programs cut it at 100 kB"))
    shown = _Read(made).shown if html else made
    for what, text in _needed(page).items():
        if _bare(text) not in _bare(shown):
            fault = Fault(place, 1, 1, f"the message leaves out {what}", _HINTS[what])
            yield _problem(own, fault, "warning")


def _needed(page: Page) -> dict[str, str]:
    blocks = [block for section in page.sections for block in section.blocks]
    needed = {"page.lead": page.lead}
    if blocks and blocks[0].title:
        needed["the title of the milestone"] = blocks[0].title
    if blocks and blocks[0].page:
        needed["the link to the milestone"] = blocks[0].page
    if page.links:
        needed["the link that ends the messages"] = page.links[-1].url
    return needed


def _bare(text: str) -> str:
    """A text without spaces, which templates fold and indent."""
    return "".join(text.split())


class _Read(HTMLParser):
    """What a page shows and links to, and whether a hostile text got out of its place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.broken = False
        self._texts: list[str] = []
        self.feed(html)
        self.close()

    @property
    def shown(self) -> str:
        return " ".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.broken = self.broken or tag == MARK or any(MARK in name for name, _ in attrs)
        self._texts += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self._texts.append(data)


def _problem(own: Templates, fault: Fault, severity: Severity = "error") -> Problem:
    file = str(Path(own.folder) / fault.place)
    lines = own.texts.get(fault.place, "").splitlines()
    source = lines[fault.line - 1] if 0 < fault.line <= len(lines) and fault.line > 1 else ""
    if fault.place.endswith(WORDS) and lines:
        source = lines[min(fault.line, len(lines)) - 1]
    return Problem(
        file, fault.line, fault.column, fault.message, fault.hint, severity, source,
        fault.column - 1,
    )  # fmt: skip


def _pages(words: Words, stage: str) -> Iterator[Page]:
    """The stage with all that it may have, and with as little as it may."""
    several = stage in ("several", "attention", "coordinators-digest", "request")
    yield _page(words, stage, _sections(words, full=True) if several else _only(words, full=True))
    bare = _sections(words, full=False) if several else _only(words, full=False)
    yield _page(words, stage, bare, full=False)


def _page(words: Words, stage: str, sections: tuple[Section, ...], *, full: bool = True) -> Page:
    lead = f"{words.say('due-today')} {HOSTILE}" if full else words.say("due-today")
    links = (Button(words.say("all"), LINK), Button(words.say("unsubscribe"), f"{LINK}&u=1"))
    return Page(
        language=words.language,
        direction=words.direction,
        subject=HOSTILE,
        lead=lead,
        preview=HOSTILE,
        tone="late" if full else "info",
        sections=sections,
        footer=(words.say("sent-by", plan=HOSTILE),),
        links=links if full else (),
        open=words.say("open"),
        stage=stage,
    )


def _only(words: Words, *, full: bool) -> tuple[Section, ...]:
    return (Section("", "late", (), (_block(words, full=full),), brief=False),)


def _sections(words: Words, *, full: bool) -> tuple[Section, ...]:
    block = _block(words, full=full)
    if not full:
        return (Section("", "soon", (), (block,)),)
    more = words.count("more", 3)
    late = Section(words.count("many-late", 2), "late", (HOSTILE,), (block, block), more)
    return (late, Section(words.count("many-dates", 1), "info", (), (block,)))


def _block(words: Words, *, full: bool) -> Block:
    if not full:
        return Block("info", "", HOSTILE, "", (), "", "", (), (), (), None)
    return Block(
        tone="late",
        lead=words.count("late-by", 3),
        title=HOSTILE,
        track=HOSTILE,
        rows=((words.say("row-due"), HOSTILE), (words.say("row-where"), HOSTILE)),
        said=words.say("quote", said=HOSTILE),
        source=HOSTILE,
        lines=(words.say("last"), HOSTILE),
        why=(HOSTILE,),
        buttons=(Button(words.say("state-done"), f"{LINK}&done=1"),),
        page=LINK,
    )
