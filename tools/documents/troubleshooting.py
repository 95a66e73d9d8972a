"""docs/troubleshooting.md: every error that there is, by its code, with what happened and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tools.documents import python_errors, script_errors
from tools.documents.python_errors import GAP, Said
from tools.documents.templates import filled
from tools.files import ROOT

ADVICE = Path(__file__).with_name("advice.toml")

_GROUPS = {
    "ImageError": "Pictures",
    "PromptError": "Clicks, boxes and masks",
    "ModelError": "Models",
    "FormatError": "Files, data sets and formats",
    "StateError": "Not now",
    "RequestError": "Calls of the page",
    "SettingsError": "Settings",
    "EvaluationError": "Measuring",
    "ExportError": "Exporting a checkpoint",
    script_errors.KIND: "The page, its storage and its engine",
}
_REST = "Everything else"


@dataclass
class Entry:
    """What there is to say about a code.

    Attributes
    ----------
    code, group : str
        The code, and the heading that it is under.
    what, do : list of str
        What happened, and what to do, in each case that the source has.
    """

    code: str
    group: str
    what: list[str] = field(default_factory=list)
    do: list[str] = field(default_factory=list)


@cache
def all_errors() -> Sequence[Said]:
    """Read all errors of the package, the exporter and the page."""
    python = (file for folder in ("app/tabsam", "models/export/tabsam_export") for file in sorted((ROOT / folder).rglob("*.py")))
    scripts = (file for file in sorted((ROOT / "web").rglob("*.js")) if "node_modules" not in file.parts)
    return [*python_errors.errors_in(python), *script_errors.errors_in(scripts)]


def entries(errors: Sequence[Said], advice: dict[str, dict[str, str]]) -> list[Entry]:
    """Put together what is said of each code; where the source says nothing, the advice does."""
    found: dict[str, Entry] = {}
    for said in errors:
        entry = found.setdefault(said.code, Entry(said.code, _REST))
        if entry.group == _REST:
            entry.group = _GROUPS.get(said.kind, _REST)
        for text, texts in ((said.message, entry.what), (said.hint, entry.do)):
            if text.strip(" …") and text not in texts:
                texts.append(text)
    for code, more in advice.items():
        if code in found:
            found[code].what[:0] = [more["what"]] if "what" in more else []
            found[code].do[:0] = [more["do"]] if "do" in more else []
    return sorted(found.values(), key=lambda one: one.code)


def needless(errors: Sequence[Said], advice: dict[str, dict[str, str]]) -> list[str]:
    """Give what the advice says of codes that are gone, or that say it themselves now."""
    bare = {one.code: one for one in entries(errors, {})}
    gone = [code for code in advice if code not in bare]
    told = {(code, name) for code, one in bare.items() for name in ("what", "do") if _tell(getattr(one, name))}
    return gone + [f"{code}.{name}" for code, more in advice.items() for name in more if (code, name) in told]


def _tell(texts: Sequence[str]) -> bool:
    """Tell whether texts say something by themselves: not what begins with what only the moment knows."""
    return any(not text.startswith(GAP) for text in texts)


def read_advice() -> dict[str, dict[str, str]]:
    """Read what is said by hand."""
    return tomllib.loads(ADVICE.read_text(encoding="utf-8"))


def page() -> str:
    """Write the page."""
    every = entries(all_errors(), read_advice())
    parts = []
    for group in (*dict.fromkeys(_GROUPS.values()), _REST):
        these = [line for one in every if one.group == group for line in _lines(one)]
        if these:
            parts.append(f"\n## {group}\n" + "".join(these))
    return filled("troubleshooting.md", errors="".join(parts))


def _lines(entry: Entry) -> Iterator[str]:
    yield f"\n### {entry.code}\n\n"
    yield f"**What happened.** {_texts(entry.what)}\n\n"
    yield f"**What to do.** {_texts(entry.do)}\n"


def _texts(texts: Sequence[str]) -> str:
    """Give one text as it is, several with an "or" between."""
    return "<br>or: ".join(_plain(text) for text in texts)


def _plain(text: str) -> str:
    """Have a sentence of an error stand in Markdown as it is; what a person wrote for this page may have marks."""
    sentence = re.sub("…+", "…", " ".join(text.split()))
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence.replace("<", "&lt;") if "](" in sentence else sentence.replace("<", "&lt;").replace("[", "\\[")
