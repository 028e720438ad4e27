"""Threads that ask the same of the database at about the same time ask it together.

A transaction costs more than what most of them do. The first thread that asks does it for all who
have asked by then; and it waits a moment for those who are about to ask.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class _Asked(Generic[T, R]):
    thing: T
    thread: int
    answer: R | None = None
    error: BaseException | None = None
    done: bool = False


class Gathering(Generic[T, R]):
    """One call of `work` for what several threads ask; it answers each thing in its place.

    Threads that are answered are about to ask at the gathering `followed_by`. Whoever asks there
    waits for them for at the most `patience` seconds, and only for those who were answered no
    longer ago than that: one that hangs holds up nobody. What `work` raises, each of those whom
    it was to answer raises.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], patience: float) -> None:
        self.followed_by: Gathering[Any, Any] | None = None
        self._work = work
        self._patience = patience
        self._waiting: list[_Asked[T, R]] = []
        self._coming: dict[int, float] = {}
        self._changed = threading.Condition()
        self._turn = threading.Lock()

    def ask(self, thing: T) -> R:
        """What `work` says to it."""
        mine: _Asked[T, R] = _Asked(thing, threading.get_ident())
        with self._changed:
            self._coming.pop(mine.thread, None)
            self._waiting.append(mine)
            if not self._coming:
                self._changed.notify()
        with self._turn:
            if not mine.done:
                self._answer(self._gathered())
        if mine.error is not None:
            raise mine.error
        return mine.answer  # type: ignore[return-value]

    def expect(self, threads: Iterable[int]) -> None:
        """These threads are about to ask."""
        with self._changed:
            self._coming |= dict.fromkeys(threads, time.monotonic())

    def leave(self) -> None:
        """This thread does not ask after all."""
        with self._changed:
            self._coming.pop(threading.get_ident(), None)
            if not self._coming:
                self._changed.notify()

    def _gathered(self) -> list[_Asked[T, R]]:
        with self._changed:
            ends = time.monotonic() + self._patience
            while (left := self._left(ends)) > 0:
                self._changed.wait(left)
            found, self._waiting = self._waiting, []
        return found

    def _left(self, ends: float) -> float:
        """Seconds for which it is still worth waiting; who is overdue is expected no more."""
        now = time.monotonic()
        for thread, since in list(self._coming.items()):
            if now - since >= self._patience:
                del self._coming[thread]
        if not self._coming:
            return 0.0
        return min(max(self._coming.values()) + self._patience, ends) - now

    def _answer(self, asked: Sequence[_Asked[T, R]]) -> None:
        try:
            answers = self._work([one.thing for one in asked])
            for one, answer in zip(asked, answers, strict=True):
                one.answer = answer
        except BaseException as error:  # noqa: BLE001  raised by each of those who wait for it
            for one in asked:
                one.error = error
        if self.followed_by is not None:
            self.followed_by.expect(one.thread for one in asked)
        for one in asked:
            one.done = True
