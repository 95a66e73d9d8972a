"""Many pictures, one after the other or several at once: what is done is written down, so that a kill loses nothing.

What is to be asked comes from ``collecting`` (folders, data sets, lists of prompts); ``answering`` asks it of one picture,
``results`` writes what comes of it, and ``log`` that it is written. ``running`` goes through all of them by a runner: this
process, others (``processes``), or a Ray cluster (``ray_runner``). Terminals are left to the command, ``tabsam.cli.batch``.
"""

from tabsam.batch.running import Summary, run
from tabsam.batch.work import Settings, Task

__all__ = ["Settings", "Summary", "Task", "run"]
