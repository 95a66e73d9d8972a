"""Tests of ``tabsam export``. Whatever imports from here is skipped where the packages that convert are missing."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

if missing := [name for name in ("torch", "transformers") if not find_spec(name)]:
    pytest.skip(f"{', '.join(missing)} not installed: pip install 'tabsam[export]'", allow_module_level=True)
