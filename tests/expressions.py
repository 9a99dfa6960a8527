"""The regular expressions of a package: where each is, by which methods it is used, and what is hostile to it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from werkzeug.routing import BaseConverter

from tests.growth import Hostile

FLAGS = {"ASCII", "A", "IGNORECASE", "I", "DOTALL", "S", "MULTILINE", "M", "VERBOSE", "X", "Pattern", "Match"}
TAILS = ("", "\0")
PIECES = (*' \t\n",;"\'\\/=.:-+a0Z\u0301\u00e9', " ;", "; ", "\\'", '\\"', "a ", "a=", ";a=a", "a,", "00", "1a")
_EXAMPLES, _LONGEST_EXAMPLE, _LONGEST_PIECE = 12, 24, 2


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression that a module holds under a name, and one of the methods by which it is used."""

    name: str
    pattern: re.Pattern[str]
    method: str

    def run(self, text: str) -> object:
        """Use it on `text` as the module does; as long as it takes to find all, where it goes on searching."""
        if self.method in {"sub", "subn"}:
            return self.pattern.sub("", text)
        result = getattr(self.pattern, self.method)(text)
        return list(result) if self.method == "finditer" else result

    def hostile_texts(self) -> Iterator[Hostile]:
        """Texts in which a piece of something that matches is repeated, or one of the usual pieces after it."""
        examples = ["", *_matching(self.pattern)]
        for text in examples:
            pieces = {
                (end, text[start:end])
                for end in range(1, len(text) + 1)
                for start in range(max(end - _LONGEST_PIECE, 0), end)
            }
            pieces |= {(len(text), text)} if text else set()
            pieces |= {(len(text), piece) for piece in PIECES}
            for end, piece in sorted(pieces):
                yield from (Hostile(text[:end], piece, tail) for tail in TAILS)


def expressions(package: ModuleType) -> list[Expression]:
    """All regular expressions of modules of `package`, those of parts of addresses too, once for each way of use."""
    found = []
    for module in modules(package):
        uses = _uses(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                methods = sorted({method for used, method in uses if used == name and method}) or ["unused"]
                found += [Expression(f"{module.__name__}.{name}", value, method) for method in methods]
            elif _is_converter(value) and value.__module__ == module.__name__:
                found.append(Expression(f"{module.__name__}.{name}.regex", re.compile(value.regex), "fullmatch"))
    return found


def modules(package: ModuleType) -> list[ModuleType]:
    """The modules of `package`, the command's start aside."""
    names = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [importlib.import_module(name) for name in names if not name.endswith((".__main__", ".migrations.env"))]


def hidden(source: str) -> list[str]:
    """Uses of `re` in a module that `expressions` cannot see: all but NAME = re.compile(…) and NAME.method(…)."""
    tree = ast.parse(source)
    assigned = [statement for statement in tree.body if isinstance(statement, ast.Assign | ast.AnnAssign)]
    held = [statement for statement in assigned if _is_compile(statement.value)]
    seen = {id(statement.value.func) for statement in held if isinstance(statement.value, ast.Call)}
    targets = (it.targets[0] if isinstance(it, ast.Assign) else it.target for it in held)
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    found = [ast.unparse(node) for node in ast.walk(tree) if _is_other_import(node)]
    found += [ast.unparse(node) for node in ast.walk(tree) if _is_function_of_re(node) and id(node) not in seen]
    found += [f"{name} is used in another way" for name, method in _uses(tree) if name in names and not method]
    return found


def _is_converter(value: object) -> TypeGuard[type[BaseConverter]]:
    return isinstance(value, type) and issubclass(value, BaseConverter)


def _is_function_of_re(node: ast.AST) -> bool:
    is_of_re = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re"
    return is_of_re and isinstance(node, ast.Attribute) and node.attr not in FLAGS


def _is_other_import(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in {"re", "regex"}
    return isinstance(node, ast.Import) and any(
        it.name == "regex" or (it.name == "re" and it.asname) for it in node.names
    )


def _is_compile(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "re.compile"


def _uses(tree: ast.Module) -> list[tuple[str, str | None]]:
    """Each reading of a name, with the method that is called on it there, or None."""
    called = {
        id(node.func.value): node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    return [
        (node.id, called.get(id(node)))
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def _matching(pattern: re.Pattern[str]) -> list[str]:
    """Some texts that match, short ones first, always the same."""
    found: set[str] = set()

    @settings(derandomize=True, database=None, max_examples=100, phases=[Phase.generate], deadline=None)
    @given(st.from_regex(pattern, fullmatch=True))
    def collect(text: str) -> None:
        found.add(text)

    collect()
    short = sorted((text for text in found if len(text) <= _LONGEST_EXAMPLE), key=lambda text: (len(text), text))
    step = max(len(short) // _EXAMPLES, 1)
    return short[::step]
