"""Access tokens for XOAUTH2: asked for at a token endpoint, kept until they expire (RFC 6749).

With a refresh token (section 6) the mail account's owner has agreed once, and the program sends in
her name. Without one the program itself has the right to send (client credentials, section 4.4),
which Microsoft calls app-only access. A provider may answer with a new refresh token (section 6):
it is used from then on, in memory alone, since nothing here writes secrets.
What is not done here: asking somebody to agree, which needs a browser.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from notifiers.errors import DeliveryError
from notifiers.headers import one_line
from notifiers.http import Answer, Http, HttpTimeouts, refusal
from notifiers.notifier import Clock
from notifiers.secret import Secret, redact
from notifiers.urls import host_of

MARGIN = timedelta(seconds=60)
"""A token is renewed so long before it expires, so that it does not expire on the way."""
LIFETIME = 3600.0
"""Seconds a token is kept where the answer does not say how long it holds."""
LONGEST_LIFETIME = 86400.0
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
}
_MEANINGS: Mapping[str, str] = {
    "invalid_grant": (
        "the consent is no longer good (expired, withdrawn, or the password was changed): "
        "agree anew and store the new `refresh-token`"
    ),
    "invalid_client": "check `client-id` and `client-secret`: a secret may have expired",
    "unauthorized_client": "allow this application to send mail at the provider",
    "unsupported_grant_type": "this endpoint gives no such tokens: check `token-url`",
    "invalid_scope": "check `scope`, which the provider's instructions name",
    "invalid_request": "check `token-url`, `client-id` and `scope`",
}
"""What the errors of RFC 6749 5.2 ask of the operator."""
_TOKEN = re.compile(r"[!-~]+", re.ASCII)
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})


@dataclass(frozen=True, slots=True)
class Grant:
    """Where tokens come from. Two equal grants share one token in the whole process."""

    url: str
    client_id: str
    client_secret: Secret | None
    refresh_token: Secret | None
    scope: str | None
    timeouts: HttpTimeouts


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    until: datetime


class AccessTokens:
    """The tokens of one grant, for any number of connections in any number of threads."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._kept: _Kept | None = None
        self._rotated: str | None = None
        self._lock = threading.Lock()

    def token(self, now: Clock) -> str:
        """An access token that holds for a minute at least. Raises DeliveryError."""
        with self._lock:
            if self._kept is None or now() >= self._kept.until:
                self._kept = self._ask(now)
            return self._kept.token

    def forget(self, token: str) -> bool:
        """Drop a token that was refused; False where another has taken its place already."""
        with self._lock:
            was_kept = self._kept is not None and self._kept.token == token
            if was_kept:
                self._kept = None
            return was_kept

    def _ask(self, now: Clock) -> _Kept:
        form, secrets = self._form()
        http = Http(now, self._grant.timeouts)
        try:
            body = urlencode(form).encode("ascii")
            answer = http.unredacted("POST", self._grant.url, body, _HEADERS)
        finally:
            http.close()
        fields = _fields(answer)
        if answer.status != 200:
            raise self._refused(answer, fields, secrets, now())
        token = fields.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise _fault(
                f"{self._host} answered without an access token: check `token-url`", permanent=True
            )
        rotated = fields.get("refresh_token")
        if self._grant.refresh_token is not None and isinstance(rotated, str) and rotated:
            self._rotated = rotated
        return _Kept(token, now() + timedelta(seconds=_lifetime(fields)) - MARGIN)

    def _form(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """What is posted, and what in it may be shown to nobody. Raises SecretError."""
        grant = self._grant
        form = {"grant_type": "client_credentials", "client_id": grant.client_id}
        if grant.refresh_token is not None:
            form["grant_type"] = "refresh_token"
            form["refresh_token"] = self._rotated or grant.refresh_token.reveal()
        if grant.client_secret is not None:
            form["client_secret"] = grant.client_secret.reveal()
        secrets = tuple(form[key] for key in ("refresh_token", "client_secret") if key in form)
        if grant.scope:
            form["scope"] = grant.scope
        return form, secrets

    def _refused(
        self,
        answer: Answer,
        fields: Mapping[str, object],
        secrets: tuple[str, ...],
        now: datetime,
    ) -> DeliveryError:
        """What a refusal means. A refresh token that was handed out later is given up with it."""
        error = fields.get("error")
        if not isinstance(error, str):
            clean = Answer(answer.status, answer.headers, redact(answer.body, secrets))
            told = refusal(clean, self._host, now)
            text = f"no access token: {told.message}; check `token-url`"
            return _fault(text, permanent=told.permanent, retry_after=told.retry_after)
        if error == "invalid_grant":
            self._rotated = None
        said = redact(one_line(str(fields.get("error_description", ""))), secrets)[:200]
        meaning = _MEANINGS.get(error, "see the provider's instructions")
        passing = error in _PASSING or answer.status == 429 or answer.status >= 500
        waiting = refusal(answer, self._host, now).retry_after if passing else None
        text = f"{self._host} gives no access token ({one_line(error)[:60]}"
        text += f": {said})" if said else ")"
        text += ", it is asked again" if passing else f": {meaning}"
        return _fault(text, permanent=not passing, retry_after=waiting)

    @property
    def _host(self) -> str:
        return host_of(self._grant.url)


@lru_cache(maxsize=64)
def access_tokens(grant: Grant) -> AccessTokens:
    """The tokens of a grant, the same for every channel and connection that has this grant.

    Eight connections then need one token and not eight, and where the provider takes each refresh
    token only once, they do not take it from each other.
    """
    return AccessTokens(grant)


def _fields(answer: Answer) -> Mapping[str, object]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lifetime(fields: Mapping[str, object]) -> float:
    """Seconds a token holds: a number, which some providers write as text (RFC 6749 5.1)."""
    try:
        seconds = float(str(fields.get("expires_in", LIFETIME)))
    except ValueError:
        return LIFETIME
    return min(max(seconds, 0.0), LONGEST_LIFETIME)


def _fault(text: str, *, permanent: bool, retry_after: float | None = None) -> DeliveryError:
    return DeliveryError(text, permanent=permanent, retry_after=retry_after, scope="channel")
