"""PURE. Where a number that looks like a date is none: in symbols and names, and where it counts.

"HSP/HA.1/RES.1 (2019)", "Decision 2/1 (2023)", "ISO 9001:2015" and "the 2030 Agenda" say no date
at all. "Resolution 71/256 of 23 December 2016" and "the period 2020-2023" have one that belongs to
the name. "2030 users" counts.
"""

import re
from collections.abc import Sequence

from scheduler.foreign.commitments.date_tokens import tokens
from scheduler.foreign.commitments.date_words import folded, folded_words
from scheduler.foreign.commitments.phrases import Phrase

Span = tuple[int, int]

_YEAR_AFTER = r"(?:\s{0,2}[(（](?:19|20)[0-9]{2}[)）])?"
SYMBOL = re.compile(
    r"(?<![\w/])(?![QHT][1-4]/)[A-Z][A-Z0-9.\-]{0,20}(?:/[A-Za-z0-9.\-]{1,20}(?:\([A-Z]+\))?){1,6}"
    + _YEAR_AFTER
)
"""A document's symbol, with its year in brackets."""
_NUMBERED = re.compile(
    r"(?:\b(?:resolutions?|decisions?|rules?|articles?|paragraphs?|documents?|annex|chapter"
    r"|résolutions?|décisions?|resoluci[oó]n(?:es)?|decisi[oó]n(?:es)?|резолюци\w{1,3}"
    r"|решени\w{1,3}|القرار|قرار|قرارها|المقرر|مقرر)\s{1,3}(?:No\.? ?)?"
    r"(?![0-9]{1,2}/[0-9]{1,2}/[0-9]{4})[A-Z0-9.]{1,8}(?:/[A-Z0-9.\-]{1,10}){1,4}"
    r"|第\s?[0-9]{1,4}/[0-9]{1,4}\s?号(?:决议|决定))" + _YEAR_AFTER,
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"\bISO(?:/IEC)?[ -]?[0-9]{3,6}(?:-[0-9]+)?(?::[0-9]{4})?"
    r"|\b(?:Agenda|Vision|Strategy|Horizon|Roadmap|Programme|Local|SDGs?|Goals?|Visión|Estrategia"
    r"|Objetivos?|Objectifs?) 20[0-9]{2}\b"
    r"|\b20[0-9]{2} (?:Agenda|Vision|Strategy|Programme|Goals?|Framework|Roadmap|Declaration"
    r"|Targets?)\b"
    r"|\b(?i:reports?|outlook|survey|index|yearbook|edition|rapport|informe|доклад\w?) 20[0-9]{2}\b"
    r"|\bhorizon(?:te)? (?:de )?20[0-9]{2}\b|\bповестк\w{1,3} дня (?:[а-я]+ ){0,8}20[0-9]{2}"
    r"|20[0-9]{2}\s?年(?:可持续发展)?议程|خطة (?:التنمية المستدامة )?لعام 20[0-9]{2}"
    r"|خطة عام 20[0-9]{2}|\bhttps?://\S{1,500}|\bwww\.\S{1,500}|\]\([^)\s]{0,500}\)"
    r"|\b[\w.+-]{1,64}@[\w.-]{1,200}"
    r"|\b(?i:no|nos|n°|nº|№|room|page|p|pp)\.? ?[0-9]{4}\b|[#$€£¥]\s?[0-9]{4}\b"
    r"|\b[A-Z]{3} ?[0-9]{4}(?= (?:million|billion|mill|per))",
)
_OF = re.compile(
    r"\s{0,3}[,(]?\s{0,2}(?:of|dated|adopted on|adopted in|du|de|del|от|المؤرخ(?: في)?)\s{1,3}$"
)
_PERIOD = re.compile(
    r"(?:\b(?:periods?|bienni\w{2}|trienni\w{2}|quadrenni\w{2}|decade|période|exercice|décennie"
    r"|per[ií]odo|bienio|decenio|период\w?)|الفترة|للفترة|فترة السنتين)"
    r"\s{0,3}(?:of|from|de|с|من)?\s{0,3}$",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:Plans?|Programmes?|Programs?|Strategy|Framework|Budget|Roadmap|Policy|Decade|Agenda"
    r"|Plan estratégico|Plan stratégique|Stratégie|Estrategia|план\w{0,2}|стратеги\w)"
    r"\s{0,2}(?:for|pour|para|на|,|\()?\s{0,2}$"
)
_PLAN_AFTER = re.compile(
    r"\s?(?:[A-Z][\w-]{1,20} ){0,3}(?:Plan|Programme|Program|Strategy|Framework|Roadmap|Budget"
    r"|budget|programme|biennium|period|cycle|phase)\b"
)
_FOR = {"for", "pour", "para", "на"}
_COUNTING = {"of", "for", "to", "with", "than", "de", "pour", "para", "from"}
_DETERMINERS = folded_words(
    "the a an its our their this that each these les el los las un une una his her"
)
_FUNCTION = folded_words(
    "and or for to in on at as with is are will was were has have had by of the from before after "
    "but when while which who that et ou en pour à a avec est sont sera dans sur y o para con es "
    "son será и или в на для с будет будут confirmed held onwards onward inclusive if once until "
    "under through this shall can may not both"
)
_TIME = folded_words(
    "in by until till before after during since throughout through early late mid end year years "
    "en au dès depuis avant d jusqu hasta desde antes durante año années année в к до с после года "
    "в году год до в عام العام سنة في بحلول حتى قبل بعد لعام عامي"
)


def symbols_in(text: str) -> list[Span]:
    """Where the symbols and numbers of documents, and the names with a year in them, stand."""
    found = [one for one in SYMBOL.finditer(text) if any(sign.isdigit() for sign in one.group())]
    found += _NUMBERED.finditer(text)
    found += _NAMES.finditer(text)
    return [one.span() for one in found]


def is_in(phrase: Phrase, spans: Sequence[Span]) -> bool:
    """Whether a phrase stands in one of some places."""
    return any(phrase.start < end and start < phrase.end for start, end in spans)


def is_of_a_name(text: str, phrase: Phrase, symbols: Sequence[Span]) -> bool:
    """Whether the date belongs to the name of a document, plan or period."""
    before, after = text[max(0, phrase.start - 80) : phrase.start], text[phrase.end :]
    for start, end in symbols:
        if end <= phrase.start and _OF.fullmatch(text[end : phrase.start]):
            return True
        if 0 <= start - phrase.end <= 1 and text.startswith("第", start):
            return True
    if phrase.form not in ("years", "year", "zh"):
        return False
    several = phrase.form == "years" or "/" in phrase.due
    if several and _PLAN_AFTER.match(after):
        return True
    if _PERIOD.search(before) or (several and after.lstrip().startswith(("期间", "期"))):
        return True
    plan = _PLAN.search(before)
    return plan is not None and (several or plan.group().split()[-1] not in _FOR)


def counts(text: str, phrase: Phrase) -> bool:
    """Whether a year alone is none: it counts ("2030 users") or describes ("the 2024 session")."""
    if phrase.form != "year" or any(sign.isalpha() for sign in phrase.text):
        return False
    before = _word_before(text[max(0, phrase.start - 60) : phrase.start])
    after = _word_after(text[phrase.end : phrase.end + 60])
    if folded(before) in _TIME:
        return False
    follows = after[:1].isalpha() and folded(after) not in _FUNCTION
    if not before[:1].isalpha() or folded(before) in _DETERMINERS:
        return follows
    if folded(before) in _COUNTING:
        return follows and after.islower() and after.endswith("s")
    return follows and not (before[0].isupper() and after[0].islower())


def _word_before(text: str) -> str:
    found = tokens(text)
    found = found[:-1] if found and found[-1].text in "'’" else found
    return found[-1].text if found else ""


def _word_after(text: str) -> str:
    found = tokens(text)
    return found[0].text if found else ""
