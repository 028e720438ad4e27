"""Engines that are made once and inherited by every life: they connect anew, and are warm.

A life so finds its statements compiled, as it finds its modules loaded: neither is what it dies
of. Where an engine leads is set by each life; it brings no connection with it.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL


class Engines:
    """One engine for each kind of database."""

    def __init__(self) -> None:
        self._made: dict[str, Engine] = {}
        self._urls: dict[str, URL] = {}

    def create(self, url: URL, **options: Any) -> Engine:
        """In place of `sqlalchemy.create_engine`: the engine of this kind, which now leads here."""
        kind = url.get_backend_name()
        self._urls[kind] = url
        if kind not in self._made:
            self._made[kind] = self._new(kind, url, options)
        return self._made[kind]

    def _new(self, kind: str, url: URL, options: dict[str, Any]) -> Engine:
        made = create_engine(url, **options)
        own = options.get("connect_args", {})

        def lead(dialect: Any, _: object, words: list[Any], named: dict[str, Any]) -> None:
            found, settings = dialect.create_connect_args(self._urls[kind])
            words[:] = found
            named.clear()
            named.update(settings | own)

        event.listen(made, "do_connect", lead)
        return made
