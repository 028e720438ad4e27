"""PURE. A mail -> the first line that its sender wrote, without what is quoted, and the signature.

Mail programs quote in two ways: with a `>` before each line, or everything after a line or a block
of headers. Answers stand above the quotation or below it; both are found. Of a mail in HTML alone
the text is taken, without quotations.
"""

import re
from collections.abc import Sequence
from email.message import Message
from functools import partial
from html import unescape
from itertools import islice

from scheduler.incoming.banners import without_banner
from scheduler.incoming.phrases import GREETINGS
from scheduler.incoming.received import MOST_PARTS, MOST_TEXT, text_of
from scheduler.incoming.said import said_in, same

MOST_LINES = 400
LONGEST_LINE = 600
LONGEST_GREETING = 40
FEW_WORDS = 3
_UNSEEN = " \t\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_ATTRIBUTION = re.compile(
    r"(?:wrote|writes|a écrit|escribió|écrit|schrieb|пишет|написала?(?:\(а\))?|写道|寫道|كتبت?)"
    r"[^\n]{0,120}[:：]$"
)
_BEGINS = re.compile(r"(?:On|Le|El|Am|Op|Den|Il|Em|В|Пн|Вт|Ср|Чт|Пт|Сб|Вс|في|在)\b", re.IGNORECASE)
"""How a line begins that announces a quotation and is folded."""
_ANNOUNCES = re.compile(r"(?=.*\S@\S)(?=.*\d[:.]\d\d).*[:：]$")
"""Who wrote and at what hour, as it stands before a quotation in any language."""
_LAST_LINE = re.compile(
    r"-{2,}(?:\s|&nbsp;)*(?:original message|forwarded message|message d'origine|message transféré"
    r"|mensaje original|mensaje reenviado|исходное сообщение|пересылаемое сообщение"
    r"|原始邮件|转发的邮件|الرسالة الأصلية)(?:\s|&nbsp;)*-{2,}$"
    r"|_{10,}$|-{20,}$|sent from my |sent from outlook|get outlook for |envoyé de mon "
    r"|enviado desde mi |отправлено с |发自我的|أُ?رسلت من |sent with proton|envoyé depuis mon "
    r"|envoyé à partir d|(?:obtenir|télécharger|obtener|descargar|получить|скачать|获取|下载"
    r"|الحصول على) outlook |enviado desde outlook|отправлено из |从我的",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\*?(?:from|sent|date|to|subject|de|envoyé|date|à|objet|enviado|fecha|para|asunto|от"
    r"|отправлено|дата|кому|тема|发件人|发送时间|日期|收件人|主题|من|تاريخ الإرسال|التاريخ|إلى"
    r"|الموضوع)\*?\s*[:：]",
    re.IGNORECASE,
)
_STOPS = (",", "!", ".", "،", "，", "！", "。", ":", "：")
_AFTER_GREETING = re.compile(r"[,!.:;،，！。：\u2013\u2014-]\s*")
_WRITES_NO_SPACES = re.compile("[\u4e00-\u9fff]")
_FULL = 72, 80
"""A full line has no place for one more word within so many signs, and no more than so many."""
_ENDS_SENTENCE = (".", "!", "?", "…", "。", "！", "？", "؟", ":")
_WRAPPED = 3
"""So many lines the line before a quotation is folded into at the most."""
_BLOCKS = frozenset({
    "address", "article", "br", "center", "div", "dl", "dt", "dd", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "tr",
    "ul",
})  # fmt: skip
_HIDDEN = frozenset({"head", "blockquote"})
_UNSHOWN = re.compile(
    r"style\s*=\s*[\"'][^\"']*(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE
)
_MAY_HIDE = frozenset({"div", "span", "p", "table", "td"})
_TOKENS = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|title)\b[^<>]*>.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<end>/?)(?P<tag>[a-z][a-z0-9]{0,15}(?:[:-][a-z0-9]{1,15}){0,3})(?=[\s/>])"
    r"(?P<rest>(?>(?:[^<>\"']+|\"[^<\"]*\"|'[^<']*')*)(?=>)|[^<>]*)>"
    r"|<![^<>]*>"
    r"|(?P<text>[^<]+|<)",
    re.IGNORECASE | re.DOTALL,
)
"""The pieces of HTML. Each character is looked at a few times at the most, whatever stands there:
`html.parser` takes minutes for a mail of half tags."""
_QUOTATION = "\n>\n"
"""Stands in the text for a quotation that is left out, so that what announces it is known."""
_QUOTED = re.compile(r"(?:gmail|protonmail)_quote|gmail_attr|yahoo_quoted|moz-cite-prefix")
_QUOTED_BELOW = re.compile(r"divRplyFwdMsg|appendonsend|mail-editor-reference")


def first_line(mail: Message) -> str:
    """The first line that the sender wrote; "" where there is none."""
    return first_in(_text(mail))


def first_in(text: str) -> str:
    """The first line of a text that is not quoted, no server's warning, no greeting, no signature.

    A greeting with nothing after it is better than nothing.
    """
    read = [line.strip(_UNSEEN) for line in islice(text.splitlines(), MOST_LINES)]
    lines = without_banner(read)
    at, greeting = 0, ""
    while at < len(lines):
        line = lines[at]
        if _ends(line, lines[at + 1 : at + 5]):
            break
        skipped = _skipped(lines, at)
        if not skipped and (greeting or not _greets(line)):
            return line[:LONGEST_LINE]
        if not skipped and (answer := _after_greeting(line)):
            return answer
        greeting = greeting if skipped else line
        at += skipped or 1
    return greeting


def _skipped(lines: Sequence[str], at: int) -> int:
    """How many lines from here on are empty, quoted, or announce a quotation."""
    if not lines[at] or lines[at].startswith((">", "|")):
        return 1
    for count in range(1, _WRAPPED + 1 if _BEGINS.match(lines[at]) else 2):
        together = " ".join(lines[at : at + count])
        if len(together) <= LONGEST_LINE and _ATTRIBUTION.search(together):
            return count
    if lines[at].endswith((":", "：")) and _is_quoted(lines, at + 1):
        return 1
    return next(filter(partial(_announces, lines, at), range(2, _WRAPPED + 1)), 0)


def _announces(lines: Sequence[str], at: int, count: int) -> bool:
    """Whether so many lines are one that announces a quotation, and all of them are needed."""
    whole, rest = " ".join(lines[at : at + count]), " ".join(lines[at + 1 : at + count])
    if len(whole) > LONGEST_LINE or not all(lines[at : at + count]) or said_in(lines[at]):
        return False
    announced = _ANNOUNCES.match(whole) and not _ANNOUNCES.match(rest)
    return bool(announced) and _is_quoted(lines, at + count)


def _is_quoted(lines: Sequence[str], at: int) -> bool:
    """Whether a quotation begins there, after an empty line at the most."""
    return next((line for line in lines[at : at + 2] if line), "").startswith(">")


def _ends(line: str, following: Sequence[str]) -> bool:
    """Whether nothing of the sender's own comes any more: a signature, or all that was before."""
    if line == "--" or _LAST_LINE.match(line):
        return True
    fields = sum(bool(_FIELD.match(one)) for one in following)
    return bool(_FIELD.match(line)) and fields >= 2


def _greets(line: str) -> bool:
    """ "Dear Cora," alone in its line, or with a few words after it."""
    if len(line) > LONGEST_GREETING:
        return False
    bare = same(line)
    for one in map(same, GREETINGS):
        after = bare[len(one) : len(one) + 1]
        if bare.startswith(one) and (not after.isalnum() or _WRITES_NO_SPACES.match(one)):
            return line.endswith(_STOPS) or len(bare.split()) <= FEW_WORDS
    return False


def _after_greeting(line: str) -> str:
    """The answer that stands in the line of a greeting: "Dear Cora, done."; "" for none.

    Nothing but the greeting may stand before it: "Dear Cora, part 1: done" is not done.
    """
    found = _AFTER_GREETING.search(line)
    rest = line[found.end() :] if found else ""
    return rest if said_in(rest) else ""


def _text(mail: Message) -> str:
    """The text of the mail, in its plain form where there are both.

    Nothing of files that are with it, nor of mails: somebody else wrote those.
    """
    if mail.is_multipart():
        inside = [one for one in mail.get_payload() if isinstance(one, Message)]
        if mail.get_content_maintype() != "multipart":
            return ""
        if mail.get_content_type() == "multipart/alternative":
            inside.sort(key=lambda one: one.get_content_type() != "text/plain")
        return next((text for one in inside[:MOST_PARTS] if (text := _text(one)).strip()), "")
    if mail.get_filename() or mail.get_content_disposition() == "attachment":
        return ""
    sort = mail.get_content_type()
    if sort == "text/html":
        return text_in(text_of(mail))
    return _unfolded(text_of(mail)) if sort == "text/plain" else ""


def _unfolded(text: str) -> str:
    """The text with each line that says something in one, where the mail program broke it.

    Such a line is full: the next word had no place in it. One that ends a sentence is whole.
    """
    lines: list[str] = []
    last = ""
    for line in islice(text.splitlines(), MOST_LINES):
        bare = line.strip(_UNSEEN)
        if lines and _is_full(last, bare) and said_in(lines[-1].strip(_UNSEEN)):
            lines[-1] = f"{lines[-1].rstrip()} {bare}"
        else:
            lines.append(line)
        last = bare
    return "\n".join(lines)


def _is_full(line: str, following: str) -> bool:
    """Whether a program may have broken a text between two lines, as all do at 72 to 78 signs."""
    words = following.split()
    closes = len(words) <= FEW_WORDS and following.endswith((",", "،", "，"))
    if not words or closes or len(line) > _FULL[1] or line.endswith(_ENDS_SENTENCE):
        return False
    if following.startswith((">", "|", "--")) or _skipped([following], 0) or _ends(following, ()):
        return False
    return len(line) + 1 + len(words[0]) > _FULL[0]


def text_in(html: str) -> str:
    """The text of HTML without what is quoted."""
    reader = _Reader()
    for found in _TOKENS.finditer(html[:MOST_TEXT]):
        if found["tag"]:
            reader.tag(found["tag"].lower(), found["rest"], ends=bool(found["end"]))
        elif found["text"]:
            reader.add(unescape(found["text"]))
    return reader.text


class _Reader:
    """Collects text; what a browser hides and what mail programs quote is left out."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._over = False
        self._left_out: list[str] = []

    @property
    def text(self) -> str:
        """What was collected."""
        return "".join(self._found)

    def tag(self, tag: str, rest: str, *, ends: bool) -> None:
        """Note where a part begins, or ends, that is left out; a block stands in its own lines."""
        if tag == "body" and self._left_out[:1] == ["head"]:
            self._left_out.clear()
        if ends:
            if tag in self._left_out:
                self._left_out.pop()
        else:
            self._begin(tag, rest)
        if tag in _BLOCKS and not self._over:
            self._found.append("\n")

    def _begin(self, tag: str, rest: str) -> None:
        self._over = self._over or bool(_QUOTED_BELOW.search(rest))
        nested = bool(self._left_out) and tag == self._left_out[0]
        hidden = tag in _HIDDEN or (tag == "div" and bool(_QUOTED.search(rest)))
        hidden = hidden or (tag in _MAY_HIDE and bool(_UNSHOWN.search(rest)))
        if nested or (hidden and not self._left_out):
            self._left_out.append(tag)
            if tag == "blockquote" and not self._over:
                self._found.append(_QUOTATION)

    def add(self, data: str) -> None:
        """Keep the text, in which line breaks are spaces."""
        if self._left_out or self._over:
            return
        text = " ".join(data.split())
        before = " " if data[:1].isspace() and text else ""
        after = " " if data[-1:].isspace() else ""
        self._found.append(f"{before}{text}{after}")
