"""Talk to the person, and run other programs before their eyes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

Command = Sequence[str | Path]


class BuildError(Exception):
    """Something that stops the build, in a sentence or two: what happened, and what to do."""


def say(text: str) -> None:
    """Tell what is going on, at once."""
    print(f"-- {text}", flush=True)


def complain(text: str) -> None:
    """Tell what is wrong."""
    print(f"build.py: {text}", file=sys.stderr, flush=True)


def succeeds(command: Command, *, cwd: Path | None = None, env: Mapping[str, str] | None = None, heard: bool = True) -> bool:
    """Run a program whose output the person sees, unless it is not to be heard; `env` is added to the environment.

    Raises
    ------
    BuildError
        If there is no such program.
    """
    environment = {**os.environ, **(env or {})}
    try:
        return subprocess.run([*command], cwd=cwd, env=environment, check=False, capture_output=not heard).returncode == 0
    except FileNotFoundError as error:
        raise BuildError(f"There is no program {command[0]} here. Install it.") from error


def run(command: Command, failure: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    """Run a program as `succeeds` does; raise `BuildError` with the sentence `failure` when it does not succeed."""
    if not succeeds(command, cwd=cwd, env=env):
        raise BuildError(failure)


def answer_of(*command: str) -> str | None:
    """Give what a program prints; None if it cannot be run, fails, or takes more than half a minute."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


@cache
def tie() -> tuple[str, ...]:
    """Give what goes before a command so that its program ends when the thread that started it does, even if that is killed.

    The kernel sees to it, so nothing has to live on to do so. Empty where there is no Linux, or no util-linux to ask it.
    """
    prefix = ("setpriv", "--pdeathsig", "KILL")
    return prefix if answer_of(*prefix, "true") is not None else ()
