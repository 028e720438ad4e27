"""Bounces as servers write them; made here, after the forms that each kind of server uses."""

from dataclasses import dataclass

WHO = "amina@example.org"
ID = "0123456789abcdef0123456789abcd"
ORIGINAL = f"""\
From: Tracker <tracker@example.org>
To: Amina Otieno <{WHO}>
Subject: Zero draft, April 2024
Message-ID: <{ID}@example.org>
Date: Fri, 1 Mar 2024 09:00:00 +0300
"""


def report(
    status: str,
    *,
    human: str = "Your message could not be delivered.",
    original: str = ORIGINAL,
    original_type: str = "text/rfc822-headers",
    to: str = "tracker@example.org",
    sender: str = "MAILER-DAEMON@mx.example.net",
    status_type: str = "message/delivery-status",
    encoding: str = "",
    more: str = "",
) -> bytes:
    """A report in the form of RFC 3464. `more` are further headers, each with its line break."""
    transfer = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    return f"""\
Return-Path: <>
From: Mail Delivery System <{sender}>
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Fri, 1 Mar 2024 06:00:10 +0000
Auto-Submitted: auto-replied
{more}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_x"

--=_x
Content-Type: text/plain; charset=us-ascii

{human}

--=_x
Content-Type: {status_type}
{transfer}
{status}
--=_x
Content-Type: {original_type}

{original}
--=_x--
""".encode()


def letter(body: str, headers: str = "") -> bytes:
    """A bounce as a text for people alone."""
    return f"""\
Return-Path: <>
To: tracker@example.org
Date: Fri, 1 Mar 2024 06:00:10 +0000
{headers}
{body}
""".encode()


def fields(
    code: str, said: str = "", who: str = WHO, action: str = "failed", original: str = ""
) -> str:
    """The part for machines, with one recipient."""
    lines = ["Reporting-MTA: dns; mx.example.net", "", f"Final-Recipient: rfc822; {who}"]
    lines += [f"Original-Recipient: rfc822;{original}"] if original else []
    lines += [f"Action: {action}", f"Status: {code}"]
    lines += [f"Diagnostic-Code: smtp; {said}"] if said else []
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Case:
    """A bounce and what is read of it: kind and code of each failure."""

    mail: bytes
    expected: tuple[tuple[str, str], ...]
    named: bool = True


POSTFIX = report(
    fields("5.1.1", f"550 5.1.1 <{WHO}>: Recipient address rejected: User unknown"),
    human="This is the mail system at host mx.example.net.",
)
GMAIL = report(
    "Reporting-MTA: dns; mail.example.com\n"
    f"X-Original-Message-ID: <{ID}@example.org>\n\n"
    f"Final-Recipient: rfc822; {WHO}\nAction: failed\nStatus: 5.1.1\n"
    "Remote-MTA: dns; mx.example.net. (192.0.2.7, the server for the domain example.org.)\n"
    "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
    " Please try double-checking the address. 550 5.1.1 NoSuchUser - smtp\n",
    original="",
    more=f"X-Failed-Recipients: {WHO}\nIn-Reply-To: <{ID}@example.org>\n",
)
EXCHANGE = report(
    "Reporting-MTA: dns;EX01.example.net\nReceived-From-MTA: dns;mx.example.org\n\n"
    f"Original-Recipient: rfc822;{WHO}\nFinal-Recipient: rfc822;amina.otieno@corp.example.net\n"
    "Action: failed\nStatus: 5.1.10\n"
    "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found\n",
    original=f"{ORIGINAL}\nHello\n",
    original_type="message/rfc822",
    sender="MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example.net",
)
QMAIL = letter(
    "Hi. This is the qmail-send program at mx.example.net.\n"
    "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
    "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    f"<{WHO}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
    f"--- Below this line is a copy of the message.\n\n{ORIGINAL}",
    "From: MAILER-DAEMON@mx.example.net\nSubject: failure notice\n",
)
EXIM = letter(
    "This message was created automatically by mail delivery software.\n\n"
    "A message that you sent could not be delivered to one or more of its\n"
    "recipients. This is a permanent error. The following address(es) failed:\n\n"
    f"  {WHO}\n    host mx.example.net [192.0.2.7]\n"
    "    SMTP error from remote mail server after RCPT TO: 550 No such user here\n\n"
    f"------ This is a copy of the message's headers. ------\n\n{ORIGINAL}",
    f"From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: {WHO}\n"
    "Auto-Submitted: auto-replied\nSubject: Mail delivery failed\n",
)
EXIM_WAITS = letter(
    "This message has not yet been delivered to all its recipients after 24 hours.\n"
    f"  {WHO}\n    host mx.example.net [192.0.2.7]: 451 4.7.1 Greylisted, try again later\n\n"
    f"No action is required on your part.\n\n------ This is a copy ------\n\n{ORIGINAL}",
    "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\n"
    "Subject: Warning: message delayed 24 hours\n",
)
OLD_EXCHANGE = letter(
    "Your message did not reach some or all of the intended recipients.\n\n"
    f"The following recipient(s) could not be reached:\n\n      {WHO} on 01.03.2024 06:00\n"
    "            There was a SMTP communication problem with the recipient's server.\n"
    "            <mx.example.net #5.5.0 smtp;550 mailbox unavailable>\n\n"
    f"Original message headers:\n\n{ORIGINAL}",
    "From: postmaster@corp.example.net\nSubject: Undeliverable: Zero draft\n",
)
BASE64_STATUS = report(
    "UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlLm5ldAoKRmluYWwtUmVjaXBpZW50OiByZmM4\n"
    "MjI7IGFtaW5hQGV4YW1wbGUub3JnCkFjdGlvbjogZmFpbGVkClN0YXR1czogNS4xLjEK\n",
    encoding="base64",
)
NESTED_STATUS = report(
    "Content-Type: text/plain\n\n" + fields("5.1.3", "553 5.1.3 bad address syntax")
)
CASES: dict[str, Case] = {
    "postfix": Case(POSTFIX, (("lasting", "5.1.1"),)),
    "gmail": Case(GMAIL, (("lasting", "5.1.1"),)),
    "exchange online": Case(EXCHANGE, (("lasting", "5.1.10"),)),
    "qmail": Case(QMAIL, (("lasting", "5.1.1"),)),
    "exim": Case(EXIM, (("lasting", ""),)),
    "exim still tries": Case(EXIM_WAITS, ()),
    "old exchange": Case(OLD_EXCHANGE, (("lasting", "5.5.0"),)),
    "status in base64": Case(BASE64_STATUS, (("lasting", "5.1.1"),)),
    "status in a text inside": Case(NESTED_STATUS, (("lasting", "5.1.3"),)),
    "an address in Unicode": Case(
        report(
            fields("5.1.1", who=WHO).replace("rfc822", "utf-8"),
            status_type="message/global-delivery-status",
            original_type="message/global-headers",
        ),
        (("lasting", "5.1.1"),),
    ),
    "delayed": Case(report(fields("4.4.1", action="delayed")), ()),
    "delivered": Case(report(fields("2.0.0", action="delivered")), ()),
    "relayed, with a note": Case(report(fields("2.0.0", action="relayed (to mx)")), ()),
    "given up after days": Case(
        report(fields("4.4.1", "connection timed out")), (("passing", "4.4.1"),)
    ),
    "given up after days, by RFC 3463": Case(
        report(fields("5.4.7", "delivery time expired")), (("passing", "5.4.7"),)
    ),
    "given up after days, by Exchange": Case(
        report(fields("5.4.316", "550 5.4.316 Message expired, connection refused")),
        (("passing", "5.4.316"),),
    ),
    "mailbox full": Case(report(fields("5.2.2", "552 5.2.2 over quota")), (("passing", "5.2.2"),)),
    "mailbox full without a code": Case(report(fields("", "552 over quota")), (("passing", ""),)),
    "vague status, exact words": Case(
        report(fields("5.0.0", "550 5.1.1 no such user")), (("lasting", "5.1.1"),)
    ),
    "vague status, other class": Case(
        report(fields("5.0.0", "451 4.2.0 later")), (("lasting", "5.0.0"),)
    ),
    "policy": Case(report(fields("5.7.26", "550 5.7.26 SPF fails")), (("ours", "5.7.26"),)),
    "hidden policy": Case(report(fields("5.0.0", "550 5.7.1 refused")), (("ours", "5.7.1"),)),
    "sender refused": Case(report(fields("5.1.8", "bad sender domain")), (("ours", "5.1.8"),)),
    "too big": Case(report(fields("5.3.4", "552 5.3.4 too big")), (("ours", "5.3.4"),)),
    "two recipients of an alias": Case(
        report(
            fields("5.1.1") + f"\nFinal-Recipient: rfc822; {WHO}\nAction: failed\nStatus: 4.2.2\n"
        ),
        (("lasting", "5.1.1"), ("passing", "4.2.2")),
    ),
    "nothing of the mail came back": Case(
        report(fields("5.1.1"), original="", original_type="text/plain"),
        (("lasting", "5.1.1"),),
        named=False,
    ),
}
OTHER_MAILS: dict[str, bytes] = {
    "a human answer": b"From: Amina <amina@example.org>\n\n\ndone, 550 5.1.1 pages",
    "out of office": b"Return-Path: <>\nFrom: Amina <amina@example.org>\n"
    b"Auto-Submitted: auto-replied\nSubject: Out of office\n\nI am away. 550 5.1.1",
    "a receipt of reading": b"From: amina@example.org\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n"
    b"--x\n\nread\n--x\nContent-Type: message/disposition-notification\n\n"
    b"Final-Recipient: rfc822; amina@example.org\nDisposition: manual-action; displayed\n--x--\n",
    "nothing": b"",
}
