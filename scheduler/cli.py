"""The command line: which commands there are, and the one place that turns errors into words.

Commands are loaded when they are called, so that `--help` imports neither the plan reader nor
the database.
"""

import io
import os
import sys
from contextlib import suppress
from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("scheduler.commands.demo", "The shipped UN-Habitat plan, a year in six minutes."),
    "init": ("scheduler.commands.init", "Write a first plan."),
    "check": ("scheduler.commands.check", "Find every mistake in the plan."),
    "next": ("scheduler.commands.next", "What is due next."),
    "preview": ("scheduler.commands.preview", "Every message that will go out, and why."),
    "why": ("scheduler.commands.why", "Why one person gets, or does not get, a reminder."),
    "diff": ("scheduler.commands.diff", "What an edit of the plan changes."),
    "apply": ("scheduler.commands.apply", "Put the plan in force, also one that drops much."),
    "run": ("scheduler.commands.run", "The service: reminders, pages and feeds."),
    "status": ("scheduler.commands.status", "What the service does and what failed."),
    "report": ("scheduler.commands.report", "Record what somebody says of a milestone."),
    "reports": ("scheduler.commands.reports", "What was reported, and its review."),
    "import": ("scheduler.commands.import_", "Dates out of a calendar (.ics) into the plan."),
    "calendars": ("scheduler.commands.calendars", "The calendars that are watched."),
    "feed": ("scheduler.commands.feed", "A calendar feed on standard output."),
    "publish": ("scheduler.commands.publish", "The public pages and feeds as files."),
    "briefing": ("scheduler.commands.briefing", "What was promised, done and late in a period."),
    "links": ("scheduler.commands.links", "The private feed links of people and teams."),
    "login": ("scheduler.commands.login", "A link into the console, for one who has no mail."),
    "test-send": ("scheduler.commands.test_send", "One real message through a channel, now."),
    "retry": ("scheduler.commands.retry", "Try failed deliveries again."),
    "requests": ("scheduler.commands.requests", "Who has answered an update request."),
    "addresses": ("scheduler.commands.addresses", "Addresses to which mail came back."),
    "withdraw": ("scheduler.commands.withdraw", "Take back deliveries that are not sent yet."),
    "doctor": ("scheduler.commands.doctor", "What is wrong with the set-up, and how to mend it."),
    "database": ("scheduler.commands.database", "Upgrade or back up the database."),
    "schema": ("scheduler.commands.schema", "The JSON Schema of the plan."),
}
"""Command -> the module whose function `command` it is, and its line in `--help`."""


class Commands(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of `COMMANDS`, which is the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with the nearest known name where there is no such command."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_unknown(args[0]), ctx)
        return super().resolve_command(ctx, args)


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name, COMMANDS, 1)
    return f'there is no command "{name}"' + (f'; did you mean "{near[0]}"?' if near else "")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="milestone-scheduler", prog_name="milestones")
def cli() -> None:
    """Keep an organisation's dated commitments: plan, remind, publish.

    PLAN is a TOML file or a folder of them; without it MILESTONES_PLAN counts, else plan.toml or
    plan/ in the current folder. Exit codes: 0 well, 1 the plan has errors, 2 wrong usage,
    3 something outside failed.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code. No traceback reaches a user."""
    _spell_out()
    try:
        result = cli.main(args=arguments, prog_name="milestones", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.Abort:
        print("\nstopped", file=sys.stderr)
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit):
        # click and rich end with SystemExit where nobody reads on; nothing else here does.
        return _unread()
    except Exception as error:  # noqa: BLE001
        return _failed(error)
    return result if isinstance(result, int) else 0


def _spell_out() -> None:
    """Print a letter that a terminal's encoding does not have as its number, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _unread() -> int:
    """Who read the output, as `head`, wants no more of it: that is well, and nothing is said."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _failed(error: Exception) -> int:
    """Print an error as a sentence, and choose the exit code."""
    from scheduler.failures import explain  # noqa: PLC0415
    from scheduler.logs import for_journal  # noqa: PLC0415

    text, code = explain(error)
    print(for_journal(text, "error"), file=sys.stderr)
    return code
