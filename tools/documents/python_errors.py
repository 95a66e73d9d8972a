"""The errors that Python raises, read off its source: each code with what is said, and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
GAP = "…"
"""In place of what is known only when the error is raised."""

_OF_A_FILE = {"Problem", "Failure"}
"""What is noted of one file among many, in a list or a log: its path comes before the code."""


@dataclass(frozen=True)
class Said:
    """What one place in the source says of an error.

    Attributes
    ----------
    code : str
        Stable; what programs look at.
    message, hint : str
        What happened, and what to do; `GAP` where a value goes. Empty where the source does not tell.
    kind : str
        The class that is raised, or the function that makes it.
    """

    code: str
    message: str
    hint: str
    kind: str


def errors_in(files: Iterable[Path]) -> list[Said]:
    """Read the errors of modules, in the order of the modules and their lines."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    classes = {"TabsamError"}
    for _ in range(3):  # a class may stand before the one that it is of
        classes |= {node.name for node in nodes if isinstance(node, ast.ClassDef) and _is_of(node, classes)}
    constants = _Texts(node for tree in trees.values() for node in tree.body)
    functions = {node.name for node in nodes if _takes_a_code(node)}
    return [said for tree in trees.values() for said in _errors_of(tree, classes, functions, constants)]


def _is_of(kind: ast.ClassDef, bases: set[str]) -> bool:
    return any(isinstance(base, ast.Name) and base.id in bases for base in kind.bases)


def _errors_of(tree: ast.Module, classes: set[str], functions: set[str], constants: _Texts) -> Iterator[Said]:
    """Give a module's errors; a name in one is looked up in its function, in those around it, and among all constants."""
    makers = classes | functions | _OF_A_FILE

    def visit(node: ast.AST, texts: _Texts, kind: bool) -> Iterator[Said]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            texts = _Texts(ast.walk(node), texts)
        kind = node.name in classes if isinstance(node, ast.ClassDef) else kind
        if isinstance(node, ast.Call) and (_name_of(node.func) in makers or (kind and _name_of(node.func) == "__init__")):
            yield from _said(node, texts)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, texts, kind)

    yield from visit(tree, constants, False)


def _takes_a_code(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and any(argument.arg == "code" for argument in node.args.args)


def _name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _said(call: ast.Call, texts: _Texts) -> Iterator[Said]:
    name = _name_of(call.func)
    given = dict(enumerate(texts.spread(call.args[1:] if name in _OF_A_FILE else call.args)))
    codes = texts.of(given[0]) if given else ()
    message = texts.of(given[1]) if 1 in given else ()
    hint = texts.of(given[2]) if 2 in given else ()
    for code in codes:
        if CODE.fullmatch(code):
            for number in range(max(len(message), len(hint), 1)):
                yield Said(code, _one(message, number), _one(hint, number), name)


def _one(texts: Sequence[str], number: int) -> str:
    """Give one of several texts that belong together; the last where there are fewer."""
    return texts[min(number, len(texts) - 1)] if texts else ""


class _Texts:
    """What names stand for, as far as the source tells it."""

    def __init__(self, nodes: Iterable[ast.AST], around: _Texts | None = None) -> None:
        self._values: dict[str, list[ast.expr]] = {}
        self._around = around
        for node in nodes:
            self._note(node)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Tuple | ast.List):
            self._values.setdefault(node.target.id, []).extend(node.iter.elts)
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                self._values.setdefault(target.id, []).append(node.value)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=False):
                    if isinstance(one, ast.Name):
                        self._values.setdefault(one.id, []).append(value)

    def spread(self, arguments: Sequence[ast.expr]) -> Iterator[ast.expr]:
        """Give a call's arguments, those of a constant tuple with a star one by one."""
        for argument in arguments:
            if isinstance(argument, ast.Starred):
                values = self._lookup(argument.value.id) if isinstance(argument.value, ast.Name) else []
                yield from (element for value in values if isinstance(value, ast.Tuple) for element in value.elts)
            else:
                yield argument

    def of(self, node: ast.expr, depth: int = 0) -> tuple[str, ...]:
        """Give the texts that an expression may be; none where the source does not tell."""
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.JoinedStr):
            return ("".join(self._part(part, depth) for part in node.values),)
        if isinstance(node, ast.IfExp):
            return (*self.of(node.body, depth), *self.of(node.orelse, depth))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return tuple(a + b for a in self.of(node.left, depth) or (GAP,) for b in self.of(node.right, depth) or (GAP,))
        if isinstance(node, ast.Name) and depth < 4:
            return tuple(text for value in self._lookup(node.id) for text in self.of(value, depth + 1))
        return ()

    def _lookup(self, name: str) -> list[ast.expr]:
        if name in self._values or self._around is None:
            return self._values.get(name, [])
        return self._around._lookup(name)

    def _part(self, part: ast.expr, depth: int) -> str:
        """Give a part of an f-string: a constant by its value, all else as a gap."""
        if isinstance(part, ast.Constant):
            return str(part.value)
        known = self.of(part.value, depth + 1) if isinstance(part, ast.FormattedValue) else ()
        return known[0] if len(known) == 1 else GAP
