"""Odd sites: titles far too long, ten thousand milestones, nothing at all."""

from dataclasses import replace

from bench import plans
from tests.scheduler.web.shown import START, MemorySite, busy_site

LONG = "The second report on the International guidelines on people-centered smart cities " * 3
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def long_site() -> MemorySite:
    """The shipped plan with titles that are far too long, one of them without a space."""
    site = busy_site()
    plan = site.plan()
    titles = {"smart-cities/third-draft": LONG, "smart-cities/second-draft": UNBROKEN}
    milestones = {
        key: replace(one, title=titles.get(key, one.title)) for key, one in plan.milestones.items()
    }
    tracks = {
        **plan.tracks,
        "smart-cities": replace(plan.tracks["smart-cities"], title=LONG),
    }
    return replace(site, the_plan=replace(plan, milestones=milestones, tracks=tracks))


def many_site() -> MemorySite:
    """A hundred tracks with ten thousand milestones."""
    return MemorySite(replace(plans.read(plans.plan_text(10_000)), url=None), START)


def empty_site() -> MemorySite:
    """A plan with a name and nothing else."""
    return MemorySite(plans.read('[plan]\nname = "The plan"\ntimezone = "UTC"\n'), START)
