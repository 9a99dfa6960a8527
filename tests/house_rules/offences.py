"""Finders of offences against the rules of the house: each takes a folder and reports what is wrong, one line each."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
import sys
from collections import defaultdict
from pathlib import Path

TOP_LEVEL = {
    "README.md",
    "CHANGELOG.md",
    "pyproject.toml",
    "webapp",
    "templates",
    "static",
    "seed_data",
    "tests",
    "dev.py",
}
LONGEST_MODULE, LONGEST_VIEW, LONGEST_CONFTEST = 300, 15, 150
DRAWERS = {"utils", "common", "helpers", "core", "services", "misc"}
OPEN_ENDS = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|pragma: no cover)\b")
WAYS_TO_WRITE = {"database", "writing", "within", "dedicated_connection", "change_schema", "engine", "Database"}
VIEW_DECORATORS = {"get", "post", "route", "put", "delete"}


def modules(folder: Path) -> list[Path]:
    """The Python files of a folder, generated migrations aside."""
    return sorted(file for file in folder.rglob("*.py") if "versions" not in file.parts)


def too_long(folder: Path) -> list[str]:
    """Modules that cannot be seen at once."""
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in modules(folder)}
    return [
        f"{file.name}: {length} lines"
        for file, length in lengths.items()
        if length > (LONGEST_CONFTEST if file.name == "conftest.py" else LONGEST_MODULE)
    ]


def long_views(folder: Path) -> list[str]:
    """Views that do more than get the thing, ask the domain and render."""
    found = []
    for file in modules(folder):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_is_route(decorator) for decorator in node.decorator_list):
                length = (node.end_lineno or 0) - node.body[0].lineno + 1
                if length > LONGEST_VIEW:
                    found.append(f"{file.name}: {node.name} has {length} lines")
    return found


def _is_route(decorator: ast.expr) -> bool:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(function, ast.Attribute) and function.attr in VIEW_DECORATORS


def ways_around_the_writer(folder: Path) -> list[str]:
    """Where `folder` (of webapp.web) reaches for the database in another way than by context.py's tools."""
    found = []
    for file in modules(folder):
        if file.name == "context.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.attr] if isinstance(node, ast.Attribute) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            found += [f"{file.name}: {name}" for name in names if name in WAYS_TO_WRITE]
    return found


def imported_entrances(folder: Path) -> list[str]:
    """Imports of entrances (modules that make a blueprint), other than by the module that composes the application."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in modules(folder) if file.name != "app.py"}
    entrances = {file.stem for file, tree in trees.items() if any(_makes_blueprint(node) for node in ast.walk(tree))}
    return [
        f"{file.name}: {name}"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        for name in _imported(node)
        if name.startswith("webapp.web.") and name.split(".")[2] in entrances
    ]


def _makes_blueprint(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Blueprint"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def undescribed(folder: Path) -> list[str]:
    """Modules without a docstring, or with one that another module has too."""
    by_docstring: defaultdict[str | None, list[str]] = defaultdict(list)
    for file in modules(folder):
        by_docstring[ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))].append(str(file.name))
    return [f"{names}: {words}" for words, names in by_docstring.items() if words is None or len(names) > 1]


def open_ends(folder: Path) -> list[str]:
    """Words that put something off."""
    return [
        f"{file.name}:{number}: {line.strip()}"
        for file in modules(folder)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if OPEN_ENDS.search(line)
    ]


def drawers(folder: Path) -> list[str]:
    """Places that would accept everything."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.stem in DRAWERS]


def foreign_imports(folder: Path, own: str) -> list[str]:
    """Imports of anything but the standard library and the package `own`."""
    found = []
    for file in modules(folder):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [
                f"{file.name}: {name}"
                for name in names
                if name.partition(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith(f"{own}.")
            ]
    return found


def strangers_at_the_top(names: list[str]) -> list[str]:
    """Top-level names beside the fixed ones."""
    return [name for name in names if name not in TOP_LEVEL and not name.startswith((".", "requirements", "LICENSE"))]


def hosts_in_lock(text: str) -> list[str]:
    """Lines of a lock file that name a host or an index."""
    return [line for line in text.splitlines() if "://" in line or re.match(r"\s*--(index|extra|find|trusted)", line)]


def wrong_checksums(folder: Path) -> list[str]:
    """Vendored scripts whose checksum is not the one in their README, or that it does not name."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    found = []
    for script in sorted(folder.glob("*.js")):
        checksum = "sha384-" + base64.b64encode(hashlib.sha384(script.read_bytes()).digest()).decode()
        if not any(script.name in line and checksum in line for line in readme.splitlines()):
            found.append(script.name)
    return found
