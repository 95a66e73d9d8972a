"""The errors that the page's JavaScript makes, read off its source, as `python_errors` reads Python's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.documents.python_errors import CODE, GAP, Said

_MADE = re.compile(r"\b(?:failure|\w*[fF]ailed|\w*[rR]efusal)\(|new TabsamError\(\{|\breport\(\{|\bsay\(\{|\babout = \{")
_TEXT = re.compile(
    r"""'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}`]|\{[^{}]*\}|`[^`]*`)*\})*)`""",
    re.DOTALL,
)
_SLOT = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`\w])//[^\n]*", re.DOTALL)
KIND = "JavaScript"
_ORDER = ("code", "message", "hint")


def errors_in(files: Iterable[Path]) -> list[Said]:
    """Read the errors of modules, in the order of the modules and their lines."""
    return [said for file in files for said in errors_of(file.read_text(encoding="utf-8"))]


def errors_of(source: str) -> Iterator[Said]:
    """Read the errors of one module."""
    source = _COMMENT.sub("", source)
    for made in _MADE.finditer(source):
        parts = [*_parts(source, made.end())]
        entries = (("message" if name == "text" else name, value) for name, value in _named(parts))
        given = dict(entries if made[0].endswith("{") else zip(_ORDER, parts, strict=False))
        (code, *_), message, hint = (_texts(given.get(name, ""), source) or [""] for name in _ORDER)
        if CODE.fullmatch(code):
            for number in range(max(len(message), len(hint))):
                yield Said(code, message[min(number, len(message) - 1)], hint[min(number, len(hint) - 1)], KIND)


def _parts(source: str, start: int) -> Iterator[str]:
    """Give the arguments of a call, or the entries of an object, that begin at a place."""
    depth, begin, place = 0, start, start
    while place < len(source):
        if text := _TEXT.match(source, place):
            place = text.end()
            continue
        letter = source[place]
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if depth < 0 or (letter == "," and depth == 0):
            yield source[begin:place].strip()
            begin = place + 1
        if depth < 0:
            return
        place += 1


def _named(parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give an object's entries by their names; `{ hint }` is short for `{ hint: hint }`."""
    for part in parts:
        name, colon, value = part.partition(":")
        yield name.strip(), value if colon else name.strip()


def _texts(expression: str, source: str) -> list[str]:
    """Give the texts that an expression may be; those of a name that the module gives a text to."""
    if re.fullmatch(r"\w+", expression.strip()):
        stated = re.search(rf"\b(?:const|let) {re.escape(expression.strip())} =((?:{_TEXT.pattern}|[^;])*);", source, re.DOTALL)
        expression = stated[1] if stated else ""
    condition = re.match(r"[^'\"`]*?\?(?![.?])", expression) or re.match(r".*? (?:===|!==) '[^']*' \? ", expression, re.DOTALL)
    if condition:
        expression = expression[condition.end() :]
    found = [next(group for group in text if group) for text in _TEXT.findall(expression) if any(text)]
    plain = [re.sub(r"\\(.)", r"\1", _SLOT.sub(GAP, text)) for text in found]
    return ["".join(plain)] if re.search(r"['`\"]\s*\+", expression) else plain
