"""The four files hold what the tables hold, and the README says which columns they have."""

from __future__ import annotations

import re

from tests.terminal import ROOT
from webapp.transfer.files import FILES

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_column_of_a_table_is_in_its_file_or_follows_from_it() -> None:
    left_out = {
        file.name: [column.name for column in file.table.columns if column.name not in file.stored] for file in FILES
    }
    assert left_out == {
        "centers.csv": [],
        "users.csv": ["sign_in_generation"],
        "encounters.csv": [],
        "bookings.csv": [],
    }


def test_the_readme_lists_the_columns_of_each_file_in_their_order() -> None:
    rows = re.findall(r"(?m)^\| `(\w+\.csv)` \| (.*) \|$", README)
    listed = {file: re.sub(r" \([^)]*\)", "", columns).split(", ") for file, columns in rows}
    assert listed == {
        file.name: [f"[{column}]" if column in file.optional else column for column in file.columns] for file in FILES
    }
