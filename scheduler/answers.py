"""Looks into the mailbox of answers and bounces every few minutes, in a thread of its own.

Each mail is handled once: how far the folder was read is written down after what was found in it,
and an answer from the same mail is kept once.
"""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

from calendars.reply import ReplyError
from config.plan import Plan, Replies
from scheduler.answering import answer_to, replies_in
from scheduler.incoming.post import Post
from scheduler.mailbox import Found, Mail, MailboxError, Place, fetch
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.values import Answer

EVERY = timedelta(minutes=5)
BACK = timedelta(days=30)
"""So old a mail may be in a folder that was never read."""
TOLD_AFTER = timedelta(days=1)
"""So long the mailbox may fail before the coordinators are told."""
_SETTING = "replies"
_LOG = structlog.get_logger("milestones")


@dataclass(frozen=True, slots=True)
class Kept:
    """How far which folder was read, and since when reading fails, as text of a day and hour."""

    folder: str = ""
    validity: int = 0
    uid: int = 0
    failing_since: str = ""


class Answering:
    """Reads answers; `ready` is called, in another thread, when there are new ones."""

    def __init__(
        self,
        history: HistoryStore,
        store: InvitationStore,
        post: Post,
        ready: Callable[[], None],
    ) -> None:
        self._history = history
        self._store = store
        self._post = post
        self._ready = ready
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="answers")
        self._under_way: Future[None] | None = None

    def round(self, plan: Plan, now: datetime) -> datetime | None:
        """Begin to look, where the plan names a mailbox and nobody looks; when to look again."""
        self._post.tidy(plan, now)
        if plan.replies is None:
            return None
        if self._under_way is None or self._under_way.done():
            self._under_way = self._pool.submit(self._look_safely, plan, plan.replies, now)
        return now + EVERY

    def stop(self) -> None:
        """Wait for what is under way; it has time-outs."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look_safely(self, plan: Plan, replies: Replies, now: datetime) -> None:
        try:
            if self.look(plan, replies, now):
                self._ready()
        except Exception as error:  # noqa: BLE001  the next look is in a few minutes
            _LOG.error("answers", error=f"{type(error).__name__}: {error}")

    def look(self, plan: Plan, replies: Replies, now: datetime) -> int:
        """Read what is new, do what follows, and say how many of the mails changed something."""
        kept = self._kept(replies)
        try:
            found = fetch(replies, Place(kept.validity, kept.uid), (now - BACK).date())
        except MailboxError as error:
            self._failed(replies, kept, str(error), now)
            return 0
        answers, others = self._answers(plan, found, now)
        self._store.add_answers(answers)
        changed = sum(self._post.take(plan, mail, now) for mail in others)
        place = found.place
        self._put(Kept(_name(replies), place.validity, place.uid))
        return len(answers) + changed

    def _answers(self, plan: Plan, found: Found, now: datetime) -> tuple[list[Answer], list[Mail]]:
        """The answers to invitations, and the mails that are none."""
        answers, others = [], []
        for mail in found.mails:
            try:
                replies = replies_in(mail.content)
            except ReplyError as error:
                _LOG.debug("no answer to an invitation", mail=mail.identity, reason=str(error))
                others.append(mail)
                continue
            for reply in replies:
                known = self._store.by_uid(reply.uid)
                milestone = plan.milestones.get(known[-1].milestone) if known else None
                timezone = milestone.timezone if milestone else plan.timezone
                answer = answer_to(reply, known, timezone, mail.identity, now)
                if answer is None:
                    _LOG.info("answer of nobody invited", mail=mail.identity)
                else:
                    answers.append(answer)
        return answers, others

    def _kept(self, replies: Replies) -> Kept:
        """What is kept of the folder; nothing of another one."""
        written = self._history.setting(_SETTING)
        kept = Kept(**json.loads(written)) if written else Kept()
        return kept if kept.folder == _name(replies) else Kept(_name(replies))

    def _put(self, kept: Kept) -> None:
        self._history.put(_SETTING, json.dumps(asdict(kept)))

    def _failed(self, replies: Replies, kept: Kept, problem: str, now: datetime) -> None:
        since = kept.failing_since or now.isoformat()
        self._put(Kept(kept.folder, kept.validity, kept.uid, since))
        _LOG.warning("answers", mailbox=replies.host, problem=problem)
        if now - datetime.fromisoformat(since) >= TOLD_AFTER:
            text = f"The mailbox of answers to invitations cannot be read: {problem}"
            self._history.notice(f"replies|{since}", "replies", text, now)


def _name(replies: Replies) -> str:
    return f"{replies.username}@{replies.host}:{replies.port}/{replies.folder}"
