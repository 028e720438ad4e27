"""PURE. What the words around a date say of it: to come, done, uncertain, every year.

Only the words of the same part of the sentence count: from the date before to the date after.
"""

import re
from typing import Literal

Tense = Literal["to come", "done", ""]

_I = re.IGNORECASE
_STILL = re.compile(
    r"\b(?:will|shall|won't)\b(?:\s+\w+){0,3}|\b(?:is|are|remains?|yet) to\b(?:\s+\w+){0,2}"
    r"|\bto be\s+(?:\w+ly\s+)?\w+|\bto (?:continue|follow|take place)\b|\bgoing to\b|\bpending\b"
    r"|\bstill\b(?:\s+\w+)?|\bnot yet\b(?:\s+\w+){0,2}|\bdelayed\b|\boverdue\b|\bpostponed\b"
    r"|\b(?:sera|seront|doit|doivent|va|vont)\b(?:\s+être)?(?:\s+\w+)?|\bpas encore\b(?:\s+\w+)?"
    r"|\bà (?:confirmer|venir|annoncer)\b|\b\w+(?:rá|rán)\b(?:\s+\w+[ao]s?)?"
    r"|\btodavía\b|\baún no\b|\bpor (?:confirmar|determinar|anunciar)\b"
    r"|\b(?:будет|будут|предстоит|состоится|состоятся)\b(?:\s+\w+)?|\bеще не\b|\bещё не\b"
    r"|将|尚未|待|سوف|\bسي\w+|\bست\w{3,}|\bسَ\w+|لم \w+ بعد",
    _I,
)
_AHEAD = re.compile(
    r"\b(?:planned|scheduled|expected|foreseen|due|upcoming|forthcoming|tentative(?:ly)?|targeting"
    r"|aims?|intends?|preparing|prévue?s?|prochaine?s?|previst[ao]s?|próxim[ao]s?|планируется"
    r"|планируются|намечен[аоы]?|предстоящ\w+)\b|拟|计划|预计|即将|المقرر|المتوقع|القادم|المقبل",
    _I,
)
_NO_DEEDS = (
    "planned scheduled expected confirmed proposed needed based related integrated united dated "
    "targeted focused required updated revised advanced limited combined intended detailed unmet "
    "envisaged projected indeed need seed feed speed exceed proceed embed led bed red wed"
)
_DEED = re.compile(
    r"\b(?:was|were|has|have|had|did|held|took place|drew|drawn|began|begun|met|made|gave|given"
    r"|done|set up|sent|brought|led|saw|won|took|"
    rf"(?!(?:{_NO_DEEDS.replace(' ', '|')})\b)\w{{2,30}}ed"
    r"|a été|ont été|s'est|s’est|se sont|a eu lieu|ont eu lieu|fue|fueron|ha sido|han sido"
    r"|se celebró|\w{3,30}ó|\w{3,30}aron|был[аои]?|состоял[а-я]+|принят[аоы]?"
    r"|проведен[аоы]?|проведён|утвержд[её]н[аоы]?|\w{3,30}(?:лся|лась|лось|лись))\b"
    r"|\b(?:adopt|lanc|organis|approuv|publi|cré|ten|termin|achev)(?:é|u)e?s?\b"
    r"|[✓✔☑]|已|通过了|举行了|发布了|启动了"
    r"|\b(?:تم|تمت|عقد|عقدت|عُقد|عُقدت|اعتمد|اعتمدت|أطلق|أطلقت|أُطلق|انعقد|كان|كانت|جرى|صدر)\b",
    _I,
)
_NOW = re.compile(r"\b(?:is|are|be|being)\s+(?:being\s+)?(?:\w+ly\s+)?\w+ed\b", _I)
"""What is asked or done now: "are invited", "is being translated"."""
_REACHING = re.compile(
    r"(?:\b(?:by|until|till|before|for|(?:no|not) later than|through|to|pour|d['’]ici(?: à)?"
    r"|jusqu['’](?:à|en)|avant|para|hasta|antes de|до|к|на)|بحلول|قبل|حتى|لعام|到)"
    r"(?:\s+(?:the|la|el|le))?(?:\s+(?:end|fin))?(?:\s+(?:of|de))?\s{0,3}$",
    _I,
)
_UNCERTAIN = re.compile(
    r"\b(?:expected|planned|tentative(?:ly)?|provisional(?:ly)?|likely|possibly|probably|proposed"
    r"|projected|estimated|tb[cda]|to be confirmed|not confirmed|unconfirmed|prévue?s?|provisoires?"
    r"|à confirmer|previst[ao]s?|tentativ[ao]s?|por confirmar|планируется|планируются"
    r"|предварительно|ожидается|ориентировочно|подлежит)\b|\?|预计|暂定|拟|待确认|待定"
    r"|المتوقع|مبدئي|يتوقع|للتأكيد",
    _I,
)
_YEARLY = re.compile(
    r"\b(?:annually|yearly|every year|each year|chaque année|tous les ans|annuellement|cada año"
    r"|todos los años|anualmente|ежегодн\w*|каждый год|каждого года)\b|每年"
    r"|سنويا|سنوياً|كل عام|كل سنة",
    _I,
)
_EVERY = re.compile(
    r"(?:\b(?:every|each|chaque|tous les|cada|todos los|каждое|каждый)|كل)\s{1,3}$", _I
)
NAMED_DAY = re.compile(
    r"\b(?:World|International|Global|National|European|African)"
    r"(?:\s+(?:[A-Z][\w’'-]*|of|the|for|and|on)){0,8}?\s+Day\b"
)
"""A day with a name, which comes every year."""
_TO_BE_SAID = re.compile(
    r"\b(?:tb[cda]|(?:to be|will be|be) (?:\w+ly )?(?:confirmed|announced|determined|decided"
    r"|fixed|scheduled|communicated|agreed|set)|à (?:confirmer|déterminer|annoncer|préciser)"
    r"|(?:sera|seront) (?:annoncée?s?|confirmée?s?|communiquée?s?|fixée?s?)"
    r"|por (?:confirmar|determinar|anunciar|definir)|se (?:anunciará|confirmará|comunicará)n?"
    r"|подлежит (?:подтверждению|уточнению)"
    r"|(?:будет|будут) (?:объявлен|подтвержден|подтверждён|сообщен|уточнен)[аоы]?"
    r"|уточняется|уточняются)\b|待定|待确认|有待确认|将(?:予以|另行)?(?:宣布|公布|确认|确定|通知)"
    r"|يحدد لاحقا|تحدد لاحقا|سيعلن|ستعلن|سيُعلن|في انتظار التأكيد|سيتم (?:الإعلان|تأكيد|تحديد)",
    _I,
)
_NO_STATE = "".join(
    f"(?<!{word} )" for word in ("continues", "continue", "found", "known", "considered", "seem")
)
"""Before "to be", what makes it tell how something is: "continues to be limited"."""
_TO_COME = re.compile(
    rf"\b(?:(?:{_NO_STATE}to|will|shall) be (?:\w+ly )?(?:\w+ed|held|sent|made|given"
    r"|built|set|drawn|brought|taken|led|begun|written|put|done)|will (?:follow|take place)"
    r"|upcoming|forthcoming"
    r"|imminent(?:ly)?|being finali[sz]ed|(?:sera|seront) \w+(?:é|i|u|is|it)e?s?"
    r"|será[n]? \w+d[ao]s?"
    r"|(?:будет|будут) \w+(?:н|т)[аоы]?|состоится|состоятся)\b"
    r"|将(?:于|在)?(?:举行|提交|发布|召开|启动)|سيتم|سيُعقد|سيعقد|ستعقد",
    _I,
)


_LONG, _NAMED = 60, 8
_STOPS = (". ", "; ", "。", "；", "؛")


def tense(before: str, after: str) -> Tense:
    """What the words before a date say, the nearest first; else those after it."""
    found = _marks(before)
    if found:
        return found[-1]
    found = _marks(after)
    return found[0] if found else ""


def is_still_to_come(before: str, after: str) -> bool:
    """Whether a date that is past is said to be still to come."""
    return tense(before, after) == "to come" and bool(_STILL.search(f"{before} … {after}"))


def reaches_ahead(before: str) -> bool:
    """Whether the date is what is worked towards: "by 2025", "scores for 2024"."""
    return bool(_REACHING.search(before[-60:]))


def is_uncertain(before: str, after: str) -> bool:
    """Whether the date is only expected or planned, or is to be confirmed."""
    return bool(_UNCERTAIN.search(before) or _UNCERTAIN.search(after[:25]))


def is_yearly(before: str, after: str, *, yearless: bool) -> bool:
    """Whether a day comes every year."""
    named = yearless and (NAMED_DAY.search(before) or NAMED_DAY.search(after))
    return bool(
        named or _YEARLY.search(before) or _YEARLY.search(after) or _EVERY.search(before[-20:])
    )


def is_to_be_said(text: str) -> bool:
    """Whether a sentence says that its date will be told or confirmed."""
    return bool(_TO_BE_SAID.search(text))


def is_to_come(text: str) -> bool:
    """Whether a sentence without a date says that something is to come."""
    return bool(_TO_BE_SAID.search(text) or _TO_COME.search(text))


def to_come_in(text: str) -> tuple[int, int]:
    """From where to where the part of a text stands that says that something is to come.

    Of a long one only as far as the words that say so: "More parameters to be included".
    """
    found = _TO_BE_SAID.search(text) or _TO_COME.search(text)
    at = found.start() if found else 0
    start = max(
        (text.rfind(stop, 0, at) + len(stop) for stop in _STOPS if stop in text[:at]), default=0
    )
    ends = [end for stop in _STOPS if (end := text.find(stop, at)) >= 0]
    end = min(ends, default=len(text))
    is_long = found is not None and end - start > _LONG
    return start, found.end() if is_long and found and at - start > _NAMED else end


def _marks(text: str) -> list[Tense]:
    """What the words of a part of a sentence say, in their order."""
    coming = [one.span() for mark in (_STILL, _AHEAD) for one in mark.finditer(text)]
    no_deeds = [*coming, *(one.span() for one in _NOW.finditer(text))]
    deeds = [
        one.span()
        for one in _DEED.finditer(text)
        if not any(one.start() < end and start < one.end() for start, end in no_deeds)
    ]
    marks: list[tuple[int, Tense]] = [(start, "to come") for start, _ in coming]
    marks += [(start, "done") for start, _ in deeds]
    return [said for _, said in sorted(marks)]
