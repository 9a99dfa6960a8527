"""A network that moves to the other kind of database, by export and import, gives the same answers to everybody."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from tests.agreement.cases import draw_cases
from tests.agreement.seeded import Seeded, load_seed
from webapp.database import Database
from webapp.transfer import export_folder

PAIRS = 500  # in each direction


def test_every_answer_is_the_same_on_the_other_kind_of_database(
    database: Database, other_database: Database, tmp_path: Path, record_property: Any
) -> None:
    here = load_seed(database)
    export_folder(database, tmp_path / "out")
    there = load_seed(other_database, tmp_path / "out")
    counts = Counter[str]()
    for case in draw_cases(here.known, PAIRS, seed=20261124):
        address = f"/users/{case.identifier}/encounters?{case.query}"
        first, second = (_ask(side, case.caller.id, address) for side in (here, there))
        assert first == second, case
        counts["pairs"] += 1
        counts["with rows"] += first[0] == 200 and first[1] != b"[]"
        counts["refused"] += first[0] == 403
    for name, count in counts.items():
        record_property(name, count)
    assert counts["with rows"] >= PAIRS / 2
    assert counts["refused"] >= PAIRS / 10
    here.close()
    there.close()
    shutil.rmtree(tmp_path / "out")


def _ask(side: Seeded, caller: str, address: str) -> tuple[int, bytes]:
    answer = side.browser(caller).get(address)
    # A refusal carries the id of its request, the answer to somebody who may see does not.
    return answer.status_code, answer.data if answer.status_code == 200 else b""
