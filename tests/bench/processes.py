"""Processes of this machine, as Linux describes them in /proc."""

from __future__ import annotations

import re
from pathlib import Path

PROC = Path("/proc")


def processes_below(ancestor: int, argument: str = "") -> list[int]:
    """List the running descendants of a process, all of them or those that were started with an argument."""
    parents = {int(folder.name): parent_of(folder) for folder in PROC.glob("[0-9]*")}

    def descends(pid: int | None) -> bool:
        while pid and pid != ancestor:
            pid = parents.get(pid)
        return pid == ancestor

    return [pid for pid in parents if descends(pid) and (not argument or argument in arguments_of(pid))]


def peak_megabytes(pid: int) -> float:
    """Give the largest resident set that a process ever had (VmHWM), in units of 10^6 bytes."""
    match = re.search(r"VmHWM:\s+(\d+) kB", (PROC / str(pid) / "status").read_text())
    return int(match[1]) * 1024 / 1e6 if match else 0.0


def shared_out_megabytes(pid: int) -> float:
    """Give what a process has in memory, of what it shares its share (PSS), in units of 10^6 bytes; 0 when it has ended."""
    try:
        match = re.search(r"^Pss:\s+(\d+) kB", (PROC / str(pid) / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(match[1]) * 1024 / 1e6 if match else 0.0


def parent_of(folder: Path) -> int | None:
    try:
        match = re.search(r"PPid:\s+(\d+)", (folder / "status").read_text())
    except OSError:  # it has ended meanwhile
        return None
    return int(match[1]) if match else None


def arguments_of(pid: int) -> list[str]:
    try:
        # Chrome writes its processes' command lines anew, with spaces.
        return re.split(r"[\0 ]", (PROC / str(pid) / "cmdline").read_text(errors="replace"))
    except OSError:
        return []
