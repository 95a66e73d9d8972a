"""``python -m tabsam``: the command, where its script is not on the path."""

import sys

from tabsam.cli import main

if __name__ == "__main__":  # and not for a process that a batch begins
    sys.exit(main())
