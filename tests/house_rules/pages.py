"""What the README and the pages in .github name: links, paths of the checkout, commands."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Final

import dev
from webapp import cli

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"`([^`\n]+)`|^ {4}(.*)$", re.MULTILINE)
_PATH: Final = re.compile(r"(?:webapp|templates|static|seed_data|tests|\.github)/[\w./-]*")
_COMMAND: Final = re.compile(r"(?:^|bin/|\s)(dev\.py|encounters) ([a-z]+)\b")
_CONNECTIONS: Final = {"web", "terminal"}  # what PostgreSQL lists, which look like commands
_RECIPES: Final = re.compile(r"(?ms)^## Recipes$.*?(?=^## |\Z)")  # they name files to be added


def faults(folder: Path) -> list[str]:
    """What README.md, CHANGELOG.md and the pages in .github name that is not there, as `page: name`."""
    pages = [folder / "README.md", folder / "CHANGELOG.md", *sorted((folder / ".github").rglob("*.md"))]
    return [f"{page.name}: {fault}" for page in pages if page.exists() for fault in _faults_of(page, folder)]


def _faults_of(page: Path, folder: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    yield from (link for link in _LINK.findall(text) if not _leads_somewhere(link, page))
    commands = [command for code in _CODE.findall(text) for command in _COMMAND.findall("".join(code))]
    yield from (f"{program} {verb}" for program, verb in commands if not _is_verb(program, verb))
    described = [inline for inline, _ in _CODE.findall(_RECIPES.sub("", text))]
    yield from (path for path in described if _PATH.fullmatch(path) and not (folder / path).exists())


def _leads_somewhere(link: str, page: Path) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.*)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def _is_verb(program: str, verb: str) -> bool:
    if program == "dev.py":
        return verb in dev.verbs()
    if verb in _CONNECTIONS:
        return True
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            return cli.main([verb, "--help"]) == 0
        except SystemExit as end:
            return end.code == 0
