"""What a person reads when a file is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tabsam.errors import FormatError


def refusal(call: Callable[..., Any], *args: Any, **keywords: Any) -> tuple[str, str]:
    """Give the code and the message of the error that a call raises."""
    with pytest.raises(FormatError) as caught:
        call(*args, **keywords)
    return caught.value.code, caught.value.message
