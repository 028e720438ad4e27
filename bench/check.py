"""The command line as whole processes: reading a large plan, and `--help`."""

from bench import plans
from bench.measure import Spent, figure, folder, processes, python, ratio, title

MILESTONES = "scheduler"
"""What `python -m` runs as the command `milestones`."""
_TOML = "import sys, tomllib; tomllib.load(open(sys.argv[1], 'rb'))"


def run(*, quick: bool) -> None:
    """Print both comparisons."""
    _check(1_000 if quick else 10_000, 3 if quick else 7)
    _help(5 if quick else 21)


def _check(milestones: int, rounds: int) -> None:
    title(f"milestones check, a plan of {milestones:,} milestones")
    with folder() as place:
        file = place / "plan.toml"
        file.write_text(plans.plan_text(milestones), encoding="utf-8")
        figure("the file, megabytes", f"{file.stat().st_size / 1e6:.1f}")
        taken = processes(
            {
                "milestones check": python("-m", MILESTONES, "check", str(file)),
                "tomllib alone": python("-c", _TOML, str(file)),
            },
            rounds,
        )
    _say(taken)
    ours, peer = taken["milestones check"], taken["tomllib alone"]
    ratio("the whole process", ours.wall, 3, below=True, unit="s")
    figure("against tomllib alone, processor time", f"{ours.processor / peer.processor:.3g} x")


def _help(rounds: int) -> None:
    title("milestones --help")
    taken = processes(
        {
            "milestones --help": python("-m", MILESTONES, "--help"),
            "python -c pass": python("-c", "pass"),
            'python -c "import click"': python("-c", "import click"),
        },
        rounds,
    )
    _say(taken)
    ours = taken["milestones --help"]
    ratio("the whole process", ours.wall * 1000, 150, below=True, unit="ms")
    beside = taken['python -c "import click"'].processor
    figure("against importing click, processor time", f"{ours.processor / beside:.3g} x")


def _say(taken: dict[str, Spent]) -> None:
    for name, one in taken.items():
        figure(f"{name}: wall, processor", f"{one.wall:.3f} {one.processor:.3f} s")
