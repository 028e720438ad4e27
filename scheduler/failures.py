"""Any error -> the words that a user reads and the exit code."""

import os
import traceback

from alembic.util.exc import CommandError
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from config.problems import ConfigError
from notifiers.errors import DeliveryError
from notifiers.secret import SecretError
from scheduler.errors import Failure

_HINTS = {
    "unable to open database file": "; the file that --database or MILESTONES_DATABASE names must "
    "lie in a folder that is there, and this user must be able to write both",
    "file is not a database": "; the file that --database or MILESTONES_DATABASE names holds "
    "something else: name another",
}
"""What to do where SQLite says so."""


def explain(error: Exception) -> tuple[str, int]:
    """What to print on standard error, and the exit code.

    An error that nobody foresaw is one line too; with MILESTONES_TRACEBACK set its traceback is
    shown for those who mend the program.
    """
    match error:
        case Failure():
            return f"milestones: {error}", error.exit_code
        case UnicodeEncodeError(reason="surrogates not allowed"):
            return "milestones: a word of the command line is not in UTF-8: write it anew", 2
        case ConfigError():
            return str(error), 1
        case DeliveryError() | SecretError() | RequestException():
            return f"milestones: {error}", 3
        case SQLAlchemyError() | CommandError():
            said = first_line(error)
            return f"milestones: the database failed: {said}{_HINTS.get(said, '')}", 3
        case OSError():
            return f"milestones: {error.strerror or error}: {error.filename or ''}".rstrip(": "), 3
    return _unforeseen(error), 3


def _unforeseen(error: Exception) -> str:
    if os.environ.get("MILESTONES_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    return (
        f"milestones: this should not have happened ({type(error).__name__}: {first_line(error)}). "
        "Please report it; MILESTONES_TRACEBACK=1 shows where it was."
    )


def first_line(error: Exception) -> str:
    """What an error says first, or its kind; of a database's error what the driver said."""
    original = getattr(error, "orig", None) or error
    return str(original).strip().splitlines()[0] if str(original).strip() else type(error).__name__
