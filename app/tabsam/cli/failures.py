"""How a command ends: its exit code, and one line about what went wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum

from typer.exceptions import Abort, TyperException

from tabsam.errors import TabsamError


class ExitCode(IntEnum):
    """What a shell is told."""

    DONE = 0
    FAILED = 1
    """It could not be done; why is said."""
    WRONG_CALL = 2
    """An option or an argument is not one; nothing was begun."""
    PARTLY = 3
    """Of many things some could not be done, and the others were."""
    INTERRUPTED = 130


def ended(call: Callable[[], object]) -> int:
    """Run what a command does, say in one line on stderr what went wrong, and give the exit code.

    Parameters
    ----------
    call : callable
        Gives an exit code, or None for done. What it raises that nobody foresaw is raised.
    """
    try:
        outcome = call()
    except TyperException as error:
        return _wrong_call(error)
    except (KeyboardInterrupt, Abort):
        return ExitCode.INTERRUPTED
    except (TabsamError, OSError) as error:
        print(f"tabsam: {sentence(error)}", file=sys.stderr)
        return ExitCode.FAILED
    return int(outcome) if isinstance(outcome, int) else ExitCode.DONE


def sentence(error: TabsamError | OSError) -> str:
    """Say what went wrong, and what to do next, in one line."""
    if isinstance(error, TabsamError):
        return str(error)
    return f"{error.filename or 'a file'}: {error.strerror or error}"


def described(error: TabsamError | OSError) -> dict[str, str]:
    """Give an error as data, for ``--json``: code, message, hint and details."""
    if isinstance(error, TabsamError):
        return error.as_dict()
    return {"code": "file", "message": sentence(error), "hint": "", "details": ""}


def _wrong_call(error: TyperException) -> int:
    if message := error.format_message():  # of a group alone, whose help has been written, there is none
        print(f"tabsam: {message}", file=sys.stderr)
    if context := getattr(error, "ctx", None):  # an error has one where it came up in a command
        print(f"Try '{context.command_path} --help'.", file=sys.stderr)
    return ExitCode.WRONG_CALL
