"""Bring the repositories of the list onto this machine, with git."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tabsam_training.errors import TrainingError

HOST = "https://github.com"


def folder_of(repository: str, folder: Path) -> Path:
    """Tell where a repository lies, ``owner/name`` below the folder of all."""
    return folder / repository.replace("/", "+")


def fetch(repositories: Mapping[str, str], folder: Path, say: Callable[[str], None], host: str = HOST) -> None:
    """Clone what is not there yet, without its history.

    Parameters
    ----------
    repositories : mapping of ``owner/name`` to a commit, or to an empty text for the newest
    folder : Path
        Where to; tens of gigabytes are needed for the whole list.
    say : function
        Told of each repository.
    host : str
        The address or path that the names continue.

    Raises
    ------
    TrainingError
        ``fetch-failed``, naming those that could not be had; the others are there.
    """
    failed = []
    for repository, commit in repositories.items():
        target = folder_of(repository, folder)
        if target.is_dir():
            say(f"{repository}: there")
            continue
        draft = target.with_name(f".{target.name}")
        try:
            _git("init", "-q", str(draft))
            _git("-C", str(draft), "fetch", "-q", "--depth", "1", f"{host}/{repository}", commit or "HEAD")
            _git("-C", str(draft), "checkout", "-q", "FETCH_HEAD")
        except subprocess.CalledProcessError as error:
            failed.append(repository)
            say(f"{repository}: {error.stderr.strip()}")
            continue
        draft.rename(target)
        say(f"{repository}: {commit_of(target)}")
    if failed:
        hint = "Start it again to go on; a repository that is gone can be left out of sources.toml."
        raise TrainingError("fetch-failed", f"Not fetched: {', '.join(failed)}.", hint)


def commit_of(repository: Path) -> str:
    """Give the commit that a fetched repository is at."""
    return _git("-C", str(repository), "rev-parse", "HEAD").strip()


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
