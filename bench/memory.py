"""The memory of a service that waits, with a million reminders planned and with a thousand."""

import subprocess
from pathlib import Path

from bench import plans
from bench.measure import figure, folder, note, python, title


def run(*, quick: bool) -> None:
    """Print what the service holds, and what its plan alone does."""
    large = 1_000 if quick else 100_000
    title(f"Memory of an idle service with {large * plans.EACH:,} reminders planned")
    note("RSS of a process that was started anew on the full database; the reminders stay there")
    small_plan, small = _both(100)
    large_plan, full = _both(large)
    _say(100, small_plan, small)
    _say(large, large_plan, full)
    figure("the service against one with 1,000", f"{full / small:.3g} x")
    more = (full - large_plan) - (small - small_plan)
    figure("more, beside the plan itself", f"{more:,.0f} MB")
    each = more * 1e6 / ((large - 100) * plans.EACH)
    figure("that is, for each reminder more", f"{each:,.0f} bytes")


def _both(milestones: int) -> tuple[float, float]:
    """Megabytes with the plan alone in memory, and of the whole service."""
    with folder() as place:
        file = place / "plan.toml"
        file.write_text(plans.plan_text(milestones), encoding="utf-8")
        url = f"sqlite:///{place}/milestones.sqlite"
        _idle("plan", file, url)
        alone = _idle("plan", file, url)
        _idle("serve", file, url)
        return alone, _idle("serve", file, url)


def _idle(what: str, file: Path, url: str) -> float:
    command = python("-m", "bench.idle", what, str(file), url)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return float(done.stdout.split()[-1])


def _say(milestones: int, plan: float, service: float) -> None:
    count = milestones * plans.EACH
    figure(f"{count:,} reminders: plan alone, service", f"{plan:,.0f} {service:,.0f} MB")
