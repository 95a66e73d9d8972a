"""Write docs/interoperability.md from what the programs that are installed make of our files: ``python -m tests.interop``."""

from __future__ import annotations

from tests.interop.table import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
