"""A table as CSV.

As RFC 4180 has it: commas, quotes around what needs them, CRLF. It is UTF-8 with a byte order mark, without which spreadsheets
misread a unit such as µm; Python reads it as "utf-8-sig".

A text that a spreadsheet would run as a formula (it begins with = + - @, perhaps after apostrophes) has an apostrophe put before
it. Whoever needs the text as it was takes one apostrophe off what then begins so. Numbers are left alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from tabsam.formats.shared.writing import single_line

Cell = str | float | None
"""None is empty."""

_FORMULA = re.compile(r"'*[=+\-@]")


def csv_table(columns: Sequence[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Write a table with a head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(map(_cell, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        line = single_line(value)
        return f"'{line}" if _FORMULA.match(line) else line
    return "" if value is None else f"{value:.12g}"
