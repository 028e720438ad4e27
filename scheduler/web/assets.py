"""The style sheet, the script and the sign of the pages, served by the product itself.

Their addresses carry a hash of their content, so that they are kept for a year and yet change
with the product.
"""

from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.web.conditional import Body, answer, body

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_SHIPPED = datetime(2024, 1, 1, tzinfo=UTC)
"""Their Last-Modified: the address changes with the content, so the date says nothing."""


class Assets:
    """The files of `static/`, read once."""

    def __init__(self) -> None:
        self._bodies = {path.name: _read(path) for path in sorted(_FOLDER.iterdir())}
        content = b"".join(kept.content for kept in self._bodies.values())
        self._version = blake2b(content, digest_size=6).hexdigest()

    def path(self, name: str) -> str:
        """The address of a file."""
        return f"/static/{self._version}/{name}"

    def paths(self) -> list[str]:
        """The addresses of all files."""
        return [self.path(name) for name in self._bodies]

    def route(self) -> Route:
        """Where they are served."""
        return Route("/static/{version}/{name}", self._serve)

    async def _serve(self, request: Request) -> Response:
        kept = self._bodies.get(request.path_params["name"])
        if kept is None:
            raise HTTPException(404)
        return answer(request, kept)


def _read(path: Path) -> Body:
    headers = {
        "Content-Type": _TYPES[path.suffix],
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return body(path.read_bytes(), _SHIPPED, headers)
