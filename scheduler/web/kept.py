"""Answers that are kept until the state they were made from changes."""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
MOST = 512
"""So many answers are kept at once; one more and all are made anew."""


class Kept(Generic[Key, Value]):
    """A store of answers for one state at a time; several threads may use it."""

    def __init__(self) -> None:
        self._state: Hashable = None
        self._answers: dict[Key, Value] = {}
        self._lock = threading.Lock()

    def get(self, state: Hashable, key: Key) -> Value | None:
        """What was kept for the key in this state; None where nothing was."""
        with self._lock:
            return self._answers.get(key) if state == self._state else None

    def put(self, state: Hashable, key: Key, value: Value) -> None:
        """Keep an answer, and forget those of another state."""
        with self._lock:
            if state != self._state or len(self._answers) >= MOST:
                self._state, self._answers = state, {}
            self._answers[key] = value
