"""What people wrote of the documents that are made from the code; a name in braces is where that comes in."""

from __future__ import annotations

from pathlib import Path


def filled(name: str, **parts: str) -> str:
    """Give a template with its parts."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    for part, written in parts.items():
        text = text.replace(f"{{{part}}}", written)
    return text
