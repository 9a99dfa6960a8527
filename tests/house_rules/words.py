"""Words that must not come back: each has a plainer one, or the term of the field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# Names are read as words too: `is_told` and `ToldAnswer` both hold "told".
BETTER: Final = {
    "told": "reported, shown, given",
    "tell": "report, show, say",
    "tells": "reports, shows, says",
    "understanding": "parsing",
    "mending": "problem report, repair",
    "anew": "again",
    "whoever": "the person who, a caller that",
    "the own": "its own, their own",
    "who is asking": "actor, signed-in user",
}
SUFFIXES: Final = {".py", ".html", ".js", ".css", ".md", ".toml", ".yml"}

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_FORBIDDEN: Final = re.compile(rf" (?:{'|'.join(BETTER)}) ")


def dialect(folder: Path) -> list[str]:
    """The lines that hold such a word, below a folder or in a file, vendored files aside."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    read = (file for file in files if file.suffix in SUFFIXES and "vendor" not in file.parts and file != Path(__file__))
    return [offence for file in read for offence in _in_file(file)]


def _in_file(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        plain = line.replace(".tell()", "")  # where a file is being read
        found = _FORBIDDEN.search(f" {' '.join(_WORD.findall(plain)).lower()} ")
        if found:
            word = found[0].strip()
            yield f"{file.name}:{number}: {word!r}; write {BETTER[word]}"
