"""PURE. The warnings that mail servers write above a text that comes from outside.

The sender never saw them: "CAUTION: This email originated from outside of the organization. Do not
click links …". An organisation writes its own words, so that a warning is known by what it speaks
of: a mail, and that it is from outside.
"""

import re
from collections.abc import Sequence

from scheduler.incoming.said import said_in, same

LONGEST = 600
"""Characters of a warning."""
_AT_THE_MOST = 3
"""So many of them stand above a text: a server writes one, the mail program another."""
_TAG = re.compile(
    r"[\[(*]{1,3}\s*(?:ext|external|externe|externo|внешн\w*|外部|خارجي)\b[^\])*]{0,40}[\])*]{1,3}"
    r"\s*[:：-]?\s*",
    re.IGNORECASE,
)
"""A mark in brackets, "[EXTERNAL EMAIL]", alone in its line or before the text."""
_OUTSIDE = re.compile(
    r"\b(?:external|outside|externe|exterieure?|externo|externa|fuera de|exterior)\b"
    r"|внешн|извне|из-за предел|外部|خارج"
)
_OF_A_MAIL = re.compile(
    r"\b(?:e ?mails?|mails?|messages?|senders?|courriels?|expediteurs?|correos?|mensajes?"
    r"|remitentes?)\b|письм|сообщени|отправител|邮件|郵件|发件人|بريد|رسال|مرسل"
)
_BEGINS = re.compile(
    r"\W*(?:(?:caution|warning|attention|notice|important|alert|security|external|this|avertissement"
    r"|prudence|ce|cet|cette|externe|precaucion|advertencia|aviso|atencion|este|esta|externo)\b"
    r"|внимание|предупреждение|осторожно|внешн|это|данное|письмо|注意|警告|提醒|提示|外部|此|该|本|تنبيه"
    r"|تحذير|انتباه|هذه|هذا|بريد|رسال)"
)
_SELDOM = re.compile(
    r"you don't often get email from|vous n'obtenez pas souvent d'e ?mails?"
    r"|no suele recibir correos?|вы нечасто получаете|你通常不会收到来自|"
    r"لا تتلقى البريد الإلكتروني غالبا"
)
"""How Outlook says that a sender is new."""


def without_banner(lines: Sequence[str]) -> Sequence[str]:
    """The lines of a text without the warnings above it; an answer that stands in one stays."""
    for _ in range(_AT_THE_MOST):
        begin = next((at for at, line in enumerate(lines) if line), len(lines))
        end = next((at for at in range(begin, len(lines)) if not lines[at]), len(lines))
        paragraph = lines[begin:end]
        if not paragraph:
            break
        if tag := _TAG.match(paragraph[0]):
            lines = [paragraph[0][tag.end() :], *lines[begin + 1 :]]
        elif _warns(" ".join(paragraph)[: LONGEST + 1]):
            answer = next(
                (at for at, line in enumerate(paragraph) if said_in(line)), len(paragraph)
            )
            lines = lines[begin + answer :]
        else:
            break
    return lines


def _warns(paragraph: str) -> bool:
    text = same(paragraph)
    if len(text) > LONGEST:
        return False
    outside = _OUTSIDE.search(text) and _OF_A_MAIL.search(text) and _BEGINS.match(text)
    return bool(outside or _SELDOM.match(text))
