"""The first line is found in what every mail program writes, and understood in six languages."""

import tomllib
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scheduler.messages
from scheduler.incoming.automatic import is_automatic
from scheduler.incoming.phrases import PHRASES, State
from scheduler.incoming.received import MOST_TEXT, UnreadableError, addresses, read
from scheduler.incoming.said import LONGEST_NOTE, Said, said_in
from scheduler.incoming.written import LONGEST_LINE, first_in, first_line, text_in
from tests.scheduler.incoming.letters import HTMLS, QUOTED, TEXTS, written

LANGUAGES = Path(scheduler.messages.__file__).parent


@pytest.mark.parametrize("name", TEXTS)
def test_the_first_line_of_ones_own_is_found(name: str) -> None:
    text, line = TEXTS[name]
    assert first_in(text) == line


@pytest.mark.parametrize("name", HTMLS)
def test_it_is_found_in_html_too(name: str) -> None:
    html, line = HTMLS[name]
    assert first_in(text_in(html)) == line


def test_the_plain_form_is_preferred_and_files_are_not_read() -> None:
    mail = b"""MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; name=done.txt
Content-Disposition: attachment; filename=done.txt

done
--x
Content-Type: multipart/alternative; boundary=y

--y
Content-Type: text/html

<p>from html
--y
Content-Type: text/plain; charset=utf-16-nonsense
Content-Transfer-Encoding: quoted-printable

=C3=A0 risque
--y--
--x--
"""
    assert read(mail, first_line) == "à risque"


def test_a_mail_that_is_given_along_is_not_read_and_no_foot_before_the_text() -> None:
    mail = b"""MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html

<p>at risk: see what is attached
--x
Content-Type: message/rfc822

Content-Type: text/plain

done
--x
Content-Type: text/plain

This mail was scanned.
--x--
"""
    assert read(mail, first_line) == "at risk: see what is attached"
    empty = mail.replace(b"at risk: see what is attached", b"")
    assert read(empty, first_line) == "This mail was scanned."


@pytest.mark.parametrize(
    ("sort", "octets"),
    [
        ("plain", b"at risk: \x1b[2J\x1b]0;x\x07 no\x00 funds\x7f"),
        ("plain; charset=utf-7", b"at risk: +2AA- no funds"),
        ("html", b"<p>at risk: \x1b[2J no\x00 &#27;&#0; funds &#x9b;"),
    ],
)
def test_no_control_character_comes_through(sort: str, octets: bytes) -> None:
    line = read(f"Content-Type: text/{sort}\n\n".encode() + octets, first_line)
    assert line.startswith("at risk: ")
    assert line.isprintable()
    assert line.encode()
    sender = read(b"From: a\x00b@example.org\n\n", lambda mail: addresses(mail, "From"))
    assert sender == []


FOLDED = {
    "Gmail": (
        "Delayed: the ministry has asked for another round of consultations and will\n"
        "answer by 15 June, and not before\nAmina",
        "Delayed: the ministry has asked for another round of consultations and will"
        " answer by 15 June, and not before",
    ),
    "twice": (
        "done: it went to the Board and to all who had asked for it in the last \n"
        "meeting of the committee on programme and budget, as well as the others \nwho came\n",
        "done: it went to the Board and to all who had asked for it in the last meeting of the "
        "committee on programme and budget, as well as the others who came",
    ),
    "a sentence that is whole": (
        "at risk: the funds of this year have not come and nobody can say when.\nAmina Otieno",
        "at risk: the funds of this year have not come and nobody can say when.",
    ),
    "a close": (
        "done: we have sent it to the Board together with all the annexes today\n"
        "Best regards,\nAmina",
        "done: we have sent it to the Board together with all the annexes today",
    ),
    "a line with place for more": ("at risk: no funds\nAmina Otieno", "at risk: no funds"),
    "a quotation": (
        "at risk: the funds of this year have not come and nobody can say more\n> consultations",
        "at risk: the funds of this year have not come and nobody can say more",
    ),
    "what announces a quotation": (
        "at risk: the funds of this year have not come and nobody can tell when\n"
        "On Fri, 15 Mar 2024 at 09:00, T <t@example.org> wrote:\n> x",
        "at risk: the funds of this year have not come and nobody can tell when",
    ),
    "a signature": (
        "at risk: the funds of this year have not come and nobody can tell when\n-- \nAmina",
        "at risk: the funds of this year have not come and nobody can tell when",
    ),
}


@pytest.mark.parametrize("name", FOLDED)
def test_a_long_line_that_a_program_broke_is_one(name: str) -> None:
    text, line = FOLDED[name]
    assert read(written("t@example.org", text), first_line) == line


@pytest.mark.parametrize(
    ("charset", "octets", "line"),
    [
        ("iso-8859-1", b"c\x92est fait", "c’est fait"),
        ("ISO-8859-1", b"at risk\x85 no money", "at risk… no money"),
        ("gb2312", "延期：等李喆回来".encode("gb18030"), "延期：等李喆回来"),
        ("us-ascii", "terminé".encode(), "terminé"),
        ("idna", b"done", "done"),
        ("undefined", b"done", "done"),
    ],
)
def test_a_charset_is_read_as_programs_mean_it(charset: str, octets: bytes, line: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    assert read(head.encode() + octets, first_line) == line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("done", Said("done")),
        ("DONE!", Said("done")),
        ("Done, thanks.", Said("done")),
        ("done thank you", Said("done")),
        ("“done”", Said("done")),
        ("*Done*", Said("done")),
        ("It’s done", Said("done")),
        ("Done - sent to the Board", Said("done", None, "sent to the Board")),
        ("done (annex follows)", Said("done", None, "annex follows")),
        ("100%", Said("done", 100)),
        ("75%", Said(None, 75)),
        ("75 % done", Said(None, 75)),
        ("done 50%", Said(None, 50)),
        ("50%: two chapters", Said(None, 50, "two chapters")),
        ("75%, at risk: no funds", Said("at-risk", 75, "no funds")),
        ("on track 75%", Said("on-track", 75)),
        ("On-track", Said("on-track")),
        ("at risk because of the budget", Said("at-risk", None, "because of the budget")),
        ("delayed: new date maybe June", Said("delayed", None, "new date maybe June")),
        ("Delayed until June", Said("delayed", None, "until June")),
        ("note: see the annex", Said("note", None, "see the annex")),
        ("C’EST FAIT !", Said("done")),
        ("termine", Said("done")),
        ("en retard : juin", Said("delayed", None, "juin")),
        ("hecho, gracias", Said("done")),
        ("¡Hecho!", Said("done")),
        ("¡Listo, gracias!", Said("done")),
        ("en riesgo", Said("at-risk")),
        ("Готово.", Said("done")),
        ("идет по плану, 80%", Said("on-track", 80)),
        ("задерживается до июня", Said("delayed", None, "до июня")),
        ("已完成。", Said("done")),
        ("完成75%", Said(None, 75)),
        ("７５％", Said(None, 75)),
        ("推迟到六月", Said("delayed", None, "到六月")),
        ("备注：见附件", Said("note", None, "见附件")),
        ("تَمّ", Said("done")),
        ("انجز، شكرا", Said("done")),
        ("٧٥٪", Said(None, 75)),
        ("ملاحظة: بعد العطلة", Said("note", None, "بعد العطلة")),
    ],
)
def test_what_is_said_is_understood(line: str, said: Said) -> None:
    assert said_in(line) == said


@pytest.mark.parametrize(
    "line",
    ["", "not done", "done by Friday", "done?", "done yet?", "undone", "donee", "almost done",
     "yes", "done, 50%", "120%", "on track?", "note", "note that I am away",
     "delayedness", "50% chance", "I am away until 3 May", "fait demain", "ne pas fait", "no hecho",
     "¿hecho?", "не готово", "未完成", "完成度", "لم يتم", "تم الإرسال",
     "thanks", "-", "?", "%", "1000%"],
)  # fmt: skip
def test_what_is_no_statement_is_nothing(line: str) -> None:
    assert said_in(line) is None


@pytest.mark.parametrize("language", PHRASES)
def test_every_phrase_says_its_state(language: str) -> None:
    for state, phrases in PHRASES[language].items():
        for phrase in phrases:
            note = "x" if state == "note" else ""
            assert said_in(f"{phrase}: {note}") == Said(state, None, note)
            assert said_in(phrase.upper() + f": {note}") == Said(state, None, note)


def test_no_phrase_says_two_states() -> None:
    named: dict[str, State] = {}
    for table in PHRASES.values():
        for state, phrases in table.items():
            for phrase in phrases:
                assert named.setdefault(phrase, state) == state


@pytest.mark.parametrize(
    "path", sorted(LANGUAGES.glob("*/words.toml")), ids=lambda at: at.parent.name
)
def test_the_words_that_messages_offer_are_understood(path: Path) -> None:
    offered = tomllib.loads(path.read_text(encoding="utf-8"))["sentences"]["answer-words"]
    found = [said_in(one.strip().replace("…", "x")) for one in offered.split("·")]
    assert [one and (one.state, one.percent) for one in found] == [
        ("done", None),
        ("on-track", None),
        ("at-risk", None),
        ("delayed", None),
        (None, 75),
        ("note", None),
    ]


@given(st.text(max_size=200))
def test_any_line_ends_in_something_or_nothing(line: str) -> None:
    for one in (line, f"done: {line}", f"75% {line}", f"{line} done"):
        said = said_in(one)
        if said is not None:
            assert said.state or said.percent is not None
            assert len(said.note) <= LONGEST_NOTE
            assert said.note.isprintable()


@given(st.binary(max_size=600), st.integers(0, 900))
def test_any_octets_end_in_a_line_or_a_reason(noise: bytes, at: int) -> None:
    html = "".join(html for html, _ in HTMLS.values())
    for seed in (b"", written("t@example.org", QUOTED), written("t@example.org", html=html)):
        octets = seed[:at] + noise + seed[at:]
        try:
            line = read(octets, first_line)
        except UnreadableError as error:
            assert str(error)
        else:
            assert len(line) <= LONGEST_LINE


def test_html_without_an_end_takes_no_time() -> None:
    for sign in (
        "<div>",
        "<blockquote>",
        "<!--",
        "<a ",
        "<a",
        "a",
        "&",
        "<![CDATA[",
        "</",
        "<title>",
    ):
        assert len(text_in(sign * 20_000)) <= MOST_TEXT


AUTOMATIC = {
    "RFC 3834": {"Auto_Submitted": "auto-replied (vacation)"},
    "our own": {"Auto_Submitted": "auto-generated"},
    "precedence": {"Precedence": "auto_reply"},
    "a list": {"List_Id": "<x.example.org>"},
    "an old program": {"X_Autoreply": "yes"},
    "the empty sender": {"Return_Path": "<>"},
}


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_a_program_writes_is_no_answer(name: str) -> None:
    mail = written("t@example.org", **AUTOMATIC[name])
    assert read(mail, is_automatic)


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: Zero draft", "Out of Office: x", "Réponse automatique : x", "自动回复: x",
     "自动答复: x", "=?utf-8?q?R=C3=A9ponse_automatique?=", "Автоответ: x", "رد تلقائي: x"],
)  # fmt: skip
def test_who_is_out_of_office_says_nothing(subject: str) -> None:
    mail = written("t@example.org").replace(b"Re: Zero draft", subject.encode())
    assert is_automatic(message_from_bytes(mail))


def test_what_a_person_writes_is_an_answer() -> None:
    assert not read(written("t@example.org", Auto_Submitted="no"), is_automatic)
    assert read(written("t@example.org", sender="noreply@example.org"), is_automatic)
