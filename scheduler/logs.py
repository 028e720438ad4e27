"""The service's log: one line for each decision, on standard error.

Where that is systemd's journal each line begins with its level, as in `<4>` (sd-daemon(3)), which
the journal takes off again; so `journalctl -p warning` finds the warnings.
"""

import logging
import os
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from scheduler.log_texts import failure, on_one_line, without_secrets

_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_JOURNAL = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
"""Level -> the number that syslog and systemd's journal know it by (RFC 5424, 6.2.1)."""


def configure(*, as_json: bool = False, level: int = logging.INFO) -> None:
    """Log as `key=value` words for people, or one JSON object a line.

    What libraries and the pages log by the standard library is laid out in the same way, from
    warnings on; a failure in either is one line with its kind and place, and without the values
    of variables. No secret that an error's text holds gets through.
    """
    stream = cast("TextIO", _Unfailing(sys.stderr))
    laid_out = (_fail_in_words, _strike_out, _Layout(as_json, _into_journal()))
    structlog.configure(
        processors=[*_SHARED, *laid_out],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    others = logging.StreamHandler(stream)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *laid_out],
            foreign_pre_chain=_SHARED,
        )
    )
    root = logging.getLogger()
    root.handlers = [others]
    root.setLevel(logging.WARNING)


class _Unfailing:
    """A stream that lets a line go where it cannot be written: the disk is full, or whoever reads
    it has ended. Nothing that the service does is to fail for it; what it did is in the database.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write it if that can be done."""
        with suppress(OSError, ValueError):  # the latter of one that is closed
            if self._stream is not None:
                self._stream.write(text)

    def flush(self) -> None:
        """Send on what is written if that can be done."""
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.flush()


class _Layout:
    """The last step: what is said as the text of a line."""

    def __init__(self, as_json: bool, into_journal: bool) -> None:
        self.as_json = as_json
        self._into_journal = into_journal
        self._json = structlog.processors.JSONRenderer(ensure_ascii=False)
        self._words = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )

    def __call__(self, logger: WrappedLogger, name: str, said: EventDict) -> str:
        level = str(said.get("level"))
        if self.as_json:
            line = str(self._json(logger, name, said))
        else:
            line = on_one_line(self._words(logger, name, said))
        return _marked(line, level) if self._into_journal else line


def say(text: str, happened: str, **words: str) -> None:
    """Tell whoever started the program something: a text on standard error, and where the log is
    in JSON a line of it instead, so that it holds nothing else."""
    last = structlog.get_config()["processors"][-1]
    if isinstance(last, _Layout) and last.as_json:
        structlog.get_logger("milestones").info(happened, **words)
    else:
        stream = _Unfailing(sys.stderr)
        stream.write(f"{text}\n")
        stream.flush()


def for_journal(text: str, level: str) -> str:
    """A text for standard error; each of its lines with the level where the journal reads it."""
    return _marked(text, level) if _into_journal() else text


def _marked(text: str, level: str) -> str:
    number = _JOURNAL.get(level, _JOURNAL["info"])
    return "\n".join(f"<{number}>{line}" for line in text.split("\n"))


def _into_journal() -> bool:
    """Whether standard error is the journal: JOURNAL_STREAM names its device and inode
    (systemd.exec(5))."""
    with suppress(OSError, ValueError, AttributeError):  # there may be no such stream
        found = os.fstat(sys.stderr.fileno())
        return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
    return False


def _fail_in_words(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    """In the place of a traceback `error` and `place`."""
    given, _stack = said.pop("exc_info", None), said.pop("stack_info", None)
    if isinstance(given, tuple):
        given = given[1]
    elif given and not isinstance(given, BaseException):
        given = sys.exc_info()[1]
    return {**said, **failure(given)} if isinstance(given, BaseException) else said


def _strike_out(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    return {key: _struck_out(value) for key, value in said.items()}


def _struck_out(value: object) -> object:
    match value:
        case str():
            return without_secrets(value)
        case list() | tuple():
            return [_struck_out(one) for one in value]
    return value
