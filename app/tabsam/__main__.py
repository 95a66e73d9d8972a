"""``python -m tabsam``: the command, where its script is not on the path."""

import sys

from tabsam.cli import main

sys.exit(main())
