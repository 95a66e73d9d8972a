"""The command ``tabsam``: what the library does, from a shell.

Each command is a module with a function of its name, listed in ``app``; it makes a call of its arguments, and lines, files and an
exit code of what comes of it. How it talks is in ``output``, how it fails in ``failures``. It needs the extra ``cli`` (which
``native`` includes); the page's wheel is without it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give the exit code, which is said in :class:`tabsam.cli.failures.ExitCode`."""
    try:
        from tabsam.cli.app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        print(f'tabsam: The command needs {error.name}, which is not installed. pip install "tabsam[native]"', file=sys.stderr)
        return 1
    return run(arguments)
