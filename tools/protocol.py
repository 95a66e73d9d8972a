"""Write what app/tabsam/page/protocol declares into web/protocol.js, as JSDoc: both sides are type-checked by one source.

    .venv/bin/python -m tools.protocol            write it
    .venv/bin/python -m tools.protocol --check    only tell whether it is written

It needs tabsam, and so runs in the environment of the checks.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from itertools import pairwise
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np

from tabsam.page.protocol import messages, methods, params, results
from tools.files import WEB

FILE = WEB / "protocol.js"
BEGIN = "// What follows is written by tools/protocol.py from app/tabsam/page/protocol: change it there.\n"
END = "// So far tools/protocol.py.\n"
WIDTH = 130
ARRAYS = {np.float32: "Float32Array", np.uint32: "Uint32Array", np.uint8: "Uint8Array"}
PLAIN = {NoneType: "null", bool: "boolean", int: "number", float: "number", str: "string", bytes: "ArrayBuffer"}


def rendered() -> str:
    """Give the part of web/protocol.js that is written here."""
    classes = [one for module in (messages, results, params) for one in declared(module)]
    aliases = [typedef(js_type(hint, top=True), name, describe(name)) for name, hint in ALIASES.items()]
    blocks = [*aliases, *map(message, classes), *map(group, methods.GROUPS), union()]
    return "\n".join(["/**", *" *\n".join(f"{block}\n" for block in blocks).splitlines(), " */", "", *names()]) + "\n"


def declared(module: ModuleType) -> Iterator[type]:
    """Give the messages that a module declares, in its order."""
    return (one for one in vars(module).values() if is_typeddict(one) and one.__module__ == module.__name__)


def declared_aliases(module: ModuleType) -> dict[str, object]:
    """Give the other types that a module declares, by name."""
    names = re.findall(r"^(\w+): TypeAlias", inspect.getsource(module), re.MULTILINE)
    return {name: vars(module)[name] for name in names}


ALIASES: Mapping[str, object] = declared_aliases(messages)


def describe(alias: str) -> str:
    """Give the text that follows an alias."""
    body = ast.parse(inspect.getsource(messages)).body
    for statement, following in pairwise(body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.target.id == alias:
            match following:
                case ast.Expr(ast.Constant(str(words))):
                    return words
    return ""


# Types


def js_type(hint: Any, *, top: bool = False) -> str:
    """Give a type as JavaScript has it; with `top` not by the name that it has itself."""
    if is_typeddict(hint):
        return str(hint.__name__)
    if hint in PLAIN:
        return PLAIN[hint]
    if not top and (name := next((name for name, alias in ALIASES.items() if alias == hint), None)):
        return name
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return next(one.type for one in args[1:] if isinstance(one, messages.InJavaScript))
    return js_generic(origin, args)


def js_generic(origin: Any, args: tuple[Any, ...]) -> str:
    """Give a type of types as JavaScript has it."""
    if origin is np.ndarray:
        return ARRAYS[get_args(args[1])[0]]
    if origin is Literal:
        return " | ".join(f"'{one}'" if isinstance(one, str) else str(one) for one in args)
    if origin in (Union, UnionType):
        return " | ".join(map(js_type, args))
    if origin is list:
        return f"{js_type(args[0])}[]"
    if origin is dict and args[0] is str:
        return f"Record<string, {js_type(args[1])}>"
    raise TypeError(f"{origin}{args} has no counterpart in JavaScript here")


# JSDoc


def typedef(type: str, name: str, words: str) -> str:
    """Give a type's definition, and what is said of it."""
    return "\n".join([f" * @typedef {{{type}}} {name}", *wrapped(words)])


def message(declaration: type) -> str:
    """Give a message's definition, field by field."""
    words, said = sections(declaration)
    hints = get_type_hints(declaration, include_extras=True)
    if not hints:
        return typedef("Record<string, never>", declaration.__name__, words)
    fields = [field(name, hint, said.get(name, "")) for name, hint in hints.items()]
    return "\n".join([typedef("object", declaration.__name__, words), *fields])


def field(name: str, hint: Any, words: str) -> str:
    """Give a field's line."""
    optional = get_origin(hint) is NotRequired
    type = js_type(get_args(hint)[0] if optional else hint)
    return property_line(type, f"[{name}]" if optional else name, words)


def group(declaration: type) -> str:
    """Give the definition of a group of methods, method by method."""
    words, said = sections(declaration)
    lines = []
    for name, hint in get_type_hints(declaration).items():
        (given, _), awaited = get_args(hint)
        (result,) = get_args(awaited)
        types = f"{{ params: {js_type(given)}, result: {js_type(result)} }}"
        lines.append(property_line(types, name, said.get(name) or sections(given)[0]))
    return "\n".join([typedef("object", declaration.__name__, words), *lines])


def union() -> str:
    """Give the definition of all methods that the page may call."""
    groups = " & ".join(one.__name__ for one in methods.GROUPS if one not in methods.WORKER_GROUPS)
    return typedef(groups, "PythonMethods", "All that Python answers to the page.")


def property_line(type: str, name: str, words: str) -> str:
    """Give a property's line, and as many more as its description takes."""
    line = f" * @property {{{type}}} {name}"
    if not words:
        return line
    short = f"{line}  {words}"
    return short if len(short) <= WIDTH and "\n" not in words else "\n".join([line, *wrapped(words)])


def wrapped(words: str) -> list[str]:
    """Break text into lines of a comment; an empty line between paragraphs is left out."""
    paragraphs = [" ".join(one.split()) for one in words.split("\n\n") if one.strip()]
    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(paragraph, WIDTH, initial_indent=" *   ", subsequent_indent=" *   ", break_on_hyphens=False)
    ]


def sections(declaration: type) -> tuple[str, dict[str, str]]:
    """Give what a docstring says of the whole, and of its fields: those of the section "Attributes"."""
    text = inspect.cleandoc(vars(declaration).get("__doc__") or "")  # not what is inherited: that is of dicts
    words, _, listed = text.partition("\n\nAttributes\n----------\n")
    parts = re.split(r"^(\w+)$", listed, flags=re.MULTILINE)[1:]
    said = {name: " ".join(words.split()) for name, words in zip(parts[::2], parts[1::2], strict=True)}
    if unknown := said.keys() - get_type_hints(declaration).keys():
        raise ValueError(f"{declaration.__name__} describes what it does not have: {', '.join(unknown)}")
    return words, said


def names() -> Iterator[str]:
    """Give the lines that name every method at run time."""
    named = [name for one in methods.GROUPS if one not in methods.WORKER_GROUPS for name in get_type_hints(one)]
    yield "/** What Python answers of all that the page may call. */"
    yield "export const PYTHON_METHODS = /** @type {const} */ (["
    yield from textwrap.wrap(", ".join(f"'{name}'" for name in named) + ",", WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield "]);"


# The file


def with_protocol(text: str) -> str:
    """Give web/protocol.js with what is declared now."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"tools.protocol: {FILE.name} has lost the lines between which it is written.")
    return f"{before}{BEGIN}\n{rendered()}\n{END}{after}"


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description="Write what Python declares of the protocol into web/protocol.js.")
    parser.add_argument("--check", action="store_true", help="change nothing, and fail when it would")
    text = FILE.read_text(encoding="utf-8")
    wanted = with_protocol(text)
    if not parser.parse_args().check:
        FILE.write_text(wanted, encoding="utf-8")
    elif text != wanted:
        sys.stdout.writelines(unified_diff(text.splitlines(True), wanted.splitlines(True), "web/protocol.js", "as declared"))
        sys.exit("web/protocol.js does not say what app/tabsam/page/protocol does. Write it: .venv/bin/python -m tools.protocol")


if __name__ == "__main__":
    main()
