"""The files that came with published reports: only ever a download, never a page of ours.

Whether a file is public is looked up in the database for each request, so that what is returned, or
whose milestone is hidden, is gone at once.
"""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.outbox.report_values import Attachment
from scheduler.standing import is_public
from scheduler.web.numbers import number_of
from scheduler.web.site import Site

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


class AttachedFiles:
    """The addresses of files."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """One address for each; the name in it is for the eye."""
        return [Route("/files/{number}/{name}", self.file)]

    def file(self, request: Request) -> Response:
        """The file, where its report is published and its milestone public."""
        number, name = number_of(request.path_params["number"]), request.path_params["name"]
        found = None if number is None else self._site.file(number)
        if found is None or found.report.review != "published" or found.file.name != name:
            raise HTTPException(404)
        plan = self._site.plan()
        milestone = plan.milestones.get(found.report.milestone)
        if milestone is None or not is_public(plan, milestone):
            raise HTTPException(404)
        return as_download(found.file, found.octets)


def as_download(file: Attachment, octets: bytes, *, private: bool = False) -> Response:
    """The answer that carries a file; no browser shows it, or takes it for another kind.

    private: no copy of it is kept on the way.
    """
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store" if private else "no-cache",
        "ETag": f'"{file.digest[:32]}"',
    }
    return Response(octets, headers=headers, media_type=file.kind)
