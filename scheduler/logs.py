"""The service's log: one line for each decision, on standard error."""

import logging
import sys

import structlog

_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure(*, as_json: bool = False, level: int = logging.INFO) -> None:
    """Log as `key=value` words for people, or one JSON object a line.

    What libraries and the pages log by the standard library is laid out in the same way, from
    warnings on; so in JSON even a failure with its place in the program is one line.
    """
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*_SHARED, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _configure_others(last, as_json=as_json)


def _configure_others(last: structlog.typing.Processor, *, as_json: bool) -> None:
    places = [structlog.processors.format_exc_info] if as_json else []
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *places, last],
            foreign_pre_chain=_SHARED,
        )
    )
    root = logging.getLogger()
    root.handlers = [others]
    root.setLevel(logging.WARNING)
