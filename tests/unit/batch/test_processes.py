"""Several processes: what happens where none of them gets to work. The rest is in tests/unit/cli/test_batch.py."""

from __future__ import annotations

import os
from functools import partial
from typing import Any, cast

import pytest

from tabsam.batch.processes import in_processes
from tabsam.batch.work import Task
from tabsam.errors import TabsamError


def test_where_no_process_gets_to_work_no_picture_is_blamed() -> None:
    ends = cast(Any, partial(os._exit, 1))
    with pytest.raises(TabsamError) as caught:
        [*in_processes(1)([Task("a.png", "a.png"), Task("b.png", "b.png")], ends)]
    assert caught.value.code == "processes-end"
