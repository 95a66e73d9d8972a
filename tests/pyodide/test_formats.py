"""Every format there and back in the page, whose integers are of 32 bits."""

from __future__ import annotations

import pytest
from pytest_pyodide import run_in_pyodide

from tests.support import round_trips
from tests.support.in_page import Runner


@run_in_pyodide  # type: ignore[untyped-decorator]
def check_in_page(selenium: Runner, name: str) -> None:
    from tests.support import round_trips

    round_trips.CHECKS[name]()


@pytest.mark.parametrize("name", round_trips.CHECKS)
def test_a_format_comes_back_as_it_went_out(selenium: Runner, name: str) -> None:
    check_in_page(selenium, name)
