"""What comes in by POST: no more of it than a form can hold, and not too often."""

import re
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from hashlib import blake2b

from starlette.requests import ClientDisconnect, Request

from scheduler.web.form import MOST_OCTETS, fields

FORM_TYPE, PARTS_TYPE = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_POSTS, PER = 20, timedelta(minutes=10)
"""So often an answer may come in by one link, in so long."""
_MOST_LINKS = 10_000
_ONE_CLICK = re.compile(
    rb'name="?List-Unsubscribe"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\s', re.IGNORECASE
)


async def body_of(request: Request, most: int = MOST_OCTETS) -> bytes | None:
    """The body of a request; None where it has more octets than that, a form's."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > most:
                return None
    except ClientDisconnect:
        return None
    return bytes(found)


def content_type(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_one_click(media: str, body: bytes) -> bool:
    """Whether a mail program ends messages with one POST (RFC 8058, section 3.2)."""
    if media == PARTS_TYPE:
        return _ONE_CLICK.search(body) is not None
    return fields(body).get("List-Unsubscribe", "").strip() == "One-Click"


class Sparing:
    """Counts what comes in by each link; several threads may use it at once.

    It is kept in memory, by node: it holds up whoever tries again and again, not the one who
    answers.
    """

    def __init__(self) -> None:
        self._times: OrderedDict[bytes, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, token: str, now: datetime) -> bool:
        """Whether one more may come in by the link with that token; it is counted."""
        key = blake2b(token.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            times = self._times.setdefault(key, deque(maxlen=MOST_POSTS))
            self._times.move_to_end(key)
            if len(self._times) > _MOST_LINKS:
                self._times.popitem(last=False)
            if len(times) == MOST_POSTS and now - times[0] < PER:
                return False
            times.append(now)
            return True
