"""The addresses for those who watch over the service: whether it is ready, and its metrics."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scheduler.operation.access import may_read
from scheduler.operation.operated import Operated

_FRESH = {"Cache-Control": "no-store"}
_REFUSED = (
    "The metrics are for this machine and for private networks; from elsewhere, and through a "
    "proxy, show the token that `metrics-token` in [service] names: Authorization: Bearer ...\n"
)


class OperationRoutes:
    """Answers about the node itself."""

    def __init__(self, operated: Operated) -> None:
        self._operated = operated

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        return [Route("/ready", self.ready), Route("/metrics", self.metrics)]

    def ready(self, request: Request) -> Response:
        """Whether this node may be sent requests: 200, or 503 and the reasons."""
        reasons = self._operated.not_ready()
        text = "".join(f"not ready: {one}\n" for one in reasons) or "ready\n"
        return PlainTextResponse(text, 503 if reasons else 200, headers=_FRESH)

    def metrics(self, request: Request) -> Response:
        """What Prometheus collects; see `scheduler.operation.access` for who may."""
        peer = request.client.host if request.client else ""
        if not may_read(peer, dict(request.headers), self._operated.token()):
            headers = _FRESH | {"WWW-Authenticate": 'Bearer realm="metrics"'}
            return PlainTextResponse(_REFUSED, 401, headers=headers)
        body, content_type = self._operated.metrics(request.headers.get("accept", ""))
        return Response(body, headers=_FRESH | {"Content-Type": content_type})
