"""Tests of ``tabsam_training``. Whatever imports from here is skipped where PyTorch is missing."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

if not find_spec("torch"):
    pytest.skip("torch not installed: pip install 'tabsam[train]'", allow_module_level=True)
