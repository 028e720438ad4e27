"""Sessions of requests that are bounded, guarded, and know no more than they are told.

Left to itself, requests reads the body of a redirect to its end, however long it is and also where
none is followed, and takes passwords out of a .netrc file for whatever host it comes to.
"""

import requests
from requests.auth import HTTPBasicAuth
from requests.utils import get_auth_from_url

from notifiers.bounded import BoundedAdapter
from notifiers.guard import GuardedAdapter


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None, so that nothing is read on the way to it; whoever follows one does so herself."""
        return None


def open_session(whole: float, *, public_only: bool) -> requests.Session:
    """A session to be closed at the end; its answers take at the most `whole` seconds each.

    public_only: refuses private addresses, and uses no proxy, which would look names up itself.
    """
    session = _Session()
    session.auth = _login
    session.headers["User-Agent"] = "milestones"
    session.trust_env = not public_only
    adapter = GuardedAdapter(whole) if public_only else BoundedAdapter(whole)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Log in as the address says, unless the request brings a login of its own."""
    user, password = get_auth_from_url(request.url or "")
    if (user or password) and "Authorization" not in request.headers:
        HTTPBasicAuth(user.encode(), password.encode())(request)
    return request
