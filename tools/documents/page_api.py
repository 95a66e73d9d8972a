"""docs/page-api.md: all calls of `window.tabsam`, read off web/page/api.js."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.documents.templates import filled
from tools.files import WEB

SOURCE = WEB / "page/api.js"


_ENTRY = re.compile(r"^( +)(?:/\*\*(?P<one>.*)\*/|(?P<many>/\*\*)|(?:async )?(?P<name>\w+)(?P<sign>[:(])(?P<rest>.*))$")
_PARAM = re.compile(r"@param \{(?P<type>(?:[^{}]|\{[^{}]*\})*)\} (?P<name>\[?\w+\]?) *(?P<text>[^@]*)")
_RESULT = re.compile(r"@returns \{((?:[^{}]|\{[^{}]*\})*)\}")
_IMPORT = re.compile(r"import\('[^']*'\)\.")


@dataclass(frozen=True)
class Call:
    """A call by its name, with the comment before it."""

    name: str
    comment: str


def calls(source: str) -> Iterator[Call]:
    """Read the calls, the entries of the object that `createApi` returns; those of its groups with their names before them."""
    lines = iter(source[source.index("\n  return {\n") + 12 :].partition("\n  };\n")[0].split("\n"))
    group, comment = "", ""
    for line in lines:
        entry = _ENTRY.match(line)
        depth = len(entry[1]) if entry else 0
        if line == "    },":
            group = ""
        if not entry or depth != (6 if group else 4):
            continue
        if entry["one"]:
            comment = entry["one"]
        elif entry["many"]:
            comment = " ".join(text.strip(" *") for text in iter(lambda: next(lines), "     */"))
        elif entry["rest"].strip() == "{" and entry["sign"] == ":":
            group, comment = f"{entry['name']}.", ""
        else:
            yield Call(group + entry["name"], comment)
            comment = ""


def page() -> str:
    """Write the page."""
    rows = "".join(_row(call) for call in calls(SOURCE.read_text(encoding="utf-8")))
    return filled("page-api.md", calls=f"| call | |\n| --- | --- |\n{rows}")


def _row(call: Call) -> str:
    params = [(one["name"], _plain(one["type"]), one["text"].strip()) for one in _PARAM.finditer(call.comment)]
    said = re.split(r"@(?:param|returns)", call.comment)[0].strip()
    listed = [f"`{name.strip('[]')}`: `{kind}`{f' ({text})' if text else ''}" for name, kind, text in params]
    result = _RESULT.search(call.comment)
    given = [f"resolves to `{_plain(result[1]).removeprefix('Promise<').removesuffix('>')}`"] if result else []
    about = "<br>".join([*([said] if said else []), *listed, *given])
    return f"| `{call.name}({', '.join(name for name, _, _ in params)})` | {about} |\n"


def _plain(kind: str) -> str:
    return _IMPORT.sub("", " ".join(kind.split())).replace("|", "\\|")
