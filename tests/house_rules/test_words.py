"""Everything is written in plain English, and a word that must not come back is noticed wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house_rules.words import BETTER, dialect

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "place",
    ["webapp", "templates", "static", "tests", ".github", "dev.py", "README.md", "CHANGELOG.md", "pyproject.toml"],
)
def test_no_word_of_the_old_dialect_has_come_back(place: str) -> None:
    assert (ROOT / place).exists()
    assert dialect(ROOT / place) == []


@pytest.mark.parametrize("word", BETTER)
def test_each_word_is_noticed_in_text_and_in_names(word: str, tmp_path: Path) -> None:
    one, other = word.replace(" ", "_"), "".join(part.capitalize() for part in word.split())
    (tmp_path / "bad.py").write_text(f"# Fine.\n# As {word} before.\n{one}_by = 1\nclass {other}Error: ...\n")
    assert dialect(tmp_path) == [f"bad.py:{line}: {word!r}; write {BETTER[word]}" for line in (2, 3, 4)]
