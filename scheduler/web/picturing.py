"""The picture of the plan that pages and interface show, kept until something changes."""

from scheduler.web.days import Days
from scheduler.web.kept import Kept
from scheduler.web.site import Site
from scheduler.web.views import Picture, picture


class Pictures:
    """Makes the picture of a site; several threads may ask at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.days = Days(site)
        self._kept: Kept[str, Picture] = Kept()

    def now(self) -> Picture:
        """The picture of the present state and day."""
        site, state = self._site, self.days.state()
        plan, now = site.plan(), site.now()
        found = self._kept.get(state, "")
        if found is None:
            slips = site.moves(plan.milestones.keys())
            found = picture(plan, site.states(), slips, now, site.heard())
            self._kept.put(state, "", found)
        return found
