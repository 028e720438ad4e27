"""What can go wrong and how the command line ends: the exit code belongs to the error.

    Failure                  never raised itself
    ├── WrongUsage      2    the words of the command line
    │   └── reports.reviewing.NotDecided    a report on which one cannot decide so
    ├── PlanRefused     1    the plan has errors, or may not be applied as it is
    └── OutsideFailed   3    the database, the network, a file

A `config.problems.ConfigError` ends with 1 as well.
"""


class Failure(Exception):
    """An error that a user reads: one line that says what is wrong and what to do."""

    exit_code = 3


class WrongUsage(Failure):
    """The words of the command line cannot be followed."""

    exit_code = 2


class PlanRefused(Failure):
    """The plan is not usable or not accepted."""

    exit_code = 1


class OutsideFailed(Failure):
    """Something outside the program failed: database, network, file."""

    exit_code = 3
