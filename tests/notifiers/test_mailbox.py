"""Mailboxes hold what SMTP would have sent, and give it back."""

import mailbox
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from notifiers.errors import DeliveryError
from notifiers.mailbox import Mailbox, MailboxOptions, MemoryMailbox
from notifiers.message import Address, Message
from notifiers.mime import Sender, build

FROM = "Tracker <tracker@example.org>"
MakeMessage = Callable[..., Message]
Box = MemoryMailbox | Mailbox


@pytest.fixture(params=["memory", "disk"])
def box(request: pytest.FixtureRequest, tmp_path: Path, now: Callable[[], datetime]) -> Box:
    if request.param == "memory":
        return MemoryMailbox(Sender(Address.parse(FROM), room="smart-chat"))
    return Mailbox(MailboxOptions(str(tmp_path / "mail" / "box"), FROM, "smart-chat"), now)


def test_what_was_sent_comes_back(box: Box, make_message: MakeMessage) -> None:
    message = make_message()
    assert box.messages() == []
    box.send(message)
    (mail,) = box.messages()
    assert mail.content == build(message, Sender(Address.parse(FROM)))
    assert mail.key == message.identifier
    assert mail.number == 1
    assert mail.recipient == "amina@example.org"
    assert mail.date == message.date
    assert mail.date.utcoffset() == message.date.utcoffset()
    assert mail.subject == message.subject
    assert mail.text == message.text
    assert mail.html == message.html


def test_an_address_in_any_letters_comes_back(box: Box, make_message: MakeMessage) -> None:
    box.send(make_message(to=Address("ämina@example.org", "Ämina"), subject="Échéance demain"))
    (mail,) = box.messages()
    assert (mail.recipient, mail.subject) == ("ämina@example.org", "Échéance demain")


def test_a_room_is_named(box: Box, make_message: MakeMessage) -> None:
    box.send(make_message(to=None, html=None))
    (mail,) = box.messages()
    assert (mail.recipient, mail.html) == ("smart-chat", None)


def test_a_copy_is_kept_and_recognised(box: Box, make_message: MakeMessage) -> None:
    for key in ("a", "b", "a", "a"):
        box.send(make_message(key=key))
    copies = [(mail.key, mail.number) for mail in box.messages()]
    assert sorted(copies) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]


def test_many_threads_at_once(box: Box, make_message: MakeMessage) -> None:
    def work() -> None:
        for _ in range(10):
            box.send(make_message(key="same"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.number for mail in box.messages()) == list(range(1, 41))


def test_what_cannot_be_written_to_is_refused(box: Box, make_message: MakeMessage) -> None:
    with pytest.raises(DeliveryError) as caught:
        box.send(make_message(to=Address("nobody")))
    assert (caught.value.permanent, caught.value.scope) == (True, "recipient")
    assert box.messages() == []


def test_memory_is_read_from_a_point_on(make_message: MakeMessage) -> None:
    box = MemoryMailbox()
    for key in ("a", "b", "c"):
        box.send(make_message(key=key))
    assert len(box) == 3
    assert [mail.key for mail in box.messages(1)] == ["b", "c"]


def on_disk(path: Path, now: Any) -> Mailbox:
    return Mailbox(MailboxOptions(str(path), FROM), now)


def test_the_standard_library_reads_it(tmp_path: Path, now: Any, make_message: MakeMessage) -> None:
    box = on_disk(tmp_path / "box", now)
    box.send(make_message())
    maildir = mailbox.Maildir(tmp_path / "box", create=False)
    (key,) = maildir.keys()
    assert maildir[key]["Message-ID"] == "<smart-cities/zero-draft+30+amina@example.org>"
    message = maildir[key]
    message.set_subdir("cur")
    message.set_flags("S")
    maildir[key] = message
    maildir.close()
    assert [mail.number for mail in box.messages()] == [1]
    assert list((tmp_path / "box" / "tmp").iterdir()) == []


def test_the_order_is_by_date(tmp_path: Path, now: Any, make_message: MakeMessage) -> None:
    box = on_disk(tmp_path / "box", now)
    for hour in (9, 7, 8):
        date = datetime.fromisoformat(f"2024-03-28T0{hour}:00:00+03:00")
        box.send(make_message(key=f"k{hour}", date=date))
    assert [mail.key for mail in box.messages()] == ["k7", "k8", "k9"]


def test_a_copy_of_another_process_gets_another_name(
    tmp_path: Path, now: Any, make_message: MakeMessage
) -> None:
    box = on_disk(tmp_path / "box", now)
    box.send(make_message(key="k"))
    on_disk(tmp_path / "box", now).send(make_message(key="k"))
    assert [mail.number for mail in box.messages()] == [1, 2]


def test_a_folder_that_cannot_be(tmp_path: Path, now: Any, make_message: MakeMessage) -> None:
    (tmp_path / "file").write_text("in the way")
    box = on_disk(tmp_path / "file", now)
    for attempt in (box.check, lambda: box.send(make_message())):
        with pytest.raises(DeliveryError, match="cannot be written to") as caught:
            attempt()
        assert (caught.value.permanent, caught.value.scope) == (False, "channel")


def test_the_check_makes_the_folders(tmp_path: Path, now: Any) -> None:
    on_disk(tmp_path / "box", now).check()
    assert sorted(path.name for path in (tmp_path / "box").iterdir()) == ["cur", "new", "tmp"]


KILLED = """
import sys
from datetime import UTC, datetime
from notifiers.mailbox import Mailbox, MailboxOptions
from notifiers.message import Address, Message

date = datetime(2024, 3, 28, tzinfo=UTC)
box = Mailbox(MailboxOptions(sys.argv[1]), lambda: date)
number = 0
while True:
    to = Address("a@example.org")
    box.send(Message(key=f"k{number}", to=to, subject="s", lead="", text="t" * 20000, date=date))
    print(number, flush=True)
    number += 1
"""


def test_a_kill_leaves_whole_mails_only(tmp_path: Path, now: Any) -> None:
    root = str(Path(__file__).parents[2])
    for round_number in range(5):
        folder = tmp_path / str(round_number)
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": root},
            text=True,
        )
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(3 + round_number)]
        process.kill()
        seen += process.stdout.readlines()
        process.stdout.close()
        process.wait()
        kept = on_disk(folder, now).messages()
        keys = {mail.key for mail in kept}
        assert {f"k{line.strip()}" for line in seen if line.endswith("\n")} <= keys
        assert {len(mail.text) for mail in kept} == {20000}


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (MailboxOptions("box"), []),
        (MailboxOptions(" "), ["path"]),
        (MailboxOptions("box", "nobody"), ["from"]),
    ],
)
def test_what_is_wrong_with_options(options: MailboxOptions, keys: list[str]) -> None:
    assert [key for key, _text in options.problems()] == keys
