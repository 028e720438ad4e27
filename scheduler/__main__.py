"""`python -m scheduler`: the command line, started without its console script."""

import sys

from scheduler.cli import main

if __name__ == "__main__":
    sys.exit(main())
