"""Answers that are kept until the state they were made from changes."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
MOST = 512
"""So many answers are kept at once; one more and all are made anew."""


class Kept(Generic[Key, Value]):
    """A store of answers for one state at a time; several threads may use it."""

    def __init__(self, most: int = MOST, size: Callable[[Value], int] = lambda _value: 1) -> None:
        """`most` is how much is kept at once, counted by `size`."""
        self._most = most
        self._size = size
        self._full = 0
        self._state: Hashable = None
        self._answers: dict[Key, Value] = {}
        self._lock = threading.Lock()

    def get(self, state: Hashable, key: Key) -> Value | None:
        """What was kept for the key in this state; None where nothing was."""
        with self._lock:
            return self._answers.get(key) if state == self._state else None

    def put(self, state: Hashable, key: Key, value: Value) -> None:
        """Keep an answer, and forget those of another state."""
        size = self._size(value)
        with self._lock:
            if state != self._state or self._full + size > self._most:
                self._state, self._answers, self._full = state, {}, 0
            old = self._answers.get(key)
            self._full += size - (0 if old is None else self._size(old))
            self._answers[key] = value
