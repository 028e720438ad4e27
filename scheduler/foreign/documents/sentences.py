"""PURE. Where a sentence of a document ends, in the languages of the plans and some more.

A full stop ends one only where no abbreviation, initial, number of a list or day of a month stands
before it and no small letter after it. What is wrong by this is two sentences read as one: a date
is then still found, with more text around it than it needs.
"""

import re
from collections.abc import Iterator

LONGEST = 5_000
"""Characters; what is longer is cut between words."""
_END = re.compile(
    r"(?P<wide>[。！？]+[」』”’）》]*) ?"
    r"|(?P<mark>[.!?…؟۔।]{1,10}+)[\"'”’»)\]]{0,5}+\s(?=\S)"
    r"|(?P<arabic>[؟۔])(?=\w)"
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘«/–—]{1,40}$")
_REFERENCE = re.compile(r"\((?!(?:[a-z]|[ivx]+)\))(?:[^()]|\([^()]{0,80}\)){1,120}\)[.;]?(?:\s+|$)")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_WORD_AFTER = re.compile(r"[\"'“‘«(\[]*(\w+)")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER = _words("""
    e.g i.e eg ie cf vs viz approx incl excl esp resp ca al dr mr mrs ms mx prof st rev hon gen
    col lt sgt amb rep sen gov pres messrs mme mlle sr sra srta dra ing lic ud uds av avda bzw
    z.b d.h u.a usw vgl p.ex par.ex т.е т.д т.п г.г им ул
""")
"""Words with which no sentence ends."""
_BEFORE_NUMBERS = _words("""
    no nos nr núm num n p pp para paras par art arts sec sect vol vols fig figs ch chap ann app
    op ops res dec doc ref rule reg tab ed pt ext tel jan feb mar apr jun jul aug sep sept oct
    nov janv févr avr juil déc ene abr ago dic янв февр апр авг сент окт нояб дек ст п стр
    abs bd s
""")
"""Words with which one ends unless a number follows."""
_STARTERS = _words("""
    The This These Those That It Its They We In On At By For From With As An A After Before All
    Each Both Following However Further Furthermore Moreover Member States
""")
GERMAN_MONTHS = _words("""
    januar jänner februar feber märz april mai juni juli august september oktober november
    dezember
""")
"""A number with a full stop before one of them is a day."""
_PAGE = re.compile(
    r"(?!(?:19|20)\d\d$)(?:(?:page|p\.|pg\.?|página|seite|стр\.|страница|صفحة)\s*)?"
    r"[-–—]?\s*\d{1,4}(?:\s*(?:/|of|de|sur|von|из|من)\s*\d{1,4})?\s*[-–—]?"
    r"|第?\s*\d{1,4}\s*页|[ivxlc]{1,6}",
    re.IGNORECASE,
)
"""A page's number alone in a line; a year is none."""
_LEADERS = re.compile(r"(?:\s?[.…·_]){6,}\s*(?:\d{1,4}|[ivxlc]{1,6})?$")
_LONGEST_ENTRY = 400
_WIDE_LETTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each without space around it; none for an empty one.

    What stands in brackets by itself after one, such as "(OP 7)", belongs to it.
    """
    found: list[str] = []
    for one in _split(" ".join(text.split())):
        after = _REFERENCE.match(one) if found else None
        if after is not None:
            found[-1] += " " + after[0].rstrip()
        if rest := one[after.end() if after else 0 :]:
            found.append(rest)
    return [part for one in found for part in cut(one)]


def joined(lines: list[str]) -> str:
    """Wrapped lines as one; after Chinese and Japanese letters without a space between."""
    text = ""
    for line in (one.strip() for one in lines):
        if (
            not text
            or not line
            or (_WIDE_LETTER.match(text[-1]) and _WIDE_LETTER.match(line))
            or _hyphenated(text, line)
        ):
            text += line
        else:
            text += " " + line
    return text


def _hyphenated(text: str, line: str) -> bool:
    return text.endswith("-") and text[-2:-1].isalpha() and line[0].isalpha()


def _split(text: str) -> Iterator[str]:
    begin = 0
    for found in _END.finditer(text):
        if found["mark"] and not _ends(text, begin, found):
            continue
        if one := text[begin : found.end()].strip():
            yield one
        begin = found.end()
    if one := text[begin:].strip():
        yield one


def _ends(text: str, begin: int, found: "re.Match[str]") -> bool:
    """Whether the mark ends the sentence that begins at `begin`."""
    following = text[found.end() : found.end() + 40]
    if following[0].islower():
        return False
    if found["mark"] != "." or text[found.end("mark")] in "\"'”’»":
        return True
    before = _WORD_BEFORE.search(text, max(begin, found.start() - 40), found.start())
    if before is None:
        return found.start() > begin
    word = before.group()
    if word == "г":
        return text[max(begin, before.start() - 5) : before.start()].strip().isdigit()
    if word.isdigit():
        return not _is_ordinal(word, before.start() == begin, following)
    return not _iscut(word, following)


def _is_ordinal(number: str, first: bool, following: str) -> bool:
    """Whether a number with a full stop is that of an item, or the day of a German date."""
    if len(number) > 2:
        return False
    return first or _next_word(following).lower() in GERMAN_MONTHS


def _iscut(word: str, following: str) -> bool:
    """Whether a word with a full stop is an abbreviation, after which the sentence goes on."""
    small = word.lower()
    if small in _BEFORE_NUMBERS:
        return following[0].isdigit() or (len(word) == 1 and word.isupper())
    if small in _NEVER:
        return True
    if _DOTTED.fullmatch(word):
        return _next_word(following) not in _STARTERS
    return len(word) == 1 and word.isalpha() and word.upper() != word.lower()


def _next_word(following: str) -> str:
    found = _WORD_AFTER.match(following)
    return found[1] if found else ""


def cut(sentence: str) -> Iterator[str]:
    """A sentence in parts of at most `LONGEST` characters."""
    begin = 0
    while len(sentence) - begin > LONGEST:
        space = sentence.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
        end = begin + LONGEST if space < 0 else space
        yield sentence[begin:end]
        begin = end + (space >= 0)
    yield sentence[begin:]


def is_said(text: str) -> bool:
    """Whether it is more than a page's number, a row of dashes or a line of a table of contents."""
    if not any(map(str.isalnum, text)) or _PAGE.fullmatch(text.strip()):
        return False
    return len(text) > _LONGEST_ENTRY or _LEADERS.search(text) is None
