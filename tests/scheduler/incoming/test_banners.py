"""An answer below the warning that a mail server writes above what comes from outside."""

import pytest

from scheduler.incoming.written import first_in, text_in

WARNINGS = [
    "[EXTERNAL EMAIL]",
    "[EXT]",
    "*** EXTERNAL ***",
    "[External] - This message is from outside of the Ministry",
    "CAUTION: This email originated from outside of the organization. Do not click links\n"
    "or open attachments unless you recognize the sender and know the content is safe.",
    "EXTERNAL EMAIL: Use caution with links and attachments.",
    "WARNING: External sender. Verify the message before you answer.",
    "This message was sent from outside your organisation. Please be careful.",
    "You don’t often get email from p@example.org. Learn why this is important\n"
    "<https://aka.ms/LearnAboutSenderIdentification>",
    "ATTENTION : Ce courriel provient de l’extérieur de l’organisation.",
    "Ce message provient d’un expéditeur externe, ne cliquez sur aucun lien.",
    "PRECAUCIÓN: Este correo electrónico se originó fuera de la organización.",
    "Внимание! Письмо отправлено внешним отправителем.",
    "注意：此邮件来自外部，请谨慎打开链接。",
    "تنبيه: هذه الرسالة من خارج المؤسسة.",
]


@pytest.mark.parametrize("between", ["\n\n", "\n"], ids=["apart", "together"])
@pytest.mark.parametrize("warning", WARNINGS)
def test_an_answer_stands_below_a_warning(warning: str, between: str) -> None:
    assert first_in(f"{warning}{between}Done.\n\n> What was asked\n") == "Done."


@pytest.mark.parametrize("warning", WARNINGS)
def test_a_warning_alone_says_nothing(warning: str) -> None:
    assert not first_in(f"{warning}\n\nOn Monday Cora wrote:\n> What was asked\n")


def test_two_warnings_and_a_greeting_stand_above_an_answer() -> None:
    above = f"[EXTERNAL EMAIL]\n\n{WARNINGS[4]}\n\nHello Cora,\n\n"
    assert (
        first_in(f"{above}At risk: the venue is not found.") == "At risk: the venue is not found."
    )


def test_a_mark_may_stand_in_the_line_of_the_answer() -> None:
    assert first_in("[EXTERNAL] Done, thanks\n") == "Done, thanks"


def test_a_warning_is_found_in_html() -> None:
    html = (
        '<table><tr><td style="background:#ffeb9c"><b>CAUTION:</b> This email originated from '
        "outside of the organization.</td></tr></table><div>75%</div>"
    )
    assert first_in(text_in(html)) == "75%"


@pytest.mark.parametrize(
    "line",
    [
        "External review at risk",
        "This is outside of our budget",
        "Warning: the mail from the venue came late",
        "Done, the external review took place",
        "Attention: the meeting takes place outside the office",
    ],
)
def test_what_the_sender_wrote_is_no_warning(line: str) -> None:
    assert first_in(f"{line}\n\nDone.\n") == line
