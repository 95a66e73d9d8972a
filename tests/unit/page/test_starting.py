"""What the page's Python imports, and when: the start waits for every import, and the person for the start."""

from __future__ import annotations

import subprocess
import sys

START = "import tabsam.page.app"
NEVER_AT_THE_START = (
    "tabsam.document.overlaps",
    "tabsam.document.painting",
    "tabsam.formats.registry",
    "tabsam.formats.importing",
    "tabsam.formats.project",
    "tabsam.geometry.morphology",
    "tabsam.geometry.set_operations",
    "tabsam.model.everything.generator",
    "tabsam.model.native",
    "tabsam.page.checking",
    "tabsam.page.console",
    "tabsam.page.protocol",
    "tabsam.pictures.decoding",
)


def imported_by(code: str) -> set[str]:
    """Give what of tabsam is imported when some code has run in a fresh interpreter."""
    tell = "import sys; print(*(name for name in sys.modules if name.startswith('tabsam')))"
    told = subprocess.run([sys.executable, "-c", f"{code}\n{tell}"], capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_the_start_imports_little() -> None:
    imported = imported_by(START)
    assert "tabsam.page.app" in imported
    assert not imported & set(NEVER_AT_THE_START)
    assert len(imported) <= 82


def test_what_is_needed_soon_is_imported_while_the_person_chooses() -> None:
    imported = imported_by(f"{START}\nfrom tabsam.page.warming import warm_up; warm_up()")
    assert {"tabsam.page.checking", "tabsam.document.overlaps", "tabsam.document.painting"} <= imported
    assert "tabsam.formats.registry" not in imported
