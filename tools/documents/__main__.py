"""Write the documents that are made from the code: ``python -m tools.documents``, with ``--check`` only compare."""

from __future__ import annotations

import argparse
import sys

from tools.documents.pages import PAGES
from tools.files import ROOT


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description="Write the documents that are made from the code.")
    parser.add_argument("--check", action="store_true", help="change nothing, and fail when it would")
    check = parser.parse_args().check
    for name, write in PAGES.items():
        path = ROOT / name
        if not check:
            path.write_text(write(), encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != write():
            sys.exit(f"{name} does not say what the code does. Write it: .venv/bin/python -m tools.documents")


if __name__ == "__main__":
    main()
