"""One message of one or many reminders: order, thread, language, room, size, links."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest

from config.plan import Team
from notifiers.message import Address
from notifiers.mime import Sender, build
from notifiers.slack import payload
from scheduler.messages.buttons import answers
from scheduler.messages.compose import compose
from scheduler.messages.facts import item
from scheduler.messages.languages import language
from scheduler.messages.values import LastKnown, Links, Past
from tests.scheduler.messages.requested import requested
from tests.scheduler.messages.scenes import (
    GROUP,
    KEY,
    SCENES,
    ZERO,
    answerable,
    attention,
    flood,
    gone,
    made,
    many,
    message,
    notice,
    occurrence,
    plan,
    reminder,
)

GMAIL_CUTS_AT = 100_000
SENDER = Sender(Address("tracker@example.org"), room="Cities")
LATE, SOON = (ZERO, "overdue:1"), (GROUP, "before:1 day")


def test_nothing_is_sent_when_there_is_nothing_to_say() -> None:
    with pytest.raises(ValueError, match="at least one"):
        compose(plan(), "jose", "email", [], datetime(2024, 5, 6, tzinfo=UTC), key=KEY)
    with pytest.raises(ValueError, match="at least one"):
        attention()


def test_the_order_of_the_reminders_does_not_matter() -> None:
    at = reminder(*LATE, "jose").at
    one = many("jose", LATE, SOON, ("cities/outlook", "date-wanted"), now=at)
    other = many("jose", ("cities/outlook", "date-wanted"), SOON, LATE, now=at)
    assert one == other
    assert [label for label, _ in one.facts] == [
        "Zero draft", "Global Experts Working Group", "World Smart Cities Outlook",
    ]  # fmt: skip


def test_an_occurrence_is_shown_once_by_its_latest_stage() -> None:
    at = reminder(*LATE, "jose").at
    twice = many("jose", (ZERO, "before:7 days"), LATE, (ZERO, "before:30 days"), now=at)
    assert twice == many("jose", LATE, now=at)


def test_every_message_on_a_milestone_is_in_one_thread() -> None:
    stages = ("before:30 days", "before:7 days", "on-the-day", "overdue:1", "overdue:2")
    found = [message(ZERO, stage, "jose") for stage in stages]
    assert {(one.thread, one.subject, one.list_id) for one in found} == {
        ("tracker/cities/zero-draft", "Zero draft, April 2024 · HSP/HA.2/Res.1", "tracker/cities")
    }
    assert len({one.lead for one in found}) == len(found)


def test_several_milestones_have_no_thread_and_the_list_of_their_track() -> None:
    assert (many("jose", LATE, SOON).thread, many("jose", LATE, SOON).list_id) == (
        None, "tracker/cities",
    )  # fmt: skip
    mixed = many("jose", LATE, ("housing/report", "on-the-day"))
    assert mixed.list_id == "tracker"
    assert mixed.subject.startswith("2 milestones, first ")


@pytest.mark.parametrize("name", SCENES)
def test_every_message_is_a_mail_that_says_the_same_twice(name: str) -> None:
    sent = SCENES[name]()
    mail = message_from_bytes(build(sent, SENDER), policy=policy.default)
    assert mail["Subject"] == sent.subject
    listed = (sent.list_id or "").replace("/", ".")
    assert (mail["List-Id"] or "").startswith(f"<{listed}." if listed else "")
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds[:2] == ["text/plain", "text/html"]
    assert kinds[2:] == (["text/calendar", "application/ics"] if sent.invitation else [])
    assert sent.text.startswith(f"{sent.lead}\n")
    assert sent.lead not in sent.body_without_lead.splitlines()
    assert len((sent.html or "").encode()) < GMAIL_CUTS_AT
    assert payload(sent)["blocks"]


def test_a_flood_of_milestones_stays_under_the_size_at_which_mails_are_cut() -> None:
    sent = flood(300)
    assert len((sent.html or "").encode()) < GMAIL_CUTS_AT
    assert len(build(sent, SENDER)) < 2 * GMAIL_CUTS_AT
    assert sent.subject.startswith("300 milestones, first ")
    assert "and 240 more" in sent.text
    assert "and 240 more" in (sent.html or "")
    assert len(sent.facts) == 100


def test_a_common_reason_is_said_once() -> None:
    why = "You get this because you are in the team People-centred smart cities"
    sent = many("jose", LATE, SOON)
    assert (sent.html or "").count(why) == sent.text.replace("\n", " ").count(why) == 1


def test_links_to_answer_take_the_place_of_the_asking() -> None:
    sent = answerable()
    assert [button.label for button in sent.buttons] == [
        "Done", "It needs more time", "More answers", "Open the milestone",
    ]  # fmt: skip
    assert "Is it done?" not in sent.text
    assert sent.unsubscribe == "https://tracker.example.org/u/abc"
    assert 'href="https://tracker.example.org/r/abc?d=at-risk&amp;s=2"' in (sent.html or "")


def test_the_date_is_in_the_readers_zone() -> None:
    assert str(message(ZERO, "on-the-day", "jose").date) == "2024-04-30 09:00:00-04:00"


def test_a_room_is_no_person() -> None:
    room = message(ZERO, "on-the-day", "cities")
    assert room.to is None
    assert "This goes to everybody in the team" in room.text


def test_a_person_is_written_to_at_her_address_on_the_channel() -> None:
    jose = replace(plan().people["jose"], addresses={"chat": "U123"})
    changed = replace(plan(), people={**plan().people, "jose": jose})
    shown = [made(ZERO, "on-the-day", "jose")]
    at = shown[0].now
    sent = compose(changed, "jose", "chat", shown, at, key=KEY)
    assert sent.to == Address("U123", "José Fernández")
    assert compose(changed, "jose", "email", shown, at, key=KEY).to == Address(
        "jose@example.org", "José Fernández"
    )


def test_a_recipient_gone_from_the_plan_still_makes_a_message() -> None:
    people = {key: one for key, one in plan().people.items() if key != "jose"}
    teams = {"cities": Team("cities", "Cities", ("mei",))}
    changed = replace(plan(), people=people, teams=teams)
    one = reminder(ZERO, "on-the-day", "jose")
    sent = compose(
        changed, "jose", "email", [item(changed, occurrence(ZERO), one, one.at)], one.at, key=KEY
    )
    assert sent.to is None
    assert sent.lead == "Due today"


@pytest.mark.parametrize(
    ("tag", "language", "direction"),
    [("fr-CH", "fr", "ltr"), ("AR", "ar", "rtl"), ("de", "en", "ltr")],
)
def test_each_reads_her_language_and_english_where_there_is_no_folder(
    tag: str, language: str, direction: str
) -> None:
    people = {**plan().people, "claire": replace(plan().people["claire"], language=tag)}
    shown = [made("housing/survey", "before:7 days", "yusuf")]
    to = replace(plan(), people=people)
    sent = compose(to, "claire", "email", shown, shown[0].now, key=KEY)
    assert sent.language == language
    assert f'lang="{language}" dir="{direction}"' in (sent.html or "")


@pytest.mark.parametrize("name", [name for name in SCENES if "coordinator" not in name])
def test_nobodys_address_is_given_away(name: str) -> None:
    sent = SCENES[name]()
    if not name.startswith("attention"):
        assert "@example.org" not in sent.text + (sent.html or "")
        assert "@example.org" not in str(sent.facts)


def test_only_coordinators_and_leads_learn_who_was_reminded() -> None:
    for name in SCENES:
        if not name.startswith(("escalation", "digest")):
            assert "Reminded so far" not in SCENES[name]().text


def test_what_is_gone_is_told_by_what_was_known() -> None:
    sent = SCENES["cancelled-gone"]()
    assert sent.subject == "Final draft, September 2024 · HSP/HA.2/Res.1"
    assert gone("cities/final-draft").promise.to_be_confirmed
    assert ("Was due", "September 2024") in sent.facts


def test_of_what_is_gone_and_had_no_date_no_date_is_told() -> None:
    past = Past(known=LastKnown("Final draft", "cities", None, "date to be confirmed"))
    sent = notice("cities/final-draft", "cancelled", "jose", past, date(2024, 3, 4))
    assert sent.subject == "Final draft · HSP/HA.2/Res.1"
    assert [label for label, _ in sent.facts] == ["Part of"]


def test_notices_of_a_kind_stand_together() -> None:
    sent = attention("failed", "rejected", "failed")
    assert sent.lead == "2 matters need your attention"
    assert [label for label, _ in sent.facts] == [
        "The plan cannot be used as it is; the last good one stays in force",
        "2 messages could not be delivered",
    ]
    assert "^^^" not in sent.text


def test_a_long_list_of_mistakes_is_cut() -> None:
    sent = attention(*["paused"] * 90)
    assert "and 50 more lines" in sent.text
    assert sent.lead == "90 channels are paused"
    assert len((sent.html or "").encode()) < GMAIL_CUTS_AT


def test_of_several_milestones_each_can_be_answered_in_a_chat_and_the_last_link_shows_all() -> None:
    shown = [made(ZERO, "overdue:1", "jose"), made("cities/outlook", "date-wanted", "jose")]
    words = language("en").words
    answer = "https://tracker.example.org/answer/"
    offered = answers(words, shown[:1], lambda occurrence, _: answer + occurrence)
    sent = compose(plan(), "jose", "chat", shown, shown[0].now, key=KEY, links=Links(offered))
    assert [(one.label, one.url) for one in sent.buttons] == [
        ("Answer: Zero draft", f"{answer}{ZERO}"),
        ("World Smart Cities Outlook", "https://tracker.example.org/tracks/cities/outlook"),
        ("All milestones", "https://tracker.example.org"),
    ]


@pytest.mark.parametrize(
    ("recipient", "asked"),
    [
        ("jose", "No date is known yet. Please answer with one as soon as there is one."),
        ("amina", "No date is known yet. Please put one into the plan as soon as there is one."),
    ],
)
def test_a_button_does_not_leave_unsaid_that_a_date_is_wanted(recipient: str, asked: str) -> None:
    shown = [made("cities/outlook", "date-wanted", recipient)]
    offered = answers(
        language("en").words, shown, lambda *_: "https://tracker.example.org/answer/x"
    )
    now = shown[0].now
    sent = compose(plan(), recipient, "email", shown, now, key=KEY, links=Links(offered))
    assert asked in " ".join(sent.text.split())
    assert sent.buttons[0].label == "Tell the date"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_only_an_https_address_stands_in_the_header_and_any_at_the_foot(scheme: str) -> None:
    stop = f"{scheme}://tracker.example.org/stop/abc"
    shown = [made(ZERO, "before:30 days", "jose")]
    links = Links(unsubscribe=stop)
    sent = compose(plan(), "jose", "email", shown, shown[0].now, key=KEY, links=links)
    assert sent.unsubscribe == (stop if scheme == "https" else None)
    assert (b"\r\nList-Unsubscribe" in build(sent, SENDER)) == (scheme == "https")
    assert stop in sent.text
    assert f'href="{stop}"' in (sent.html or "")


def test_who_is_told_of_her_own_answer_reads_no_word_of_a_third_person() -> None:
    sent = requested(plan(), "escalation:1", "mei", "mei")
    assert sent.lead.startswith("Your answer was due on Friday 15 March 2024")
    assert "Please see to it" not in sent.text
