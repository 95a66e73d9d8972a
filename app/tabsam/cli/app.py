"""The table of commands, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer
from typer.main import get_command

import tabsam
from tabsam.cli.batch import batch
from tabsam.cli.bench import bench
from tabsam.cli.convert import convert
from tabsam.cli.embed import embed
from tabsam.cli.evaluate import evaluate
from tabsam.cli.everything import everything
from tabsam.cli.export import export
from tabsam.cli.failures import ExitCode, ended
from tabsam.cli.models import models
from tabsam.cli.segment import segment
from tabsam.cli.serve import serve

COMMANDS: Sequence[Callable[..., int | None]] = (segment, everything, batch, embed, evaluate, convert, export, bench, serve)
"""In the order of the help. Each is called as it is named, says in its docstring what it does, and gives an exit code or None.

What a command needs beyond Typer is imported in it, when it is called: the help and the completion wait for all that is imported
here.
"""

GROUPS: Mapping[str, typer.Typer] = {"models": models}
"""Commands that have commands, by their names."""


def application() -> typer.Typer:
    """Put the commands together, as Typer takes them."""
    app = typer.Typer(
        name="tabsam", invoke_without_command=True, callback=_common, context_settings={"help_option_names": ["-h", "--help"]}
    )
    for command in COMMANDS:
        app.command(command.__name__)(command)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    return app


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give its exit code."""
    command = get_command(application())
    return ended(lambda: command.main(arguments, prog_name="tabsam", standalone_mode=False))


def _common(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)] = False,
) -> None:
    """Segment pictures, one or many; measure; convert data sets and models."""
    if version:
        print(f"tabsam {tabsam.__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help(), end="")
        raise typer.Exit(ExitCode.WRONG_CALL)
